// Reductions: sums, extremes, tests and means over dimensions.
//
// Unless an op says otherwise
//   Shape:  any; `dim` names the dimensions that go away, or with `keepdim`
//           become 1: one, or a list; an empty list means all of them, as does
//           the form without `dim`.
//   Dtype:  floating -> the same; float16 and bfloat16 add up in float32.
//   Errors: kIndex if a dimension is out of range, kValue if it is named
//           twice; kDtype for complex numbers and storage-only dtypes.
// Sums are pairwise over fixed blocks: they do not depend on the number of
// threads, and their error grows with the logarithm of the number of elements.

#ifndef CRESSET_TENSOR_OPS_REDUCE_H_
#define CRESSET_TENSOR_OPS_REDUCE_H_

#include <optional>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// What a selection along one dimension gives: the elements and where in that
/// dimension they were (int64).
struct ValuesAndIndices {
  Tensor values;
  Tensor indices;
};

/// Sum of the elements. With `dtype` they are converted first.
///
/// Dtype:    integers and bool -> int64.
/// Gradient: g, expanded to x's shape.
/// Torch:    torch.sum(x, dim, keepdim, dtype=dtype)
Tensor sum(const Tensor& x, std::optional<Dtype> dtype = std::nullopt);
Tensor sum(const Tensor& x, IntSpan dim, bool keepdim = false,
           std::optional<Dtype> dtype = std::nullopt);

/// The sum without the elements that are NaN.
///
/// Dtype:    integers and bool -> int64.
/// Gradient: g where x is a number, 0 elsewhere.
/// Torch:    torch.nansum(x, dim, keepdim, dtype=dtype)
Tensor nansum(const Tensor& x, std::optional<Dtype> dtype = std::nullopt);
Tensor nansum(const Tensor& x, IntSpan dim, bool keepdim = false,
              std::optional<Dtype> dtype = std::nullopt);

/// Arithmetic mean.
///
/// Gradient: g / n, expanded to x's shape.
/// Errors:   kDtype unless x or `dtype` is floating.
/// Torch:    torch.mean(x, dim, keepdim, dtype=dtype)
Tensor mean(const Tensor& x, std::optional<Dtype> dtype = std::nullopt);
Tensor mean(const Tensor& x, IntSpan dim, bool keepdim = false,
            std::optional<Dtype> dtype = std::nullopt);

/// The mean of the elements that are not NaN.
///
/// Gradient: g / count where x is a number, 0 elsewhere.
/// Errors:   kDtype unless x is floating.
/// Torch:    torch.nanmean(x, dim, keepdim, dtype=dtype)
Tensor nanmean(const Tensor& x, std::optional<Dtype> dtype = std::nullopt);
Tensor nanmean(const Tensor& x, IntSpan dim, bool keepdim = false,
               std::optional<Dtype> dtype = std::nullopt);

/// Product of the elements, over all or one dimension.
///
/// Dtype:    integers and bool -> int64.
/// Gradient: g * product of the other elements, also where some are zero.
/// Torch:    torch.prod(x, dim, keepdim, dtype=dtype)
Tensor prod(const Tensor& x, std::optional<Dtype> dtype = std::nullopt);
Tensor prod(const Tensor& x, int64_t dim, bool keepdim = false,
            std::optional<Dtype> dtype = std::nullopt);

/// Whether any, or every, element is true (not zero).
///
/// Dtype:    any -> bool; uint8 -> uint8.
/// Gradient: none.
/// Torch:    torch.any(x, dim, keepdim), torch.all(x, dim, keepdim)
Tensor any(const Tensor& x);
Tensor any(const Tensor& x, int64_t dim, bool keepdim = false);
Tensor all(const Tensor& x);
Tensor all(const Tensor& x, int64_t dim, bool keepdim = false);

/// Number of elements that are not zero.
///
/// Dtype:    any -> int64.
/// Gradient: none.
/// Torch:    torch.count_nonzero(x, dim)
Tensor count_nonzero(const Tensor& x, IntSpan dim = {});

/// Sums `x` over the dimensions that broadcasting from `shape` would add, so
/// that the result has that shape.
///
/// Shape:    x [...] that `shape` broadcasts to -> shape.
/// Dtype:    floating -> the same; integers and bool -> int64 if there is
///           anything to sum.
/// Gradient: g, expanded to x's shape.
/// Errors:   kShape if `shape` does not broadcast to x's shape.
/// Torch:    x.sum_to_size(shape)
Tensor sum_to_size(const Tensor& x, IntSpan shape);

namespace internal {

// g, whose sizes are `sizes` with 1 or nothing where `mask` is set, expanded to
// `sizes` without a copy. Its gradient is a sum.
Tensor spread(const Tensor& g, const Shape& sizes,
              const std::vector<bool>& mask);

// g broadcast to `sizes` without a copy.
Tensor expand_to(const Tensor& g, const Shape& sizes);

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_REDUCE_H_
