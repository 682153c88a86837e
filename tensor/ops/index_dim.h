// Positions along one dimension, given by a vector.
//
// Unless an op says otherwise
//   Shape:    index [n] or []; the source has x's sizes with n at `dim`.
//   Dtype:    any -> the same; the source has x's dtype, index is int64 or
//             int32.
//   Gradient: to x and the source what they gave to the result.
//   Errors:   kIndex for a dimension or position out of range; kShape for an
//             index that is no vector, or sizes that do not fit; kDtype.
// and an op whose name ends with _ changes x in place and returns it.

#ifndef CRESSET_TENSOR_OPS_INDEX_DIM_H_
#define CRESSET_TENSOR_OPS_INDEX_DIM_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// Slices of x along `dim`, in the order of `index`.
/// Shape: x [.., d, ..] -> [.., n, ..].
/// Torch: torch.index_select(x, dim, index)
Tensor index_select(const Tensor& x, int64_t dim, const Tensor& index);

/// x with alpha * source added at the positions.
/// Torch: torch.index_add(x, dim, index, source, alpha=alpha)
Tensor index_add(const Tensor& x, int64_t dim, const Tensor& index,
                 const Tensor& source, const Scalar& alpha = 1);
const Tensor& index_add_(const Tensor& x, int64_t dim, const Tensor& index,
                         const Tensor& source, const Scalar& alpha = 1);

/// x with the source's slices in place of its own.
/// Torch: torch.index_copy(x, dim, index, source)
Tensor index_copy(const Tensor& x, int64_t dim, const Tensor& index,
                  const Tensor& source);
const Tensor& index_copy_(const Tensor& x, int64_t dim, const Tensor& index,
                          const Tensor& source);

/// x with one value at the positions; a tensor value has rank 0.
/// Torch: torch.index_fill(x, dim, index, value)
Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index,
                  const Scalar& value);
Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index,
                  const Tensor& value);
const Tensor& index_fill_(const Tensor& x, int64_t dim, const Tensor& index,
                          const Scalar& value);
const Tensor& index_fill_(const Tensor& x, int64_t dim, const Tensor& index,
                          const Tensor& value);

/// Elements of x in row-major order, by number; negative ones count from the
/// end.
/// Shape: index of any shape -> the same. Gradient: g, added up in its place.
/// Torch: torch.take(x, index)
Tensor take(const Tensor& x, const Tensor& index);

/// x with the source's elements there, or added.
/// Shape: the source has as many elements as `index`.
/// Torch: x.put(index, source, accumulate)
Tensor put(const Tensor& x, const Tensor& index, const Tensor& source,
           bool accumulate = false);
const Tensor& put_(const Tensor& x, const Tensor& index, const Tensor& source,
                   bool accumulate = false);

/// Each slice of x along `dim` (each element without one) `repeats` times, or
/// as often as `repeats` says for it.
/// Dtype: repeats is int64 or int32. Errors: kValue for negative repeats.
/// Torch: torch.repeat_interleave(x, repeats, dim)
Tensor repeat_interleave(const Tensor& x, int64_t repeats);
Tensor repeat_interleave(const Tensor& x, int64_t repeats, int64_t dim);
Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, int64_t dim);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_INDEX_DIM_H_
