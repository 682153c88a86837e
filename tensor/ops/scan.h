// Running sums, products and extremes along one dimension.
//
//   Shape:  any -> the same; `dim` may be negative.
//   Dtype:  sums and products of integers and bool -> int64, floating -> the
//           same; with `dtype` x is converted first. Extremes keep x's dtype.
//           float32 and the 16-bit floats are accumulated in float64.
//   Errors: kIndex if dim is out of range; kDtype for complex numbers and
//           storage-only dtypes.

#ifndef CRESSET_TENSOR_OPS_SCAN_H_
#define CRESSET_TENSOR_OPS_SCAN_H_

#include <optional>

#include "cresset/tensor/ops/reduce.h"

namespace cresset {

/// y[i] = x[0] + ... + x[i].
/// Gradient: the sum of g from i to the end. Torch: torch.cumsum(x, dim, dtype)
Tensor cumsum(const Tensor& x, int64_t dim,
              std::optional<Dtype> dtype = std::nullopt);

/// y[i] = x[0] * ... * x[i].
/// Gradient: that of the product, also where elements are zero.
/// Torch:    torch.cumprod(x, dim, dtype)
Tensor cumprod(const Tensor& x, int64_t dim,
               std::optional<Dtype> dtype = std::nullopt);

/// y[i] = log(exp(x[0]) + ... + exp(x[i])), without overflow.
/// Gradient: exp(x) * sum of g * exp(-y) from i to the end.
/// Errors:   kDtype unless x is floating. Torch: torch.logcumsumexp(x, dim)
Tensor logcumsumexp(const Tensor& x, int64_t dim);

/// The largest, or smallest, element so far and the place of its last equal;
/// NaN from the first NaN on.
/// Gradient: g, added up at the indices.
/// Torch:    torch.cummax(x, dim), torch.cummin(x, dim)
ValuesAndIndices cummax(const Tensor& x, int64_t dim);
ValuesAndIndices cummin(const Tensor& x, int64_t dim);

struct DiffOptions {
  int64_t n = 1;  ///< how often
  int64_t dim = -1;
  Tensor prepend = {};  ///< joined to x before
  Tensor append = {};
};

/// Differences of neighbours: x[i + 1] - x[i]; x itself for n = 0.
/// Shape:    [..., k, ...] -> [..., k - n, ...].
/// Gradient: that of the subtraction. Torch: torch.diff(x, n, dim, ...)
Tensor diff(const Tensor& x, const DiffOptions& options = {});

/// The integral of y over `dim` by the trapezoidal rule, at points `x` or `dx`
/// apart. The cumulative form gives it up to each point but the first.
/// Shape:    y [..., k, ...], x [k] or broadcasting to y -> y's without dim, or
///           with k - 1 there.
/// Gradient: that of the sum. Torch: torch.trapezoid, torch.trapz,
///           torch.cumulative_trapezoid
Tensor trapezoid(const Tensor& y, const Tensor& x, int64_t dim = -1);
Tensor trapezoid(const Tensor& y, double dx = 1, int64_t dim = -1);
Tensor trapz(const Tensor& y, const Tensor& x, int64_t dim = -1);
Tensor trapz(const Tensor& y, double dx = 1, int64_t dim = -1);
Tensor cumulative_trapezoid(const Tensor& y, const Tensor& x, int64_t dim = -1);
Tensor cumulative_trapezoid(const Tensor& y, double dx = 1, int64_t dim = -1);

namespace internal {

// The sum from i to the end; its gradient is cumsum.
Tensor cumsum_from_end(const Tensor& x, int64_t dim);

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_SCAN_H_
