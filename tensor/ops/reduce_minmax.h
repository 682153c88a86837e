// The largest and smallest elements, and where they are.
//
// A NaN counts as the extreme, so it is the result wherever one is among the
// elements. Dimensions are given as in reduce.h.
//   Shape:  any -> without the reduced dimensions, or with size 1 where
//           `keepdim` is set.
//   Dtype:  any -> the same; indices are int64.
//   Errors: kIndex if a dimension is out of range; kShape if there is no
//           element to choose from; kDtype for complex numbers and storage-only
//           dtypes.

#ifndef CRESSET_TENSOR_OPS_REDUCE_MINMAX_H_
#define CRESSET_TENSOR_OPS_REDUCE_MINMAX_H_

#include "cresset/tensor/ops/reduce.h"

namespace cresset {

/// The extreme of all elements.
/// Gradient: g, shared evenly among equal extremes.
/// Torch:    torch.max(x), torch.min(x)
Tensor max(const Tensor& x);
Tensor min(const Tensor& x);

/// The extremes along `dim` and the place of the first of each.
/// Gradient: g, to the element at the index.
/// Torch:    torch.max(x, dim, keepdim), torch.min(x, dim, keepdim)
ValuesAndIndices max(const Tensor& x, int64_t dim, bool keepdim = false);
ValuesAndIndices min(const Tensor& x, int64_t dim, bool keepdim = false);

/// The extremes over several dimensions.
/// Gradient: g, shared evenly among equal extremes.
/// Torch:    torch.amax(x, dim, keepdim), torch.amin(x, dim, keepdim)
Tensor amax(const Tensor& x, IntSpan dim = {}, bool keepdim = false);
Tensor amin(const Tensor& x, IntSpan dim = {}, bool keepdim = false);

/// Both extremes.
struct MinAndMax {
  Tensor min;
  Tensor max;
};

/// Both extremes, of all elements or along `dim`.
/// Gradient: g, shared evenly among equal extremes.
/// Torch:    torch.aminmax(x, dim=dim, keepdim=keepdim)
MinAndMax aminmax(const Tensor& x);
MinAndMax aminmax(const Tensor& x, int64_t dim, bool keepdim = false);

/// Where the first extreme is: in the row-major order of all elements, or
/// along `dim`.
/// Gradient: none.
/// Torch:    torch.argmax(x, dim, keepdim), torch.argmin(x, dim, keepdim)
Tensor argmax(const Tensor& x);
Tensor argmax(const Tensor& x, int64_t dim, bool keepdim = false);
Tensor argmin(const Tensor& x);
Tensor argmin(const Tensor& x, int64_t dim, bool keepdim = false);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_REDUCE_MINMAX_H_
