// Comparisons, tests and logical ops.
//
// Unless an op says otherwise
//   Shape:    any that broadcast -> their broadcast.
//   Dtype:    any computing dtypes -> bool. Two inputs are compared in the
//   dtype
//             they promote to, so an int64 and a float32 compare as float32.
//   Gradient: none.
//   Errors:   kShape if the shapes do not broadcast; kDtype for complex numbers
//             and storage-only dtypes; kDevice for tensors of two devices.

#ifndef CRESSET_TENSOR_OPS_COMPARE_H_
#define CRESSET_TENSOR_OPS_COMPARE_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// a == b. Torch: torch.eq(a, b)
Tensor eq(const Tensor& a, const Tensor& b);
Tensor eq(const Tensor& a, const Scalar& b);
/// a != b. Torch: torch.ne(a, b)
Tensor ne(const Tensor& a, const Tensor& b);
Tensor ne(const Tensor& a, const Scalar& b);
/// a < b. Torch: torch.lt(a, b)
Tensor lt(const Tensor& a, const Tensor& b);
Tensor lt(const Tensor& a, const Scalar& b);
/// a <= b. Torch: torch.le(a, b)
Tensor le(const Tensor& a, const Tensor& b);
Tensor le(const Tensor& a, const Scalar& b);
/// a > b. Torch: torch.gt(a, b)
Tensor gt(const Tensor& a, const Tensor& b);
Tensor gt(const Tensor& a, const Scalar& b);
/// a >= b. Torch: torch.ge(a, b)
Tensor ge(const Tensor& a, const Tensor& b);
Tensor ge(const Tensor& a, const Scalar& b);

/// Whether a and b have the same sizes and equal elements.
/// Errors: kDtype if the dtypes differ. Torch: torch.equal(a, b)
bool equal(const Tensor& a, const Tensor& b);

/// |a - b| <= atol + rtol * |b|; infinities are close to themselves, NaN to NaN
/// only if `equal_nan`.
/// Errors: kDtype if the dtypes differ; kValue for a negative tolerance.
/// Torch:  torch.isclose(a, b, rtol, atol, equal_nan)
Tensor isclose(const Tensor& a, const Tensor& b, double rtol = 1e-5,
               double atol = 1e-8, bool equal_nan = false);

/// Whether isclose holds for all elements.
/// Torch: torch.allclose(a, b, rtol, atol, equal_nan)
bool allclose(const Tensor& a, const Tensor& b, double rtol = 1e-5,
              double atol = 1e-8, bool equal_nan = false);

/// Non-zero elements count as true. Torch: torch.logical_and(a, b) and so on
Tensor logical_and(const Tensor& a, const Tensor& b);
Tensor logical_or(const Tensor& a, const Tensor& b);
Tensor logical_xor(const Tensor& a, const Tensor& b);
Tensor logical_not(const Tensor& x);

/// Torch: torch.isnan(x) and so on
Tensor isnan(const Tensor& x);
Tensor isinf(const Tensor& x);
Tensor isfinite(const Tensor& x);
Tensor isposinf(const Tensor& x);
Tensor isneginf(const Tensor& x);
/// Whether the sign bit is set: true for -0. Torch: torch.signbit(x)
Tensor signbit(const Tensor& x);

// Python's operators; like there, they give tensors.
inline Tensor operator==(const Tensor& a, const Tensor& b) { return eq(a, b); }
inline Tensor operator==(const Tensor& a, const Scalar& b) { return eq(a, b); }
inline Tensor operator==(const Scalar& a, const Tensor& b) { return eq(b, a); }
inline Tensor operator!=(const Tensor& a, const Tensor& b) { return ne(a, b); }
inline Tensor operator!=(const Tensor& a, const Scalar& b) { return ne(a, b); }
inline Tensor operator!=(const Scalar& a, const Tensor& b) { return ne(b, a); }
inline Tensor operator<(const Tensor& a, const Tensor& b) { return lt(a, b); }
inline Tensor operator<(const Tensor& a, const Scalar& b) { return lt(a, b); }
inline Tensor operator<(const Scalar& a, const Tensor& b) { return gt(b, a); }
inline Tensor operator<=(const Tensor& a, const Tensor& b) { return le(a, b); }
inline Tensor operator<=(const Tensor& a, const Scalar& b) { return le(a, b); }
inline Tensor operator<=(const Scalar& a, const Tensor& b) { return ge(b, a); }
inline Tensor operator>(const Tensor& a, const Tensor& b) { return gt(a, b); }
inline Tensor operator>(const Tensor& a, const Scalar& b) { return gt(a, b); }
inline Tensor operator>(const Scalar& a, const Tensor& b) { return lt(b, a); }
inline Tensor operator>=(const Tensor& a, const Tensor& b) { return ge(a, b); }
inline Tensor operator>=(const Tensor& a, const Scalar& b) { return ge(a, b); }
inline Tensor operator>=(const Scalar& a, const Tensor& b) { return le(b, a); }

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_COMPARE_H_
