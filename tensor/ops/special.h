// Functions of two tensors beyond arithmetic.
//
// Unless an op says otherwise
//   Shape:  any two that broadcast -> their broadcast.
//   Dtype:  promoted by PyTorch's rules, integers to the default dtype.
//   Errors: kShape if the shapes do not broadcast; kDevice for tensors of
//           different devices; kDtype for storage-only dtypes.

#ifndef CRESSET_TENSOR_OPS_SPECIAL_H_
#define CRESSET_TENSOR_OPS_SPECIAL_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// The angle of the point (b, a).
/// Gradient: g * b / (a^2 + b^2) to a, -g * a / (a^2 + b^2) to b.
/// Torch: torch.atan2(a, b)
Tensor atan2(const Tensor& a, const Tensor& b);

/// sqrt(a^2 + b^2) without overflow on the way.
/// Dtype: floating. Gradient: g * a / y, g * b / y. Torch: torch.hypot(a, b)
Tensor hypot(const Tensor& a, const Tensor& b);

/// |a| with the sign of b.
/// Gradient: g to a where its sign is kept, -g where it is not, 0 at a = 0;
///           0 to b. Torch: torch.copysign(a, b)
Tensor copysign(const Tensor& a, const Tensor& b);
Tensor copysign(const Tensor& a, const Scalar& b);

/// 0 below x = 0, 1 above, `values` at 0.
/// Dtype: any, the same for both. Gradient: none. Errors: kDtype if dtypes
/// differ. Torch: torch.heaviside(x, values)
Tensor heaviside(const Tensor& x, const Tensor& values);

/// a * log(b); 0 where a is 0, unless b is NaN.
/// Gradient: g * log(b) to a, 0 where a = 0 and b <= 0; g * a / b to b.
/// Torch: torch.xlogy(a, b)
Tensor xlogy(const Tensor& a, const Tensor& b);
Tensor xlogy(const Tensor& a, const Scalar& b);
Tensor xlogy(const Scalar& a, const Tensor& b);

/// a * log(1 + b), likewise.
/// Gradient: as xlogy's. Torch: torch.special.xlog1py(a, b)
Tensor xlog1py(const Tensor& a, const Tensor& b);

/// log(exp(a) + exp(b)) and log2(2^a + 2^b), without overflow on the way.
/// Dtype: floating. Gradient: g times the share of the term in the sum.
/// Torch: torch.logaddexp(a, b), torch.logaddexp2(a, b)
Tensor logaddexp(const Tensor& a, const Tensor& b);
Tensor logaddexp2(const Tensor& a, const Tensor& b);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_SPECIAL_H_
