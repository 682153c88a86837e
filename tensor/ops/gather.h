// One position for each element: gather and scatter.
//
// Unless an op says otherwise
//   Shape:    all tensors have one rank; index is nowhere larger than the
//             source and, outside `dim`, than x.
//   Dtype:    any -> the same; the source has x's dtype, index is int64.
//   Gradient: to x and the source what they gave to the result.
//   Errors:   kIndex for a dimension or position out of range; kShape if the
//             sizes do not fit; kDtype; kState where x may not be changed in
//             place.
// and an op whose name ends with _ changes x in place and returns it.

#ifndef CRESSET_TENSOR_OPS_GATHER_H_
#define CRESSET_TENSOR_OPS_GATHER_H_

#include <string_view>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// y[.., j, ..] = x[.., index[.., j, ..], ..] along `dim`.
/// Shape: that of index. Torch: torch.gather(x, dim, index)
Tensor gather(const Tensor& x, int64_t dim, const Tensor& index);

/// gather with x and index broadcast together first; without `dim` of x in
/// row-major order.
/// Torch: torch.take_along_dim(x, index, dim)
Tensor take_along_dim(const Tensor& x, const Tensor& index);
Tensor take_along_dim(const Tensor& x, const Tensor& index, int64_t dim);

/// x with x[.., index[.., j, ..], ..] = source[.., j, ..]; the last of several
/// for one place stays. `reduce` "add" or "multiply" combines instead, without
/// gradients.
/// Torch: torch.scatter(x, dim, index, source, reduce=reduce)
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index,
               const Tensor& source, std::string_view reduce = "");
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index,
               const Scalar& value, std::string_view reduce = "");
const Tensor& scatter_(const Tensor& x, int64_t dim, const Tensor& index,
                       const Tensor& source, std::string_view reduce = "");
const Tensor& scatter_(const Tensor& x, int64_t dim, const Tensor& index,
                       const Scalar& value, std::string_view reduce = "");

/// The same, added to x.
/// Torch: torch.scatter_add(x, dim, index, source)
Tensor scatter_add(const Tensor& x, int64_t dim, const Tensor& index,
                   const Tensor& source);
const Tensor& scatter_add_(const Tensor& x, int64_t dim, const Tensor& index,
                           const Tensor& source);

/// The same, reduced by "sum", "prod", "mean", "amax" or "amin", with x's own
/// element or without.
/// Torch: torch.scatter_reduce(x, dim, index, source, reduce,
///        include_self=include_self)
Tensor scatter_reduce(const Tensor& x, int64_t dim, const Tensor& index,
                      const Tensor& source, std::string_view reduce,
                      bool include_self = true);
const Tensor& scatter_reduce_(const Tensor& x, int64_t dim, const Tensor& index,
                              const Tensor& source, std::string_view reduce,
                              bool include_self = true);

/// The same for slices along `dim`, with "prod", "mean", "amax" or "amin".
/// Shape: index [n]; the source has x's sizes with n at `dim`.
/// Torch: torch.index_reduce(x, dim, index, source, reduce,
///        include_self=include_self)
Tensor index_reduce(const Tensor& x, int64_t dim, const Tensor& index,
                    const Tensor& source, std::string_view reduce,
                    bool include_self = true);
const Tensor& index_reduce_(const Tensor& x, int64_t dim, const Tensor& index,
                            const Tensor& source, std::string_view reduce,
                            bool include_self = true);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_GATHER_H_
