// Arithmetic of three tensors.
//
// Unless an op says otherwise
//   Shape:  any that broadcast -> their broadcast.
//   Errors: kShape if the shapes do not broadcast; kDevice for tensors of
//           different devices; kDtype for storage-only dtypes.
// and `op_` changes its first input in place and returns it.

#ifndef CRESSET_TENSOR_OPS_TERNARY_H_
#define CRESSET_TENSOR_OPS_TERNARY_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// start + weight * (end - start); weights 0 and 1 give the ends exactly.
/// Dtype: floating, the same for all tensors.
/// Gradient: (1 - weight) * g, weight * g, and (end - start) * g to weight.
/// Errors: kDtype if dtypes differ. Torch: torch.lerp(start, end, weight)
Tensor lerp(const Tensor& start, const Tensor& end, const Tensor& weight);
Tensor lerp(const Tensor& start, const Tensor& end, const Scalar& weight);
const Tensor& lerp_(const Tensor& start, const Tensor& end,
                    const Tensor& weight);
const Tensor& lerp_(const Tensor& start, const Tensor& end,
                    const Scalar& weight);

/// x + value * a * b.
/// Dtype: promoted, except that value counts for nothing; not bool.
/// Gradient: g, value * g * b and value * g * a.
/// Torch: torch.addcmul(x, a, b, value=value)
Tensor addcmul(const Tensor& x, const Tensor& a, const Tensor& b,
               const Scalar& value = 1);
const Tensor& addcmul_(const Tensor& x, const Tensor& a, const Tensor& b,
                       const Scalar& value = 1);

/// x + value * a / b.
/// Dtype: promoted. Errors: kDtype if a and b are both integers.
/// Gradient: g, value * g / b and -value * g * a / (b * b).
/// Torch: torch.addcdiv(x, a, b, value=value)
Tensor addcdiv(const Tensor& x, const Tensor& a, const Tensor& b,
               const Scalar& value = 1);
const Tensor& addcdiv_(const Tensor& x, const Tensor& a, const Tensor& b,
                       const Scalar& value = 1);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_TERNARY_H_
