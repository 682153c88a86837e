// Counts of values, and values by rank.

#ifndef CRESSET_TENSOR_OPS_HISTOGRAM_H_
#define CRESSET_TENSOR_OPS_HISTOGRAM_H_

#include <optional>
#include <string_view>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// How many elements lie in each of `bins` equal intervals from `min` to `max`;
/// from the least to the largest element if the two are equal.
///
/// Shape:    any -> [bins].
/// Dtype:    floating -> the same.
/// Gradient: none.
/// Errors:   kDtype for other dtypes; kValue unless bins > 0, max >= min and
///           both are finite.
/// Torch:    torch.histc(x, bins, min, max)
Tensor histc(const Tensor& x, int64_t bins = 100, double min = 0,
             double max = 0);

/// How often each of 0, 1, ... is in x, or the sum of its weights.
///
/// Shape:    x, weights [n] -> [max(largest + 1, minlength)].
/// Dtype:    x integers; weights float32 -> float32, others -> float64; no
///           weights -> int64.
/// Gradient: none.
/// Errors:   kShape unless x has one dimension and weights its shape; kValue
/// for
///           negative elements or minlength.
/// Torch:    torch.bincount(x, weights, minlength)
Tensor bincount(const Tensor& x, const Tensor& weights = {},
                int64_t minlength = 0);

/// The value below which the share `q` of the elements lies, between two
/// elements by `interpolation`: linear, lower, higher, midpoint or nearest.
/// Without `dim` over all elements. The nan form leaves NaN out.
///
/// Shape:    q [] or [k] -> x's without dim, after a dimension of k if q has
/// one. Dtype:    x and q of one dtype, float32 or float64 -> the same.
/// Gradient: g, to the elements it lies between.
/// Errors:   kIndex if dim is out of range; kValue if q is outside [0, 1], for
///           no elements, or for another interpolation; kDtype for dtypes.
/// Torch:    torch.quantile(x, q, dim, keepdim, interpolation=...),
///           torch.nanquantile
Tensor quantile(const Tensor& x, const Tensor& q,
                std::optional<int64_t> dim = std::nullopt, bool keepdim = false,
                std::string_view interpolation = "linear");
Tensor quantile(const Tensor& x, double q,
                std::optional<int64_t> dim = std::nullopt, bool keepdim = false,
                std::string_view interpolation = "linear");
Tensor nanquantile(const Tensor& x, const Tensor& q,
                   std::optional<int64_t> dim = std::nullopt,
                   bool keepdim = false,
                   std::string_view interpolation = "linear");
Tensor nanquantile(const Tensor& x, double q,
                   std::optional<int64_t> dim = std::nullopt,
                   bool keepdim = false,
                   std::string_view interpolation = "linear");

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_HISTOGRAM_H_
