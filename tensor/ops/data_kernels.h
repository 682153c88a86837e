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

// Zeros what lies above diagonal number `diagonal` of the row-major matrices y
// if the lower triangle is kept, else what lies below it.
using TriangleKernel =
    Kernel<void(const Tensor& y, bool keep_lower, int64_t diagonal)>;
extern TriangleKernel triangle_kernel;

// What an op does with an element that it finds where it writes.
enum class PutOp { kAssign, kAdd, kMul, kMin, kMax };

// The places in `x` that an index leads to: for each index of the `before`
// dimensions, each offset and each index of the `after` dimensions one element.
// Offsets and strides count elements from the first one of x.
struct IndexPlan {
  Shape before, before_strides;
  Shape after, after_strides;
  Tensor offsets;  // int64 [n], on x's device

  int64_t rows() const { return numel_of(before) * offsets.numel(); }
};

// Reads these places into the row-major `rows` of sizes [before, n, after], or
// writes or combines them with it; n in rising order, so that the last of
// several writers of one place wins.
using TakeKernel =
    Kernel<void(const Tensor& x, const IndexPlan& plan, const Tensor& rows)>;
using PutKernel = Kernel<void(const Tensor& x, const IndexPlan& plan,
                              const Tensor& rows, PutOp op)>;
extern TakeKernel take_kernel;
extern PutKernel put_kernel;

// Checks the indices along one dimension of `size` elements, negative ones
// counting from the end, and adds index * stride to `offsets`; all int64 and
// row-major, on the CPU. `place` names the dimension in the error.
void add_offsets(const Tensor& index, int64_t size, int64_t stride,
                 int64_t place, const Tensor& offsets);

// y[.., j, ..] = x[.., index[.., j, ..], ..] along `dim`, with the sizes of
// `index`, which may be smaller than x's.
using GatherKernel = Kernel<void(const Tensor& x, int64_t dim,
                                 const Tensor& index, const Tensor& y)>;
extern GatherKernel gather_kernel;

// The reverse: combines x[.., index[.., j, ..], ..] with source[.., j, ..] in
// the order of j. `source` has x's dtype and the sizes of `index`, any strides.
using ScatterKernel =
    Kernel<void(const Tensor& x, int64_t dim, const Tensor& index,
                const Tensor& source, PutOp op)>;
extern ScatterKernel scatter_kernel;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_DATA_KERNELS_H_
