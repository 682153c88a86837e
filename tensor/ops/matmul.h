// Matrix products.
//
// Unless an op says otherwise
//   Dtype:  both of one dtype, any computing one but bool -> the same;
//           float16 and bfloat16 add up in float32.
//   Errors: kShape if ranks or inner sizes do not fit; kDtype if the dtypes
//           differ; kDevice if the devices differ.

#ifndef CRESSET_TENSOR_OPS_MATMUL_H_
#define CRESSET_TENSOR_OPS_MATMUL_H_

#include <vector>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// The product by rank: dot product of two vectors, matrix times vector or
/// matrix, or batches of matrices whose leading dimensions broadcast.
///
/// Shape:    [k] x [k] -> []; [..., m, k] x [..., k, n] -> [..., m, n]; a
///           missing matrix dimension is added and removed again.
/// Gradient: g b^T to a, a^T g to b, summed over broadcast dimensions.
/// Torch:    torch.matmul(a, b)
Tensor matmul(const Tensor& a, const Tensor& b);

/// Shape: [m, k] x [k, n] -> [m, n]. Gradient: as matmul. Torch: torch.mm(a, b)
Tensor mm(const Tensor& a, const Tensor& b);

/// Shape: [B, m, k] x [B, k, n] -> [B, m, n].
/// Gradient: as matmul. Torch: torch.bmm(a, b)
Tensor bmm(const Tensor& a, const Tensor& b);

/// Shape: [m, k] x [k] -> [m]. Gradient: as matmul. Torch: torch.mv(a, b)
Tensor mv(const Tensor& a, const Tensor& b);

/// Shape: [k] x [k] -> []. Gradient: g b to a, g a to b. Torch: torch.dot(a, b)
Tensor dot(const Tensor& a, const Tensor& b);

/// Shape:    [m] x [n] -> [m, n].
/// Gradient: g b to a, g^T a to b. Torch: torch.outer(a, b)
Tensor outer(const Tensor& a, const Tensor& b);

/// Sum over the last dimension of both.
/// Shape:    [..., k] x [*, k] -> [..., *].
/// Gradient: as matmul. Torch: torch.inner(a, b)
Tensor inner(const Tensor& a, const Tensor& b);

struct ScaledProduct {
  Scalar beta = 1;   ///< factor of the summand; 0 ignores even NaN
  Scalar alpha = 1;  ///< factor of the product
};

/// beta * input + alpha * (a b).
/// Shape:    input broadcasts to [m, n]; [m, k] x [k, n] -> [m, n].
/// Gradient: beta g to input, alpha times that of mm to a and b.
/// Torch:    torch.addmm(input, a, b, beta=, alpha=)
Tensor addmm(const Tensor& input, const Tensor& a, const Tensor& b,
             const ScaledProduct& options = {});

/// Shape:    input broadcasts to [m]; [m, k] x [k] -> [m].
/// Gradient: as addmm. Torch: torch.addmv(input, a, b)
Tensor addmv(const Tensor& input, const Tensor& a, const Tensor& b,
             const ScaledProduct& options = {});

/// Shape:    input broadcasts to [m, n]; [m] x [n] -> [m, n].
/// Gradient: as addmm. Torch: torch.addr(input, a, b)
Tensor addr(const Tensor& input, const Tensor& a, const Tensor& b,
            const ScaledProduct& options = {});

/// Shape:    input broadcasts to [B, m, n]; as bmm.
/// Gradient: as addmm. Torch: torch.baddbmm(input, a, b)
Tensor baddbmm(const Tensor& input, const Tensor& a, const Tensor& b,
               const ScaledProduct& options = {});

/// The products of a batch, summed.
/// Shape:    input broadcasts to [m, n]; [B, m, k] x [B, k, n] -> [m, n].
/// Gradient: as addmm. Torch: torch.addbmm(input, a, b)
Tensor addbmm(const Tensor& input, const Tensor& a, const Tensor& b,
              const ScaledProduct& options = {});

/// x weight^T + bias.
///
/// Shape:    x [..., in], weight [out, in], bias [out] or undefined
///           -> [..., out]; weight [in] (and bias []) -> [...].
/// Gradient: g weight to x, g^T x to weight, the sum of g to bias.
/// Torch:    torch.nn.functional.linear(x, weight, bias)
Tensor linear(const Tensor& x, const Tensor& weight,
              const Tensor& bias = Tensor());

/// x1^T A x2 + bias for each output.
/// Shape:    x1 [..., n], x2 [..., m], weight [out, n, m] -> [..., out].
/// Gradient: from its parts. Torch: torch.nn.functional.bilinear
Tensor bilinear(const Tensor& x1, const Tensor& x2, const Tensor& weight,
                const Tensor& bias = Tensor());

/// Contraction of `dims_a` of a with `dims_b` of b.
/// Shape:    the remaining dimensions of a, then those of b.
/// Gradient: as matmul. Torch: torch.tensordot(a, b, dims)
Tensor tensordot(const Tensor& a, const Tensor& b, IntSpan dims_a,
                 IntSpan dims_b);
Tensor tensordot(const Tensor& a, const Tensor& b, int64_t dims = 2);

namespace internal {

// y = a b + beta y for a [B, m, k] and b [B, k, n] with any strides, y
// [B, m, n] row-major; all of one dtype. beta is 0 or 1.
using MatmulKernel =
    Kernel<void(const Tensor& a, const Tensor& b, const Tensor& y, int beta)>;
extern MatmulKernel matmul_kernel;

// y = x w + bias for x [1, N, in] and w [1, in, out] with any strides, bias
// [out] and y [1, N, out] row-major; all of one dtype.
using LinearKernel = Kernel<void(const Tensor& x, const Tensor& w,
                                 const Tensor& bias, const Tensor& y)>;
extern LinearKernel linear_kernel;

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_MATMUL_H_
