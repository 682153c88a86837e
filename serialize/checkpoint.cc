#include "cresset/serialize/checkpoint.h"

#include <map>

#include "cresset/serialize/atomic_file.h"
#include "cresset/serialize/file_kind.h"
#include "cresset/serialize/input_file.h"
#include "cresset/serialize/npy_reader.h"
#include "cresset/serialize/refusal.h"
#include "cresset/serialize/safetensors.h"
#include "cresset/serialize/tar_reader.h"
#include "cresset/serialize/torch_legacy.h"
#include "cresset/serialize/torch_reader.h"
#include "cresset/serialize/torch_writer.h"

namespace cresset {
namespace {

Value load_file(const std::shared_ptr<serialize::InputFile>& file,
                const LoadOptions& options, bool shards);

// The tensors of an index, each shard loaded once.
Value load_shards(const serialize::InputFile& index,
                  const LoadOptions& options) {
  const Value names = serialize::read_shard_index(index);
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
      shard = shards.emplace(name, load_file(file, options, false)).first;
    }
    CRESSET_CHECK(shard->second.is_dict() && shard->second.contains(item.key),
                  kFormat, folder, name,
                  ": index of shards: ", repr(item.key, 80),
                  " is not in this file, though ", index.path(), " says so");
    result[item.key] = shard->second[item.key];
  }
  return result;
}

Value load_file(const std::shared_ptr<serialize::InputFile>& file,
                const LoadOptions& options, bool shards) {
  using serialize::FileKind;
  const std::string_view bytes(reinterpret_cast<const char*>(file->data()),
                               file->size());
  switch (serialize::file_kind(bytes)) {
    case FileKind::kZip:
      return serialize::read_torch_zip(file, options);
    case FileKind::kLegacy:
    case FileKind::kPickle:
      return serialize::read_torch_legacy(file, options);
    case FileKind::kTar:
      return serialize::read_torch_tar(file, options);
    case FileKind::kSafetensors:
      return serialize::read_safetensors(file, options);
    case FileKind::kNumpy:
      return serialize::read_npy(file);
    case FileKind::kJson:
      if (shards) return load_shards(*file, options);
      break;
    default:
      break;
  }
  serialize::refuse_file(*file);
}

}  // namespace

void save(const Value& value, const std::string& path,
          const SaveOptions& options) {
  const std::string root = serialize::root_of_path(path, options.layout);
  serialize::AtomicFile file(path);
  serialize::write_torch_zip(value, root, options, file);
  file.commit(options.durable);
}

Value load(const std::string& path, const LoadOptions& options) {
  const auto file = options.mmap ? serialize::InputFile::map(path)
                                 : serialize::InputFile::read(path);
  return serialize::with_path(path, "loading",
                              [&] { return load_file(file, options, true); });
}

}  // namespace cresset
