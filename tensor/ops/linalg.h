// Functions of vectors and matrices that are no products.
//
// Unless an op says otherwise
//   Dtype:  floating -> the same; float16 and bfloat16 by way of float32.
//   Errors: kShape if ranks or sizes do not fit; kDtype for other dtypes.

#ifndef CRESSET_TENSOR_OPS_LINALG_H_
#define CRESSET_TENSOR_OPS_LINALG_H_

#include <optional>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// The cross product of vectors along `dim`, by default the first dimension of
/// size 3.
/// Shape:    two that broadcast, 3 at dim -> their broadcast.
/// Dtype:    any, promoted.
/// Gradient: the cross products of g with the other.
/// Torch:    torch.cross(a, b, dim)
Tensor cross(const Tensor& a, const Tensor& b,
             std::optional<int64_t> dim = std::nullopt);

/// What svd gives: x = u diag(s) vh, s falling.
struct Svd {
  Tensor u, s, vh;
};

/// The singular value decomposition in its reduced form.
/// Shape:    [..., m, n] -> [..., m, k], [..., k], [..., k, n], k the smaller
///           of m and n.
/// Gradient: through all three, of any order; it is not finite where singular
///           values are equal and u or vh take part.
/// Torch:    torch.linalg.svd(x, full_matrices=False)
Svd svd(const Tensor& x);

/// The sum of the singular values.
/// Shape:    the two dimensions of the matrix go, or become 1 with `keepdim`.
/// Gradient: g u vh.
/// Errors:   kIndex if a dimension is out of range; kValue if both are one.
/// Torch:    torch.norm(x, "nuc", dim, keepdim)
Tensor nuclear_norm(const Tensor& x, bool keepdim = false);
Tensor nuclear_norm(const Tensor& x, IntSpan dims, bool keepdim = false);

namespace internal {

// x [B, m, n], u [B, m, k], s [B, k], vh [B, k, n], all row-major float64.
using SvdKernel = Kernel<void(const Tensor& x, const Tensor& u, const Tensor& s,
                              const Tensor& vh)>;
extern SvdKernel svd_kernel;

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_LINALG_H_
