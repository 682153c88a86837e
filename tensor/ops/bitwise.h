// Ops on the bits of integers, and on their divisors.
//
// Unless an op says otherwise
//   Shape:    any that broadcast -> their broadcast.
//   Dtype:    integers and bool, promoted by PyTorch's rules. Bool is computed
//             as logic.
//   Gradient: none.
//   Errors:   kDtype for other dtypes; kShape if the shapes do not broadcast.

#ifndef CRESSET_TENSOR_OPS_BITWISE_H_
#define CRESSET_TENSOR_OPS_BITWISE_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// Torch: torch.bitwise_and(a, b) and so on
Tensor bitwise_and(const Tensor& a, const Tensor& b);
Tensor bitwise_and(const Tensor& a, const Scalar& b);
Tensor bitwise_or(const Tensor& a, const Tensor& b);
Tensor bitwise_or(const Tensor& a, const Scalar& b);
Tensor bitwise_xor(const Tensor& a, const Tensor& b);
Tensor bitwise_xor(const Tensor& a, const Scalar& b);
Tensor bitwise_not(const Tensor& x);

/// a times or divided by 2 to the power b; a shift by more bits than there are
/// gives 0, or -1 for a negative number shifted right.
/// Errors: kDtype for bool too. Torch: torch.bitwise_left_shift(a, b)
Tensor bitwise_left_shift(const Tensor& a, const Tensor& b);
Tensor bitwise_left_shift(const Tensor& a, const Scalar& b);
Tensor bitwise_right_shift(const Tensor& a, const Tensor& b);
Tensor bitwise_right_shift(const Tensor& a, const Scalar& b);

/// Greatest common divisor and least common multiple, not negative.
/// Errors: kDtype for bool too. Torch: torch.gcd(a, b), torch.lcm(a, b)
Tensor gcd(const Tensor& a, const Tensor& b);
Tensor lcm(const Tensor& a, const Tensor& b);

inline Tensor operator&(const Tensor& a, const Tensor& b) {
  return bitwise_and(a, b);
}
inline Tensor operator&(const Tensor& a, const Scalar& b) {
  return bitwise_and(a, b);
}
inline Tensor operator|(const Tensor& a, const Tensor& b) {
  return bitwise_or(a, b);
}
inline Tensor operator|(const Tensor& a, const Scalar& b) {
  return bitwise_or(a, b);
}
inline Tensor operator^(const Tensor& a, const Tensor& b) {
  return bitwise_xor(a, b);
}
inline Tensor operator^(const Tensor& a, const Scalar& b) {
  return bitwise_xor(a, b);
}
inline Tensor operator~(const Tensor& x) { return bitwise_not(x); }
inline Tensor operator<<(const Tensor& a, const Tensor& b) {
  return bitwise_left_shift(a, b);
}
inline Tensor operator<<(const Tensor& a, const Scalar& b) {
  return bitwise_left_shift(a, b);
}
inline Tensor operator>>(const Tensor& a, const Tensor& b) {
  return bitwise_right_shift(a, b);
}
inline Tensor operator>>(const Tensor& a, const Scalar& b) {
  return bitwise_right_shift(a, b);
}

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_BITWISE_H_
