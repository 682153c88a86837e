// One tensor from several.
//
// Unless an op says otherwise
//   Shape:    as each op says.
//   Dtype:    the promoted dtype of all tensors.
//   Gradient: to each tensor its part of g.
//   Errors:   kValue for an empty list; kShape if the sizes do not fit; kIndex
//             for a dimension out of range; kDevice for several devices.

#ifndef CRESSET_TENSOR_OPS_COMBINE_H_
#define CRESSET_TENSOR_OPS_COMBINE_H_

#include <vector>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// The tensors one behind the other along `dim`; their other sizes agree. A
/// tensor of shape [0] adds nothing.
/// Torch: torch.cat(tensors, dim)
Tensor cat(const std::vector<Tensor>& tensors, int64_t dim = 0);
Tensor concat(const std::vector<Tensor>& tensors, int64_t dim = 0);

/// The tensors, all of one shape, along a new dimension `dim`.
/// Torch: torch.stack(tensors, dim)
Tensor stack(const std::vector<Tensor>& tensors, int64_t dim = 0);

/// cat along the second dimension (hstack; the first for rank 1), the first
/// (vstack, of at least matrices) or the third (dstack); column_stack makes
/// columns of vectors first.
/// Torch: torch.hstack(tensors), torch.vstack, torch.dstack,
///        torch.column_stack
Tensor hstack(const std::vector<Tensor>& tensors);
Tensor vstack(const std::vector<Tensor>& tensors);
Tensor row_stack(const std::vector<Tensor>& tensors);
Tensor dstack(const std::vector<Tensor>& tensors);
Tensor column_stack(const std::vector<Tensor>& tensors);

/// The matrices along the diagonal of a matrix of zeros.
/// Torch: torch.block_diag(*tensors)
Tensor block_diag(const std::vector<Tensor>& tensors);

/// All tensors expanded to their common shape; views.
/// Torch: torch.broadcast_tensors(*tensors)
std::vector<Tensor> broadcast_tensors(const std::vector<Tensor>& tensors);

/// Vectors expanded to the grid they span; views. `indexing` is "ij", or "xy"
/// for the first two dimensions exchanged.
/// Torch: torch.meshgrid(*tensors, indexing=indexing)
std::vector<Tensor> meshgrid(const std::vector<Tensor>& tensors,
                             const char* indexing = "ij");

/// Rows are all tuples with one element of each vector.
/// Torch: torch.cartesian_prod(*tensors)
Tensor cartesian_prod(const std::vector<Tensor>& tensors);

/// Rows are all choices of r elements of the vector x, in order.
/// Torch: torch.combinations(x, r, with_replacement)
Tensor combinations(const Tensor& x, int64_t r = 2,
                    bool with_replacement = false);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_COMBINE_H_
