// Lengths of vectors and distances between them.

#ifndef CRESSET_TENSOR_OPS_DISTANCE_H_
#define CRESSET_TENSOR_OPS_DISTANCE_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// a . b / max(|a| |b|, eps) along `dim`.
///
/// Shape:    two that broadcast -> their broadcast without dim.
/// Dtype:    floating, promoted.
/// Gradient: that of the formula.
/// Errors:   kIndex if dim is out of range.
/// Torch:    torch.nn.functional.cosine_similarity(a, b, dim, eps)
Tensor cosine_similarity(const Tensor& a, const Tensor& b, int64_t dim = 1,
                         double eps = 1e-8);

/// The p-norm of a - b + eps along the last dimension.
///
/// Shape:    two that broadcast -> their broadcast without the last dimension.
/// Dtype:    floating, promoted.
/// Gradient: that of the norm.
/// Errors:   kShape if the shapes do not broadcast.
/// Torch:    torch.nn.functional.pairwise_distance(a, b, p, eps, keepdim)
Tensor pairwise_distance(const Tensor& a, const Tensor& b, double p = 2,
                         double eps = 1e-6, bool keepdim = false);

/// x divided by its p-norm along `dim`, or by eps if that is larger.
///
/// Shape:    any -> the same.
/// Dtype:    floating -> the same.
/// Gradient: that of the formula.
/// Errors:   kIndex if dim is out of range.
/// Torch:    torch.nn.functional.normalize(x, p, dim, eps)
Tensor normalize(const Tensor& x, double p = 2, int64_t dim = 1,
                 double eps = 1e-12);

/// The p-norms of the differences of all rows of a and all rows of b; 0 has no
/// gradient.
///
/// Shape:    [..., n, k] x [..., m, k] -> [..., n, m]; the leading sizes
///           broadcast.
/// Dtype:    floating -> the same.
/// Gradient: that of the norm.
/// Errors:   kShape if the rows differ in length; kValue for a negative p.
/// Torch:    torch.cdist(a, b, p)
Tensor cdist(const Tensor& a, const Tensor& b, double p = 2);

/// The p-norms of the differences of every two rows: the part of cdist(x, x)
/// above the diagonal, row by row.
///
/// Shape:    [n, k] -> [n (n - 1) / 2].
/// Dtype:    floating -> the same.
/// Gradient: that of the norm.
/// Errors:   kShape unless x is a matrix; kValue for a negative p.
/// Torch:    torch.nn.functional.pdist(x, p)
Tensor pdist(const Tensor& x, double p = 2);

/// x with each slice along `dim` whose p-norm is above maxnorm shortened to it.
///
/// Shape:    any of rank 2 or more -> the same.
/// Dtype:    floating -> the same.
/// Gradient: g, through the norm where a slice was shortened.
/// Errors:   kShape for a vector; kIndex if dim is out of range; kValue unless
/// p
///           is positive and maxnorm not negative.
/// Torch:    torch.renorm(x, p, dim, maxnorm)
Tensor renorm(const Tensor& x, double p, int64_t dim, double maxnorm);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_DISTANCE_H_
