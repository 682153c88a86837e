#include "cresset/serialize/checkpoint.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "cresset/serialize/archive.h"
#include "cresset/serialize/atomic_file.h"
#include "cresset/serialize/file_kind.h"
#include "cresset/serialize/input_file.h"
#include "cresset/serialize/npy_reader.h"
#include "cresset/serialize/npy_writer.h"
#include "cresset/serialize/refusal.h"
#include "cresset/serialize/refuse_file.h"
#include "cresset/serialize/safetensors.h"
#include "cresset/serialize/safetensors_writer.h"
#include "cresset/serialize/tar_reader.h"
#include "cresset/serialize/torch_legacy.h"
#include "cresset/serialize/torch_pickler.h"
#include "cresset/serialize/torch_reader.h"
#include "cresset/serialize/torch_writer.h"
#include "cresset/serialize/zip_reader.h"

namespace cresset {
namespace {

// Which parts of a file are wanted.
struct Wanted {
  bool shards = true;           // of an index
  bool structure_only = false;  // no elements
};

Value load_file(const std::shared_ptr<serialize::InputFile>& file,
                const LoadOptions& options, Wanted wanted);

// The tensors of an index, each shard loaded once.
Value load_shards(const serialize::InputFile& index, const LoadOptions& options,
                  bool structure_only) {
  const Value names = serialize::read_shard_index(index, options);
  const size_t slash = index.path().rfind('/');
  const std::string folder =
      slash == std::string::npos ? "" : index.path().substr(0, slash + 1);
  std::map<std::string, Value> shards;
  Value result = Value::dict();
  for (const DictItem& item : names.items()) {
    const std::string& name = item.value.as_str();
    auto shard = shards.find(name);
    if (shard == shards.end()) {
      const std::string path = folder + name;
      const auto file = options.mmap ? serialize::InputFile::map(path)
                                     : serialize::InputFile::read(path);
      shard =
          shards
              .emplace(name, load_file(file, options, {false, structure_only}))
              .first;
    }
    CRESSET_CHECK(shard->second.is_dict() && shard->second.contains(item.key),
                  kFormat, folder, name,
                  ": index of shards: ", repr(item.key, 80),
                  " is not in this file, though ", index.path(), " says so");
    result[item.key] = shard->second[item.key];
  }
  return result;
}

Value load_bytes(const std::shared_ptr<serialize::InputFile>& file,
                 const LoadOptions& options, Wanted wanted) {
  const bool structure_only = wanted.structure_only;
  using serialize::FileKind;
  const std::string_view bytes(reinterpret_cast<const char*>(file->data()),
                               file->size());
  switch (serialize::file_kind(bytes)) {
    case FileKind::kZip:
      return serialize::read_torch_zip(file, options, structure_only);
    case FileKind::kLegacy:
    case FileKind::kPickle:
      return serialize::read_torch_legacy(file, options, structure_only);
    case FileKind::kTar:
      return serialize::read_torch_tar(file, options);
    case FileKind::kSafetensors:
      return serialize::read_safetensors(file, options, nullptr,
                                         structure_only);
    case FileKind::kNumpy:
      return serialize::read_npy(file, structure_only);
    case FileKind::kJson:
      if (wanted.shards) return load_shards(*file, options, structure_only);
      break;
    default:
      break;
  }
  serialize::refuse_file(*file);
}

// Whatever else a file looks like that shrinks while it is read, this is why.
Value load_file(const std::shared_ptr<serialize::InputFile>& file,
                const LoadOptions& options, Wanted wanted) {
  std::optional<Value> result;
  try {
    result = load_bytes(file, options, wanted);
  } catch (const Error&) {
    file->check();
    throw;
  }
  file->check();
  return *std::move(result);
}

// How a file was written, as far as it shows.
struct Form {
  SaveOptions options;
  std::string root;
};

Form form_of(const std::shared_ptr<serialize::InputFile>& file) {
  using serialize::FileKind;
  Form form;
  const std::string_view bytes(reinterpret_cast<const char*>(file->data()),
                               file->size());
  switch (serialize::file_kind(bytes)) {
    case FileKind::kZip:
      break;
    case FileKind::kLegacy:
    case FileKind::kPickle:
      form.options.format = SaveFormat::kLegacy;
      return form;
    case FileKind::kSafetensors:
      form.options.format = SaveFormat::kSafetensors;
      return form;
    case FileKind::kNumpy:
      form.options.format = SaveFormat::kNpy;
      return form;
    default:
      internal::throw_error(
          ErrorCode::kUnsupported,
          file->path() + ": Cresset does not write files of this kind");
  }
  const serialize::ZipReader zip(file);
  bool format_version = false;
  bool byteorder = false;
  bool pickle = false;
  for (const serialize::ZipEntry& entry : zip.entries()) {
    const std::string_view name = entry.name;
    format_version = format_version || name.ends_with("/.format_version");
    byteorder = byteorder || name.ends_with("/byteorder");
    if (name.ends_with("/data.pkl") && !pickle) {
      form.root = name.substr(0, name.size() - 9);
      pickle = true;
    }
  }
  if (!pickle) form.options.format = SaveFormat::kNpz;
  form.options.layout = format_version ? SaveLayout::kTorch27
                        : byteorder    ? SaveLayout::kTorch21
                                       : SaveLayout::kTorch113;
  return form;
}

// Whether a file holds this value; then its bytes are as good as new ones.
bool holds(const std::shared_ptr<serialize::InputFile>& file,
           const Value& value) {
  try {
    const Value old = load_file(file, {}, {.shards = false});
    return serialize::saved_equally(serialize::torch_pickle(value),
                                    serialize::torch_pickle(old));
  } catch (const Error&) {
    // What cannot be compared is written anew.
    return false;
  }
}

void write_value(const Value& value, const std::string& root,
                 const SaveOptions& options, serialize::Sink& sink) {
  switch (options.format) {
    case SaveFormat::kZip:
      return serialize::write_torch_zip(value, root, options, sink);
    case SaveFormat::kLegacy:
      return serialize::write_torch_legacy(value, sink);
    case SaveFormat::kSafetensors:
      return serialize::write_safetensors(value, sink, options.metadata);
    case SaveFormat::kNpz:
      return serialize::write_npz(value, sink);
    case SaveFormat::kNpy:
      return serialize::write_npy(value, sink);
  }
}

void save_like(const Value& value, const std::string& path,
               const SaveOptions& options) {
  // The file may be the one that is replaced: its mapping stays what it was.
  const auto source = serialize::InputFile::map(options.like);
  serialize::AtomicFile file(path);
  if (holds(source, value)) {
    file.write(source->data(), source->size());
  } else {
    Form form = form_of(source);
    form.options.metadata = options.metadata;
    write_value(value, form.root, form.options, file);
  }
  file.commit(options.durable);
}

}  // namespace

void save(const Value& value, const std::string& path,
          const SaveOptions& options) {
  if (!options.like.empty()) return save_like(value, path, options);
  serialize::AtomicFile file(path);
  const std::string root = options.format == SaveFormat::kZip
                               ? serialize::root_of_path(path, options.layout)
                               : "";
  write_value(value, root, options, file);
  file.commit(options.durable);
}

Value load(const std::string& path, const LoadOptions& options) {
  const auto file = options.mmap ? serialize::InputFile::map(path)
                                 : serialize::InputFile::read(path);
  return serialize::with_path(path, "loading",
                              [&] { return load_file(file, options, {}); });
}

Value load_structure(const std::string& path, const LoadOptions& options) {
  const auto file = serialize::InputFile::map(path);
  return serialize::with_path(path, "loading", [&] {
    return load_file(file, options, {.structure_only = true});
  });
}

}  // namespace cresset
