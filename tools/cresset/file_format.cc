#include "cresset/tools/cresset/file_format.h"

#include <string_view>

#include "cresset/serialize/file_kind.h"
#include "cresset/serialize/zip_reader.h"

namespace cresset::cli {
namespace {

std::string zip_format(const std::shared_ptr<serialize::InputFile>& file) {
  const serialize::ZipReader zip(file);
  bool pickle = false, constants = false, arrays = false;
  for (const serialize::ZipEntry& entry : zip.entries()) {
    const std::string_view name = entry.name;
    if (name == "data.pkl" || name.ends_with("/data.pkl")) {
      pickle = true;
      const std::string root(name.substr(0, name.size() - 8));
      constants = constants || zip.find(root + "constants.pkl") != nullptr;
    }
    arrays = arrays || name.ends_with(".npy");
  }
  if (pickle) return constants ? "torchscript" : "zip";
  return arrays ? "npz" : "zip";
}

}  // namespace

std::string format_name(const std::shared_ptr<serialize::InputFile>& file) {
  using serialize::FileKind;
  const std::string_view bytes(reinterpret_cast<const char*>(file->data()),
                               file->size());
  switch (serialize::file_kind(bytes)) {
    case FileKind::kZip:
      return zip_format(file);
    case FileKind::kLegacy:
      return "legacy";
    case FileKind::kTar:
      return "tar";
    case FileKind::kSafetensors:
    case FileKind::kJson:  // an index of shards
      return "safetensors";
    case FileKind::kNumpy:
      return "npy";
    case FileKind::kPickle:
      return "pickle";
    default:
      return "unknown";
  }
}

}  // namespace cresset::cli
