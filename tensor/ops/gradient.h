// Numerical differentiation.

#ifndef CRESSET_TENSOR_OPS_GRADIENT_H_
#define CRESSET_TENSOR_OPS_GRADIENT_H_

#include <vector>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct GradientOptions {
  /// Distance of the points, one for all dimensions or one for each.
  std::vector<double> spacing = {1.0};
  /// Instead of it the coordinates of the points, a vector for each dimension.
  std::vector<Tensor> coordinates = {};
  Ints dims = {};          ///< default: all dimensions
  int64_t edge_order = 1;  ///< of the differences at both ends
};

/// The slopes of a function given by its values: central differences inside,
/// one-sided ones of order `edge_order` at both ends.
///
/// Shape:    any with more than edge_order points along each dimension -> one
///           result for each dimension, of x's shape.
/// Dtype:    floating -> the same; integers become the default dtype.
/// Gradient: that of the differences.
/// Errors:   kShape for too few points or coordinates that do not fit; kValue
///           for another edge_order than 1 or 2 or a wrong number of spacings;
///           kIndex if a dimension is out of range.
/// Torch:    torch.gradient(x, spacing=spacing, dim=dims,
///           edge_order=edge_order)
std::vector<Tensor> gradient(const Tensor& x,
                             const GradientOptions& options = {});

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_GRADIENT_H_
