#include "cresset/tools/cresset/source_layout.h"

#include "cresset/serialize/zip_reader.h"

namespace cresset::cli {

SaveLayout source_layout(const std::shared_ptr<serialize::InputFile>& file) {
  const serialize::ZipReader zip(file);
  SaveLayout layout = SaveLayout::kTorch113;
  for (const serialize::ZipEntry& entry : zip.entries()) {
    if (entry.name.ends_with("/.format_version")) return SaveLayout::kTorch27;
    if (entry.name.ends_with("/byteorder")) layout = SaveLayout::kTorch21;
  }
  return layout;
}

}  // namespace cresset::cli
