#include "cresset/tools/cresset/source_layout.h"

#include "cresset/serialize/file_kind.h"
#include "cresset/serialize/input_file.h"
#include "cresset/serialize/zip_reader.h"

namespace cresset::cli {
namespace {

bool is_zip(const serialize::InputFile& file) {
  return serialize::file_kind({reinterpret_cast<const char*>(file.data()),
                               file.size()}) == serialize::FileKind::kZip;
}

}  // namespace

SaveOptions source_options(const std::string& path) {
  SaveOptions options;
  const auto file = serialize::InputFile::map(path);
  if (!is_zip(*file)) return options;
  const serialize::ZipReader zip(file);
  options.layout = SaveLayout::kTorch113;
  for (const serialize::ZipEntry& entry : zip.entries()) {
    if (entry.name.ends_with("/.format_version")) {
      options.layout = SaveLayout::kTorch27;
    } else if (entry.name.ends_with("/byteorder") &&
               options.layout == SaveLayout::kTorch113) {
      options.layout = SaveLayout::kTorch21;
    }
  }
  return options;
}

std::string source_root(const std::string& path) {
  const auto file = serialize::InputFile::map(path);
  if (!is_zip(*file)) return "";
  const serialize::ZipReader zip(file);
  for (const serialize::ZipEntry& entry : zip.entries()) {
    if (entry.name.ends_with("/data.pkl")) {
      return entry.name.substr(0, entry.name.size() - 9);
    }
  }
  return "";
}

}  // namespace cresset::cli
