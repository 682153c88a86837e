// "0,:,3:5": a part of a tensor as NumPy writes it.

#ifndef CRESSET_TOOLS_CRESSET_TENSOR_SLICE_H_
#define CRESSET_TOOLS_CRESSET_TENSOR_SLICE_H_

#include <string>

#include "cresset/tensor/core/tensor.h"

namespace cresset::cli {

/// A view. An index takes a dimension away, a range narrows it; negative
/// numbers count from the end, steps are positive.
/// Errors: CliError with kExitUsage.
Tensor sliced(const Tensor& tensor, const std::string& text);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_TENSOR_SLICE_H_
