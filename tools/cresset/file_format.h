// The format of a file, told by its contents.

#ifndef CRESSET_TOOLS_CRESSET_FILE_FORMAT_H_
#define CRESSET_TOOLS_CRESSET_FILE_FORMAT_H_

#include <memory>
#include <string>

#include "cresset/serialize/input_file.h"

namespace cresset::cli {

/// "zip", "legacy", "tar", "safetensors", "npz", "npy" or "torchscript"; other
/// files that load() reads have a name of their own, such as "pickle".
std::string format_name(const std::shared_ptr<serialize::InputFile>& file);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_FILE_FORMAT_H_
