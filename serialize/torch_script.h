// The weights of TorchScript archives (torch.jit.save, and torch::save of
// libtorch), without running what they hold.

#ifndef CRESSET_SERIALIZE_TORCH_SCRIPT_H_
#define CRESSET_SERIALIZE_TORCH_SCRIPT_H_

#include <string>

#include "cresset/serialize/value.h"
#include "cresset/serialize/zip_reader.h"

namespace cresset::serialize {

/// The state dict of the module that the archive's data.pkl holds: parameters
/// and buffers by name, in PyTorch's order. Which attributes these are, the
/// code of the archive says; a class without code counts with all its tensors.
///
/// Errors: kFormat if `module` is no module.
Value script_weights(const Value& module, const std::string& root,
                     ZipReader& zip);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TORCH_SCRIPT_H_
