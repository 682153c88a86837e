// Elementwise ops of one tensor.
//
// Unless an op says otherwise
//   Shape:  any -> the same.
//   Dtype:  floating -> the same; integers and bool become the default dtype.
//           float16 and bfloat16 are computed in float32.
//   Errors: kDtype for complex numbers and storage-only dtypes.
// and `op_(x)` changes x in place and returns it.

#ifndef CRESSET_TENSOR_OPS_UNARY_H_
#define CRESSET_TENSOR_OPS_UNARY_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// -x, in x's own dtype.
/// Gradient: -g. Errors: kDtype for bool. Torch: torch.neg(x)
Tensor neg(const Tensor& x);
const Tensor& neg_(const Tensor& x);

/// e to the power x.
/// Gradient: g * y. Torch: torch.exp(x)
Tensor exp(const Tensor& x);
const Tensor& exp_(const Tensor& x);

/// Natural logarithm.
/// Gradient: g / x. Torch: torch.log(x)
Tensor log(const Tensor& x);
const Tensor& log_(const Tensor& x);

Tensor operator-(const Tensor& x);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_UNARY_H_
