// What a device provides for the ops that move, find and count elements and
// make ranges of numbers.

#ifndef CRESSET_TENSOR_OPS_DATA_KERNELS_H_
#define CRESSET_TENSOR_OPS_DATA_KERNELS_H_

#include <span>

#include "cresset/tensor/base/scalar.h"
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
  Tensor offsets;         // int64 [n], on x's device
  int64_t unit = 0;       // all offsets are multiples of it; 0: they are 0
  bool distinct = false;  // no offset occurs twice

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

// Checks the indices along dimension number `dim`, of `size` elements, negative
// ones counting from the end, and adds index * stride to `offsets`; both int64,
// row-major and on one device.
// Errors: kIndex. A device that works asynchronously writes offsets of other
// elements of the dimension and reports the error when the host next waits.
using OffsetsKernel =
    Kernel<void(const Tensor& index, int64_t size, int64_t stride, int64_t dim,
                const Tensor& offsets)>;
extern OffsetsKernel offsets_kernel;

// Throws kIndex, or reports it later, unless all elements of the row-major
// int64 tensor lie in [0, size).
using IndexRangeKernel = Kernel<void(const Tensor& index, int64_t size,
                                     const char* op, int64_t dim)>;
extern IndexRangeKernel index_range_kernel;

// The numbers of the elements of the row-major bool tensor that are true, in
// rising order: int64 [count].
using TrueNumbersKernel = Kernel<Tensor(const Tensor& x)>;
extern TrueNumbersKernel true_numbers_kernel;

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

// Element i of the row-major y of float32, float64 or int64 is start + step *
// i, computed in that type; in the second half of a two-ended range of n
// elements it is end - step * (n - 1 - i).
struct RangeCall {
  Scalar start, end, step;
  bool two_ended = false;
};
using RangeKernel = Kernel<void(const RangeCall& call, const Tensor& y)>;
extern RangeKernel range_kernel;

// Where each of `values` [rows, m] would stand in the rising `sequence`
// [rows, n], or [1, n] for all rows: before equal elements, or behind them if
// `right`. Both float64 or both int64, row-major; y int64 like `values`. NaN is
// larger than all numbers.
using SearchKernel = Kernel<void(const Tensor& sequence, const Tensor& values,
                                 bool right, const Tensor& y)>;
extern SearchKernel search_kernel;

// Adds to each element of the int64 vector `counts` how often its number is
// among the row-major int64 `values`; other values do not count.
using CountKernel = Kernel<void(const Tensor& values, const Tensor& counts)>;
extern CountKernel count_kernel;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_DATA_KERNELS_H_
