// The layout in which a file was written, so that it can be written again.

#ifndef CRESSET_TOOLS_CRESSET_SOURCE_LAYOUT_H_
#define CRESSET_TOOLS_CRESSET_SOURCE_LAYOUT_H_

#include <string>

#include "cresset/serialize/options.h"

namespace cresset::cli {

/// The options of save() that write the layout of this file, or the default
/// for files that are not of PyTorch's zip format.
SaveOptions source_options(const std::string& path);

/// The folder that all records of a zip archive lie in, "" if there is none.
std::string source_root(const std::string& path);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_SOURCE_LAYOUT_H_
