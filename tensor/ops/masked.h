// Selection by masks, and where the non-zero elements are.

#ifndef CRESSET_TENSOR_OPS_MASKED_H_
#define CRESSET_TENSOR_OPS_MASKED_H_

#include <vector>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// The positions of the non-zero elements, row by row.
///
/// Shape:    any of rank r -> [count, r].
/// Dtype:    any -> int64.
/// Gradient: none.
/// Errors:   none of its own.
/// Torch:    torch.nonzero(x), torch.argwhere(x)
Tensor nonzero(const Tensor& x);
Tensor argwhere(const Tensor& x);

/// The same as one tensor for each dimension; rank 0 counts as 1.
///
/// Shape:    any of rank r -> r tensors of [count].
/// Dtype:    any -> int64. Gradient: none. Errors: none of its own.
/// Torch:    torch.where(x), torch.nonzero(x, as_tuple=True)
std::vector<Tensor> where(const Tensor& x);
std::vector<Tensor> nonzero_as_tuple(const Tensor& x);

/// The elements of x where `mask` holds, one behind the other.
///
/// Shape:    x and mask broadcast together -> [count].
/// Dtype:    any -> the same; the mask is bool or uint8.
/// Gradient: g, put back where its elements came from.
/// Errors:   kDtype for another mask; kShape if they do not broadcast.
/// Torch:    torch.masked_select(x, mask)
Tensor masked_select(const Tensor& x, const Tensor& mask);

/// x with the elements of `source`, in order, where `mask` holds.
///
/// Shape:    x's; mask broadcasts to it; source has at least as many elements
///           as the mask holds.
/// Dtype:    any -> the same; source has x's dtype.
/// Gradient: g with zeros there to x, g there to source.
/// Errors:   kDtype, kShape.
/// Torch:    x.masked_scatter(mask, source)
Tensor masked_scatter(const Tensor& x, const Tensor& mask,
                      const Tensor& source);
const Tensor& masked_scatter_(const Tensor& x, const Tensor& mask,
                              const Tensor& source);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_MASKED_H_
