// Division with rounding, and remainders.
//
// All take
//   Shape:  any two that broadcast -> their broadcast.
//   Dtype:  promoted by PyTorch's rules, integers as they are.
//   Errors: kValue for an integer divisor of 0, which a device reports when
//           the host next waits; kDtype for bool and storage-only dtypes;
//           kShape if the shapes do not broadcast.
// and `op_(a, b)` changes a in place and returns it.

#ifndef CRESSET_TENSOR_OPS_DIVISION_H_
#define CRESSET_TENSOR_OPS_DIVISION_H_

#include <string_view>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// a / b rounded: "trunc" towards zero, "floor" downwards.
/// Gradient: 0. Errors: kValue for another word.
/// Torch: torch.div(a, b, rounding_mode=rounding_mode)
Tensor div(const Tensor& a, const Tensor& b, std::string_view rounding_mode);
Tensor div(const Tensor& a, const Scalar& b, std::string_view rounding_mode);

/// a / b rounded downwards.
/// Gradient: none. Torch: torch.floor_divide(a, b)
Tensor floor_divide(const Tensor& a, const Tensor& b);
Tensor floor_divide(const Tensor& a, const Scalar& b);
Tensor floor_divide(const Scalar& a, const Tensor& b);
const Tensor& floor_divide_(const Tensor& a, const Tensor& b);
const Tensor& floor_divide_(const Tensor& a, const Scalar& b);

/// What is left of a after whole multiples of b, with the sign of a.
/// Gradient: g to a, -g * div(a, b, "trunc") to b. Torch: torch.fmod(a, b)
Tensor fmod(const Tensor& a, const Tensor& b);
Tensor fmod(const Tensor& a, const Scalar& b);
const Tensor& fmod_(const Tensor& a, const Tensor& b);
const Tensor& fmod_(const Tensor& a, const Scalar& b);

/// The same with the sign of b, as Python's %.
/// Gradient: g to a, -g * div(a, b, "floor") to b.
/// Torch: torch.remainder(a, b)
Tensor remainder(const Tensor& a, const Tensor& b);
Tensor remainder(const Tensor& a, const Scalar& b);
Tensor remainder(const Scalar& a, const Tensor& b);
const Tensor& remainder_(const Tensor& a, const Tensor& b);
const Tensor& remainder_(const Tensor& a, const Scalar& b);

inline Tensor operator%(const Tensor& a, const Tensor& b) {
  return remainder(a, b);
}
inline Tensor operator%(const Tensor& a, const Scalar& b) {
  return remainder(a, b);
}
inline Tensor operator%(const Scalar& a, const Tensor& b) {
  return remainder(a, b);
}

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_DIVISION_H_
