#include "cresset/serialize/checkpoint.h"

#include "cresset/serialize/atomic_file.h"
#include "cresset/serialize/file_kind.h"
#include "cresset/serialize/input_file.h"
#include "cresset/serialize/torch_legacy.h"
#include "cresset/serialize/torch_reader.h"
#include "cresset/serialize/torch_writer.h"

namespace cresset {

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
  const std::string_view bytes(reinterpret_cast<const char*>(file->data()),
                               file->size());
  switch (serialize::file_kind(bytes)) {
    case serialize::FileKind::kZip:
      return serialize::read_torch_zip(file, options);
    case serialize::FileKind::kLegacy:
    case serialize::FileKind::kPickle:
      return serialize::read_torch_legacy(file, options);
    default:
      serialize::refuse_file(*file);
  }
}

}  // namespace cresset
