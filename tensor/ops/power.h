// Powers.
//
// Shape: any two that broadcast -> their broadcast.

#ifndef CRESSET_TENSOR_OPS_POWER_H_
#define CRESSET_TENSOR_OPS_POWER_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// x to the power `exponent`; 0 to the power 0 is 1.
/// Dtype: promoted by PyTorch's rules; integers wrap.
/// Gradient: g * exponent * x^(exponent - 1), 0 for exponent 0; g * y * log(x)
///           to the exponent, 0 where x is 0 and the exponent is not negative.
/// Errors: kValue for integers to a negative number; kDtype for bool.
/// Torch: torch.pow(x, exponent)
Tensor pow(const Tensor& x, const Tensor& exponent);
Tensor pow(const Tensor& x, const Scalar& exponent);
Tensor pow(const Scalar& x, const Tensor& exponent);
const Tensor& pow_(const Tensor& x, const Tensor& exponent);
const Tensor& pow_(const Tensor& x, const Scalar& exponent);

/// pow in float64.
/// Dtype: any -> float64. Gradient: as pow's. Errors: kDtype for complex
/// numbers.
///
/// Torch: torch.float_power(x, exponent)
Tensor float_power(const Tensor& x, const Tensor& exponent);
Tensor float_power(const Tensor& x, const Scalar& exponent);
Tensor float_power(const Scalar& x, const Tensor& exponent);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_POWER_H_
