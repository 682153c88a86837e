// Every scalar function that kernels use, on float and double.
//
// A kernel says math::f(x) and nothing else: what is fast and what calls the C
// library is decided here. The functions of tensor/base/math_*.h have no
// branches, so a loop over them becomes vector code; so do sqrt, rsqrt, abs and
// copysign, and the rounding functions where the level has an instruction for
// them. All others below are calls of the C library, one element at a time.

#ifndef CRESSET_TENSOR_OPS_MATH_H_
#define CRESSET_TENSOR_OPS_MATH_H_

#include "cresset/tensor/base/math_bits.h"
#include "cresset/tensor/base/math_erf.h"
#include "cresset/tensor/base/math_exp.h"
#include "cresset/tensor/base/math_log.h"
#include "cresset/tensor/base/math_trig.h"

namespace cresset::internal::math {

#define CRESSET_MATH_UNARY(name, function)                                \
  CRESSET_HD float name(float x) { return CRESSET_LIBM(function##f)(x); } \
  CRESSET_HD double name(double x) { return CRESSET_LIBM(function)(x); }

#define CRESSET_MATH_BINARY(name, function)    \
  CRESSET_HD float name(float x, float y) {    \
    return CRESSET_LIBM(function##f)(x, y);    \
  }                                            \
  CRESSET_HD double name(double x, double y) { \
    return CRESSET_LIBM(function)(x, y);       \
  }

CRESSET_MATH_UNARY(sqrt, sqrt)
CRESSET_MATH_UNARY(tan, tan)
CRESSET_MATH_UNARY(sinh, sinh)
CRESSET_MATH_UNARY(cosh, cosh)
CRESSET_MATH_UNARY(asin, asin)
CRESSET_MATH_UNARY(acos, acos)
CRESSET_MATH_UNARY(atan, atan)
CRESSET_MATH_UNARY(asinh, asinh)
CRESSET_MATH_UNARY(acosh, acosh)
CRESSET_MATH_UNARY(atanh, atanh)
CRESSET_MATH_UNARY(lgamma, lgamma)
CRESSET_MATH_UNARY(tgamma, tgamma)
CRESSET_MATH_UNARY(floor, floor)
CRESSET_MATH_UNARY(ceil, ceil)
CRESSET_MATH_UNARY(trunc, trunc)
CRESSET_MATH_UNARY(sin, sin)
CRESSET_MATH_UNARY(cos, cos)
CRESSET_MATH_UNARY(round, nearbyint)  // halves to even

CRESSET_MATH_BINARY(pow, pow)
CRESSET_MATH_BINARY(fmod, fmod)
CRESSET_MATH_BINARY(atan2, atan2)
CRESSET_MATH_BINARY(hypot, hypot)

#undef CRESSET_MATH_UNARY
#undef CRESSET_MATH_BINARY

// Error: 1.5. Zero gives infinity.
template <class T>
CRESSET_HD T rsqrt(T x) {
  return static_cast<T>(1) / sqrt(x);
}

// -1, 0 or 1; 0 for NaN.
template <class T>
CRESSET_HD T sgn(T x) {
  return static_cast<T>(x > 0) - static_cast<T>(x < 0);
}

template <class T>
CRESSET_HD bool isnan(T x) {
  return x != x;
}
template <class T>
CRESSET_HD bool isinf(T x) {
  return abs(x) == Ieee<T>::kInfinity;
}
template <class T>
CRESSET_HD bool isfinite(T x) {
  return abs(x) < Ieee<T>::kInfinity;
}

// The larger or smaller one; NaN if either is NaN, as in torch.maximum.
template <class T>
CRESSET_HD T maximum(T x, T y) {
  return (x > y || x != x) ? x : y;
}
template <class T>
CRESSET_HD T minimum(T x, T y) {
  return (x < y || x != x) ? x : y;
}

}  // namespace cresset::internal::math

#endif  // CRESSET_TENSOR_OPS_MATH_H_
