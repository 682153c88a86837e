#include "cresset/tools/cresset/record_list.h"

#include <unordered_map>

#include "cresset/serialize/torch_reader.h"
#include "cresset/serialize/zip_reader.h"
#include "cresset/tools/cresset/entries.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/file_format.h"
#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {
namespace {

// The first tensor over each record, by the place of its data in the file.
std::unordered_map<uint64_t, std::vector<Entry>> tensors_by_place(
    const std::shared_ptr<serialize::InputFile>& file,
    const LoadOptions& options) {
  std::unordered_map<uint64_t, std::vector<Entry>> found;
  const Value value = serialize::read_torch_zip(file, options);
  for (const Entry& entry : tensor_entries(value)) {
    if (!entry.value.is_tensor()) continue;
    const auto& storage = entry.value.as_tensor().storage();
    const auto* data = static_cast<const uint8_t*>(storage->data());
    if (data < file->data() || data >= file->data() + file->size()) continue;
    found[static_cast<uint64_t>(data - file->data())].push_back(entry);
  }
  return found;
}

}  // namespace

std::string record_list(Session& session, const std::string& path) {
  const auto file = serialize::InputFile::map(session.input_path(path));
  const std::string format = format_name(file);
  if (format != "zip" && format != "npz" && format != "torchscript") {
    throw CliError(kExitUsage, path + ": a file of the format " + format +
                                   " has no records");
  }
  const serialize::ZipReader zip(file);
  std::unordered_map<uint64_t, std::vector<Entry>> tensors;
  if (format == "zip") {
    LoadOptions options = session.load_options();
    options.verify = false;
    tensors = tensors_by_place(file, options);
  }
  TextTable table(
      {">offset", ">bytes", "kind", "record", "tensor", "shape", "dtype"});
  uint64_t payload = 0;
  bool aligned = true;
  for (const serialize::ZipEntry& entry : zip.entries()) {
    payload += entry.size;
    aligned = aligned && entry.data % 64 == 0;
    std::vector<std::string> row = {
        std::to_string(entry.data), std::to_string(entry.size),
        entry.method == 0 ? "stored" : "deflated", entry.name};
    const auto found =
        entry.size > 0 ? tensors.find(entry.data) : tensors.end();
    if (found == tensors.end()) {
      row.insert(row.end(), {"-", "-", "-"});
    } else {
      const Entry& first = found->second.front();
      const size_t more = found->second.size() - 1;
      row.push_back(first.name +
                    (more > 0 ? " and " + std::to_string(more) + " more" : ""));
      row.push_back(shape_text(entry_shape(first.value)));
      row.push_back(short_dtype(entry_dtype(first.value)));
    }
    table.add(std::move(row));
  }
  return table.text() +
         counted(static_cast<int64_t>(zip.entries().size()), "record") + ", " +
         human_bytes(static_cast<int64_t>(payload)) + " payload, " +
         (aligned ? "aligned to 64" : "not aligned to 64") +
         ", CRC not checked (use verify)\n";
}

}  // namespace cresset::cli
