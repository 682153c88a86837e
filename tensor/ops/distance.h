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

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_DISTANCE_H_
