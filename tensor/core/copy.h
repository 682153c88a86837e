// The three kernels the core needs by itself: copy, fill and add. to(), clone()
// and contiguous() stand on the first two, gradient sums on the third.

#ifndef CRESSET_TENSOR_CORE_COPY_H_
#define CRESSET_TENSOR_CORE_COPY_H_

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

// Writes the elements of `from`, converted to the dtype of `to`. Same sizes,
// any strides (0 in `from` where it is broadcast), any two dtypes.
using CopyKernel = Kernel<void(const Tensor& from, const Tensor& to)>;
extern CopyKernel copy_kernel;

// Sets every element of `to`.
using FillKernel = Kernel<void(const Scalar& value, const Tensor& to)>;
extern FillKernel fill_kernel;

// y = a + b for row-major tensors of one shape and dtype; y may be a or b.
using AddKernel =
    Kernel<void(const Tensor& a, const Tensor& b, const Tensor& y)>;
extern AddKernel add_kernel;

// The CPU's functions for the three (cpu/copy_cpu.cc).
void copy_cpu(const Tensor& from, const Tensor& to);
void fill_cpu(const Scalar& value, const Tensor& to);
void add_cpu(const Tensor& a, const Tensor& b, const Tensor& y);

// Copies between any two tensors of the same sizes, across devices too, and
// outside autograd.
void copy_elements(const Tensor& from, const Tensor& to);

// A row-major tensor of one value, outside autograd.
Tensor filled(IntSpan shape, const Scalar& value, Dtype dtype, Device device);

// x's elements in new row-major memory, outside autograd.
Tensor dense_copy(const Tensor& x);

// A view of `x` with the sizes of a broadcast: stride 0 where a size was 1 or
// absent. Errors: kShape if x does not broadcast to `sizes`.
Tensor broadcast_alias(const Tensor& x, IntSpan sizes, const char* op);

// a + b for two gradients of one tensor, recorded if gradients are.
Tensor sum_of_gradients(const Tensor& a, const Tensor& b);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_COPY_H_
