// The head of a .npy file.

#ifndef CRESSET_TOOLS_CRESSET_NPY_BYTES_H_
#define CRESSET_TOOLS_CRESSET_NPY_BYTES_H_

#include <string>

#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/base/shape.h"

namespace cresset::cli {

/// What comes before the elements (C order, little-endian) of a .npy file of
/// version 1.0. NumPy has no bfloat16 and float8; they are refused.
/// Errors: CliError with kExitUsage.
std::string npy_header(Dtype dtype, IntSpan shape);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_NPY_BYTES_H_
