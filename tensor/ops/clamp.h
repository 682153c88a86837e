// Bounds: clamp, and the larger or smaller of two.
//
// Unless an op says otherwise
//   Shape:  any that broadcast -> their broadcast.
//   Dtype:  promoted by PyTorch's rules.
//   Errors: kShape if the shapes do not broadcast; kDevice for tensors of
//           different devices; kDtype for storage-only dtypes.
// and `op_` changes its first input in place and returns it.

#ifndef CRESSET_TENSOR_OPS_CLAMP_H_
#define CRESSET_TENSOR_OPS_CLAMP_H_

#include <optional>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// min(max(x, low), high); either bound may be absent. NaN stays NaN.
/// Gradient: g to x where x lies within the bounds, them included; to a bound
///           where it is the result. Errors: kValue if both are absent.
/// Torch: torch.clamp(x, min, max)
Tensor clamp(const Tensor& x, const std::optional<Scalar>& low,
             const std::optional<Scalar>& high = std::nullopt);
Tensor clamp(const Tensor& x, const std::optional<Tensor>& low,
             const std::optional<Tensor>& high = std::nullopt);
Tensor clamp(const Tensor& x, const Tensor& low, const Tensor& high);
const Tensor& clamp_(const Tensor& x, const std::optional<Scalar>& low,
                     const std::optional<Scalar>& high = std::nullopt);

/// clamp with one bound.
/// Gradient: g to x where it is the result, to the bound elsewhere.
/// Torch: torch.clamp_min(x, min), torch.clamp_max(x,
/// max)
Tensor clamp_min(const Tensor& x, const Scalar& low);
Tensor clamp_min(const Tensor& x, const Tensor& low);
const Tensor& clamp_min_(const Tensor& x, const Scalar& low);
Tensor clamp_max(const Tensor& x, const Scalar& high);
Tensor clamp_max(const Tensor& x, const Tensor& high);
const Tensor& clamp_max_(const Tensor& x, const Scalar& high);

/// The larger or smaller element; NaN if either is NaN.
/// Gradient: g to the one chosen, half to each of two equal ones.
/// Torch: torch.maximum(a, b), torch.minimum(a, b)
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, const Tensor& b);

/// The same, but a number wins against NaN.
/// Gradient: g to the one chosen, to a if they are equal.
/// Torch: torch.fmax(a, b), torch.fmin(a, b)
Tensor fmax(const Tensor& a, const Tensor& b);
Tensor fmin(const Tensor& a, const Tensor& b);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_CLAMP_H_
