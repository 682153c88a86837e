// Variances, norms and other reductions that are more than a sum.
// Dimensions are given as in reduce.h. Unless an op says otherwise
//   Shape:  any -> without the reduced dimensions, or with size 1 where
//           `keepdim` is set.
//   Dtype:  floating -> the same.
//   Errors: kIndex if a dimension is out of range; kDtype for other dtypes.

#ifndef CRESSET_TENSOR_OPS_REDUCE_STATS_H_
#define CRESSET_TENSOR_OPS_REDUCE_STATS_H_

#include <limits>
#include <optional>

#include "cresset/tensor/ops/reduce.h"

namespace cresset {

/// How var and std divide, and what becomes of reduced dimensions. Over all
/// dimensions: var(x, {}, {.correction = 0}).
struct VarOptions {
  double correction = 1;  ///< 1 is PyTorch's unbiased=True, 0 unbiased=False
  bool keepdim = false;
};

/// Sum of squared distances from the mean, divided by n - correction; computed
/// block by block without cancellation.
///
/// Gradient: 2 * g * (x - mean) / (n - correction).
/// Errors:   kDtype unless x is floating.
/// Torch:    torch.var(x, dim, correction=correction, keepdim=keepdim)
Tensor var(const Tensor& x);
Tensor var(const Tensor& x, IntSpan dim, const VarOptions& options = {});

/// The square root of var.
/// Gradient: g * (x - mean) / (y * (n - correction)), 0 where y is 0.
/// Errors:   kDtype unless x is floating.
/// Torch:    torch.std(x, dim, correction=correction, keepdim=keepdim)
Tensor std(const Tensor& x);
Tensor std(const Tensor& x, IntSpan dim, const VarOptions& options = {});

/// A spread and the mean, from one pass over x.
struct SpreadAndMean {
  Tensor spread;  ///< var or std
  Tensor mean;
};

/// Gradient: those of var, or std, and mean.
/// Torch:    torch.var_mean(x, dim, ...), torch.std_mean(x, dim, ...)
SpreadAndMean var_mean(const Tensor& x);
SpreadAndMean var_mean(const Tensor& x, IntSpan dim,
                       const VarOptions& options = {});
SpreadAndMean std_mean(const Tensor& x);
SpreadAndMean std_mean(const Tensor& x, IntSpan dim,
                       const VarOptions& options = {});

/// log(sum(exp(x))) without overflow.
///
/// Dtype:    floating -> the same; integers become the default dtype.
/// Gradient: g * exp(x - y).
/// Torch:    torch.logsumexp(x, dim, keepdim)
Tensor logsumexp(const Tensor& x, IntSpan dim, bool keepdim = false);

/// The order of a norm as PyTorch names it: a number or infinity. p = 0 counts
/// the elements that are not zero.
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// (sum |x|^p)^(1/p); the largest |x| for p = infinity, the smallest for
/// minus infinity.
///
/// Dtype:    floating -> the same, or `dtype`, to which x is converted first.
/// Gradient: that of the formula; 0 where the norm is 0.
/// Errors:   kDtype unless x or `dtype` is floating; kShape for an infinite or
///           negative p of no elements.
/// Torch:    torch.linalg.vector_norm(x, p, dim, keepdim, dtype=dtype);
///           torch.norm(x, p, dim, keepdim)
Tensor vector_norm(const Tensor& x, double p = 2, IntSpan dim = {},
                   bool keepdim = false,
                   std::optional<Dtype> dtype = std::nullopt);
Tensor norm(const Tensor& x, double p = 2, IntSpan dim = {},
            bool keepdim = false, std::optional<Dtype> dtype = std::nullopt);

/// The p-norm of a - b.
///
/// Shape:    two that broadcast -> a number.
/// Dtype:    floating, promoted.
/// Gradient: that of norm, negated for b.
/// Errors:   kShape if the shapes do not broadcast.
/// Torch:    torch.dist(a, b, p)
Tensor dist(const Tensor& a, const Tensor& b, double p = 2);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_REDUCE_STATS_H_
