// Arithmetic of two tensors, or of a tensor and a number.
//
// Unless an op says otherwise
//   Shape:  any two that broadcast -> their broadcast.
//   Dtype:  promoted by PyTorch's rules (torch.result_type); a number counts
//           by its kind only.
//   Errors: kShape if the shapes do not broadcast; kDevice for tensors of
//           different devices; kDtype for storage-only dtypes.
// and `op_(a, b)` changes a in place and returns it: the result must have a's
// shape, and a dtype that may be cast to a's (kDtype otherwise).

#ifndef CRESSET_TENSOR_OPS_BINARY_H_
#define CRESSET_TENSOR_OPS_BINARY_H_

#include <utility>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// a + alpha * b.
/// Gradient: g to a, alpha * g to b. Torch: torch.add(a, b, alpha=alpha)
Tensor add(const Tensor& a, const Tensor& b, const Scalar& alpha = 1);
Tensor add(const Tensor& a, const Scalar& b, const Scalar& alpha = 1);
const Tensor& add_(const Tensor& a, const Tensor& b, const Scalar& alpha = 1);
const Tensor& add_(const Tensor& a, const Scalar& b, const Scalar& alpha = 1);

/// a - alpha * b.
/// Gradient: g to a, -alpha * g to b. Errors: kDtype for bool. Torch:
/// torch.sub(a, b, alpha=alpha)
Tensor sub(const Tensor& a, const Tensor& b, const Scalar& alpha = 1);
Tensor sub(const Tensor& a, const Scalar& b, const Scalar& alpha = 1);
Tensor sub(const Scalar& a, const Tensor& b);
const Tensor& sub_(const Tensor& a, const Tensor& b, const Scalar& alpha = 1);
const Tensor& sub_(const Tensor& a, const Scalar& b, const Scalar& alpha = 1);

/// b - alpha * a.
/// Gradient: -alpha * g to a, g to b. Errors: kDtype for bool.
/// Torch: torch.rsub(a, b, alpha=alpha)
Tensor rsub(const Tensor& a, const Tensor& b, const Scalar& alpha = 1);
Tensor rsub(const Tensor& a, const Scalar& b, const Scalar& alpha = 1);

/// a * b.
/// Gradient: g * b to a, g * a to b. Torch: torch.mul(a, b)
Tensor mul(const Tensor& a, const Tensor& b);
Tensor mul(const Tensor& a, const Scalar& b);
const Tensor& mul_(const Tensor& a, const Tensor& b);
const Tensor& mul_(const Tensor& a, const Scalar& b);

/// a / b; integers become the default dtype.
/// Gradient: g / b to a, -g * y / b to b. Torch: torch.div(a, b)
Tensor div(const Tensor& a, const Tensor& b);
Tensor div(const Tensor& a, const Scalar& b);
Tensor div(const Scalar& a, const Tensor& b);
const Tensor& div_(const Tensor& a, const Tensor& b);
const Tensor& div_(const Tensor& a, const Scalar& b);

inline Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
inline Tensor operator+(const Tensor& a, const Scalar& b) { return add(a, b); }
inline Tensor operator+(const Scalar& a, const Tensor& b) { return add(b, a); }
inline Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator-(const Tensor& a, const Scalar& b) { return sub(a, b); }
inline Tensor operator-(const Scalar& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) { return mul(a, b); }
inline Tensor operator*(const Tensor& a, const Scalar& b) { return mul(a, b); }
inline Tensor operator*(const Scalar& a, const Tensor& b) { return mul(b, a); }
inline Tensor operator/(const Tensor& a, const Tensor& b) { return div(a, b); }
inline Tensor operator/(const Tensor& a, const Scalar& b) { return div(a, b); }
inline Tensor operator/(const Scalar& a, const Tensor& b) { return div(a, b); }

// A left operand that is a temporary and that nobody else can see takes the
// result: `relu((x * y + 1) * y - x)` then walks through one block of memory
// instead of four. C++ would keep all of them until the end of the statement.
namespace internal {
bool is_spare(const Tensor& a, const Tensor& b);
bool is_spare(const Tensor& a, const Scalar& b);
}  // namespace internal

inline Tensor operator+(Tensor&& a, const Tensor& b) {
  return internal::is_spare(a, b) ? (add_(a, b), std::move(a)) : add(a, b);
}
inline Tensor operator+(Tensor&& a, const Scalar& b) {
  return internal::is_spare(a, b) ? (add_(a, b), std::move(a)) : add(a, b);
}
inline Tensor operator-(Tensor&& a, const Tensor& b) {
  return internal::is_spare(a, b) ? (sub_(a, b), std::move(a)) : sub(a, b);
}
inline Tensor operator-(Tensor&& a, const Scalar& b) {
  return internal::is_spare(a, b) ? (sub_(a, b), std::move(a)) : sub(a, b);
}
inline Tensor operator*(Tensor&& a, const Tensor& b) {
  return internal::is_spare(a, b) ? (mul_(a, b), std::move(a)) : mul(a, b);
}
inline Tensor operator*(Tensor&& a, const Scalar& b) {
  return internal::is_spare(a, b) ? (mul_(a, b), std::move(a)) : mul(a, b);
}
inline Tensor operator/(Tensor&& a, const Tensor& b) {
  return internal::is_spare(a, b) ? (div_(a, b), std::move(a)) : div(a, b);
}
inline Tensor operator/(Tensor&& a, const Scalar& b) {
  return internal::is_spare(a, b) ? (div_(a, b), std::move(a)) : div(a, b);
}

inline const Tensor& operator+=(const Tensor& a, const Tensor& b) {
  return add_(a, b);
}
inline const Tensor& operator+=(const Tensor& a, const Scalar& b) {
  return add_(a, b);
}
inline const Tensor& operator-=(const Tensor& a, const Tensor& b) {
  return sub_(a, b);
}
inline const Tensor& operator-=(const Tensor& a, const Scalar& b) {
  return sub_(a, b);
}
inline const Tensor& operator*=(const Tensor& a, const Tensor& b) {
  return mul_(a, b);
}
inline const Tensor& operator*=(const Tensor& a, const Scalar& b) {
  return mul_(a, b);
}
inline const Tensor& operator/=(const Tensor& a, const Tensor& b) {
  return div_(a, b);
}
inline const Tensor& operator/=(const Tensor& a, const Scalar& b) {
  return div_(a, b);
}

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_BINARY_H_
