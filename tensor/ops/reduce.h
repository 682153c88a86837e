// Reductions.

#ifndef CRESSET_TENSOR_OPS_REDUCE_H_
#define CRESSET_TENSOR_OPS_REDUCE_H_

#include <optional>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// Sums `x` over the dimensions that broadcasting from `shape` would add, so
/// that the result has that shape.
///
/// Shape:    x [...] that `shape` broadcasts to -> shape.
/// Dtype:    any computing dtype -> the same.
/// Gradient: g, expanded to x's shape.
/// Errors:   kShape if `shape` does not broadcast to x's shape.
/// Torch:    x.sum_to_size(shape)
Tensor sum_to_size(const Tensor& x, IntSpan shape);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_REDUCE_H_
