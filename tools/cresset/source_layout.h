// The layout in which a zip file of PyTorch was written.

#ifndef CRESSET_TOOLS_CRESSET_SOURCE_LAYOUT_H_
#define CRESSET_TOOLS_CRESSET_SOURCE_LAYOUT_H_

#include <memory>

#include "cresset/serialize/input_file.h"
#include "cresset/serialize/options.h"

namespace cresset::cli {

/// Which releases of PyTorch write zip files as this one is.
SaveLayout source_layout(const std::shared_ptr<serialize::InputFile>& file);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_SOURCE_LAYOUT_H_
