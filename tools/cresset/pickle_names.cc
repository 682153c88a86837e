#include "cresset/tools/cresset/pickle_names.h"

#include <string_view>

#include "cresset/serialize/pickle_reader.h"
#include "cresset/serialize/zip_reader.h"
#include "cresset/tools/cresset/file_format.h"

namespace cresset::cli {
namespace {

// Notes every name; what a call would make stays a record of the call.
class Recorder final : public serialize::PickleHooks {
 public:
  explicit Recorder(PickleNames& names) : names_(names) {}

  Value persistent(const Value&) override { return Value(); }

  Value global(const std::string& module, const std::string& name) override {
    const std::string full = module + '.' + name;
    names_.globals.insert(full);
    if (!serialize::is_weights_only_global(module, name)) {
      names_.not_weights_only.insert(full);
    }
    return Value::global(module, name);
  }

 private:
  PickleNames& names_;
};

void read(std::string_view bytes, const std::string& path, int pickles,
          uint64_t max_ops, PickleNames& names) {
  Recorder recorder(names);
  const auto budget =
      std::make_shared<serialize::MemoryBudget>(bytes.size(), max_ops);
  size_t at = 0;
  for (int i = 0; i < pickles; ++i) {
    serialize::PickleReader reader(bytes, path, "the pickle", recorder,
                                   {.opaque_calls = true, .budget = budget});
    reader.seek(at);
    if (bytes.size() > at + 1 && bytes[at] == '\x80') {
      names.protocol = static_cast<uint8_t>(bytes[at + 1]);
    }
    reader.read();
    at = reader.position();
  }
}

}  // namespace

PickleNames pickle_names(const std::shared_ptr<serialize::InputFile>& file,
                         const LoadOptions& options) {
  PickleNames names;
  const std::string format = format_name(file);
  if (format == "legacy") {
    // Magic number, version, system, object.
    read({reinterpret_cast<const char*>(file->data()), file->size()},
         file->path(), 4, options.max_pickle_ops, names);
  } else if (format == "zip") {
    serialize::ZipReader zip(file);
    bool found = false;
    for (const serialize::ZipEntry& entry : zip.entries()) {
      if (entry.name.ends_with("/byteorder")) {
        names.big_endian = zip.read(entry).text() == "big";
      }
      if (found ||
          (entry.name != "data.pkl" && !entry.name.ends_with("/data.pkl"))) {
        continue;
      }
      const serialize::ZipRecord record = zip.read(entry);
      read(record.text(), file->path(), 1, options.max_pickle_ops, names);
      found = true;
    }
  }
  return names;
}

}  // namespace cresset::cli
