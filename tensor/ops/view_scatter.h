// Copies of a tensor with one of its views replaced.
//
//   Shape:    source has the sizes of the view; the result has those of x.
//   Dtype:    any -> the same; source has x's dtype.
//   Gradient: g with zeros in the view to x, g's view to source.
//   Errors:   those of the view; kShape if source has other sizes; kDtype.

#ifndef CRESSET_TENSOR_OPS_VIEW_SCATTER_H_
#define CRESSET_TENSOR_OPS_VIEW_SCATTER_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// Torch: torch.select_scatter(x, source, dim, index)
Tensor select_scatter(const Tensor& x, const Tensor& source, int64_t dim,
                      int64_t index);

/// Torch: torch.slice_scatter(x, source, dim, start, end, step)
Tensor slice_scatter(const Tensor& x, const Tensor& source, int64_t dim = 0,
                     int64_t start = 0, int64_t end = INT64_MAX,
                     int64_t step = 1);

/// Torch: torch.diagonal_scatter(x, source, offset, dim1, dim2)
Tensor diagonal_scatter(const Tensor& x, const Tensor& source,
                        int64_t offset = 0, int64_t dim1 = 0, int64_t dim2 = 1);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_VIEW_SCATTER_H_
