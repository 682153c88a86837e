// What a device provides for the ops that move elements without computing.

#ifndef CRESSET_TENSOR_OPS_DATA_KERNELS_H_
#define CRESSET_TENSOR_OPS_DATA_KERNELS_H_

#include <span>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

// Writes the row-major tensors, all of y's dtype, one behind the other along
// `dim` of the row-major y.
using CatKernel =
    Kernel<void(std::span<const Tensor> x, int64_t dim, const Tensor& y)>;
extern CatKernel cat_kernel;

// Adds `from` to `to`, both float32 or both float64, where several elements of
// `to` may lie in one place.
using StridedAddKernel = Kernel<void(const Tensor& from, const Tensor& to)>;
extern StridedAddKernel strided_add_kernel;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_DATA_KERNELS_H_
