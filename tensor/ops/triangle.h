// Diagonals and triangles of matrices.
//
// Unless an op says otherwise
//   Shape:    as each op says.
//   Dtype:    any -> the same.
//   Gradient: g at the places that the result took from x.
//   Errors:   kShape for a rank that does not fit; kIndex for a dimension out
//             of range; kValue if two dimensions are one.

#ifndef CRESSET_TENSOR_OPS_TRIANGLE_H_
#define CRESSET_TENSOR_OPS_TRIANGLE_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// A matrix with x on diagonal number `offset`; of a matrix that diagonal.
/// Torch: torch.diag(x, offset)
Tensor diag(const Tensor& x, int64_t offset = 0);

/// The last dimension on the diagonals of two new dimensions.
/// Torch: torch.diag_embed(x, offset, dim1, dim2)
Tensor diag_embed(const Tensor& x, int64_t offset = 0, int64_t dim1 = -2,
                  int64_t dim2 = -1);

/// diag of x's elements in row-major order.
/// Torch: torch.diagflat(x, offset)
Tensor diagflat(const Tensor& x, int64_t offset = 0);

/// The last two dimensions with zeros above (tril) or below (triu) diagonal
/// number `diagonal`.
/// Torch: torch.tril(x, diagonal), torch.triu(x, diagonal)
Tensor tril(const Tensor& x, int64_t diagonal = 0);
Tensor triu(const Tensor& x, int64_t diagonal = 0);
const Tensor& tril_(const Tensor& x, int64_t diagonal = 0);
const Tensor& triu_(const Tensor& x, int64_t diagonal = 0);

/// Sum of the diagonal of a matrix.
/// Shape: [n, m] -> []. Torch: torch.trace(x)
Tensor trace(const Tensor& x);

/// Kronecker product: each element of a times the whole of b.
/// Shape: sizes multiply, the shorter list with ones in front.
/// Dtype: promoted. Gradient: as that of mul. Torch: torch.kron(a, b)
Tensor kron(const Tensor& a, const Tensor& b);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_TRIANGLE_H_
