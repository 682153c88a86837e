// Choice by a mask.

#ifndef CRESSET_TENSOR_OPS_WHERE_H_
#define CRESSET_TENSOR_OPS_WHERE_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// a where `condition` holds, b elsewhere.
///
/// Shape:    any three that broadcast -> their broadcast.
/// Dtype:    condition bool or uint8; a and b promote by PyTorch's rules.
/// Gradient: g to a where the condition holds, to b elsewhere.
/// Errors:   kDtype if the condition is neither bool nor uint8; kShape if the
///           shapes do not broadcast.
/// Torch:    torch.where(condition, a, b)
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
Tensor where(const Tensor& condition, const Tensor& a, const Scalar& b);
Tensor where(const Tensor& condition, const Scalar& a, const Tensor& b);
Tensor where(const Tensor& condition, const Scalar& a, const Scalar& b);

/// x with `value` where `mask` holds.
///
/// Shape:    any two that broadcast -> their broadcast; in place, the mask
///           broadcasts to x.
/// Dtype:    mask bool -> x's dtype, to which the value is converted.
/// Gradient: g to x where the mask does not hold; its sum elsewhere to value.
/// Errors:   kDtype if the mask is not bool; kShape if the shapes do not
///           broadcast or `value` is a tensor with dimensions.
/// Torch:    x.masked_fill(mask, value), x.masked_fill_(mask, value)
Tensor masked_fill(const Tensor& x, const Tensor& mask, const Scalar& value);
Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value);
const Tensor& masked_fill_(const Tensor& x, const Tensor& mask,
                           const Scalar& value);
const Tensor& masked_fill_(const Tensor& x, const Tensor& mask,
                           const Tensor& value);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_WHERE_H_
