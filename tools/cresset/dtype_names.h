// Dtypes as people write them on a command line.

#ifndef CRESSET_TOOLS_CRESSET_DTYPE_NAMES_H_
#define CRESSET_TOOLS_CRESSET_DTYPE_NAMES_H_

#include <string>

#include "cresset/tensor/core/tensor.h"

namespace cresset::cli {

/// The dtype of "f16", "bf16", "half" or "float16".
/// Errors: CliError with kExitUsage, with the name that may have been meant.
Dtype dtype_named(const std::string& name);

/// A tensor in another dtype.
struct Cast {
  Tensor tensor;
  int64_t overflows = 0;  ///< finite numbers that became infinite
};

/// Floating tensors change, others stay as they are.
Cast cast_floating(const Tensor& tensor, Dtype dtype);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_DTYPE_NAMES_H_
