// Softmax and its kin.
//
// All of them
//   Shape:  any rank, `dim` may be negative -> the same.
//   Dtype:  floating -> the same; float16 and bfloat16 are computed in float32.
//           With `dtype` x is converted first.
//   Errors: kIndex if dim is out of range; kDtype unless x is floating.

#ifndef CRESSET_TENSOR_OPS_SOFTMAX_H_
#define CRESSET_TENSOR_OPS_SOFTMAX_H_

#include <optional>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// exp(x) divided by its sum along `dim`, without overflow.
/// Gradient: y * (g - sum(g * y, dim)). Torch: torch.softmax(x, dim, dtype)
Tensor softmax(const Tensor& x, int64_t dim,
               std::optional<Dtype> dtype = std::nullopt);

/// The logarithm of softmax, without loss of small values.
/// Gradient: g - exp(y) * sum(g, dim). Torch: torch.log_softmax(x, dim, dtype)
Tensor log_softmax(const Tensor& x, int64_t dim,
                   std::optional<Dtype> dtype = std::nullopt);

/// softmax(-x).
/// Gradient: that of softmax, negated. Torch: torch.nn.functional.softmin
Tensor softmin(const Tensor& x, int64_t dim,
               std::optional<Dtype> dtype = std::nullopt);

namespace internal {

// What a device provides. All tensors are row-major, of one shape and one
// dtype: float32 or float64, on devices other than the CPU also float16 or
// bfloat16. dim is wrapped.
using SoftmaxKernel =
    Kernel<void(const Tensor& x, int64_t dim, bool log, const Tensor& y)>;
extern SoftmaxKernel softmax_kernel;

using SoftmaxGradKernel = Kernel<void(const Tensor& g, const Tensor& y,
                                      int64_t dim, bool log, const Tensor& gx)>;
extern SoftmaxGradKernel softmax_grad_kernel;

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_SOFTMAX_H_
