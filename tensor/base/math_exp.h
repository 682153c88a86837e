// exp, exp2, expm1, sigmoid and tanh, for float and double (math_bits.h says
// how). Errors are in units in the last place, checked over the float range by
// tests/ops/math_test.cc at every instruction set level.

#ifndef CRESSET_TENSOR_BASE_MATH_EXP_H_
#define CRESSET_TENSOR_BASE_MATH_EXP_H_

#include "cresset/tensor/base/math_bits.h"

namespace cresset::internal::math {

// (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2.
CRESSET_HD float exp_tail(float r) {
  return poly(r, 0.5000000062f, 0.1666654255f, 0.04166628047f, 0.00836664398f,
              0.001394656374f);
}
CRESSET_HD double exp_tail(double r) {
  return poly(r, 0.50000000000000056014, 0.16666666666666686153,
              0.041666666666572943418, 0.0083333333333144722146,
              0.0013888888932616546337, 0.00019841269903328921227,
              0.000024801504144831616196, 2.7557227657904819883e-6,
              2.7626451703251685043e-7, 2.5114574618784026339e-8);
}

// ln(2) as a sum whose first part times an exponent is exact.
template <class T>
struct Ln2;
template <>
struct Ln2<float> {
  static constexpr float kHigh = 0.693359375f;
  static constexpr float kLow = -2.12194440e-4f;
};
template <>
struct Ln2<double> {
  static constexpr double kHigh = 0x1.62e42fee00000p-1;
  static constexpr double kLow = 1.9082149292705878161e-10;
};

// x = n ln(2) + r + rest, where `rest` is what rounding r lost.
template <class T>
struct ExpParts {
  typename Ieee<T>::Int n;
  T r;
  T rest;
};

template <class T>
CRESSET_HD ExpParts<T> exp_parts(T x) {
  constexpr T kLog2E = static_cast<T>(1.442695040888963407);
  const T shifted = x * kLog2E + Ieee<T>::kRound;
  const T n = shifted - Ieee<T>::kRound;
  const T high = x - n * Ln2<T>::kHigh;
  const T r = high - n * Ln2<T>::kLow;
  const T rest = (high - r) - n * Ln2<T>::kLow;
  return {rounded_integer(shifted), r, rest};
}

// p * 2^n where 2^n itself may be out of range: two factors, of which the first
// leaves a normal number, so that only the second product rounds.
template <class T, class Int = typename Ieee<T>::Int>
CRESSET_HD T scale(T p, Int n) {
  const Int half = (n >> 1);
  return p * power_of_two<T>(half) * power_of_two<T>(n - half);
}
CRESSET_HD double scale(double p, int64_t n) {
  // A logical shift: AVX2 has no arithmetic one of this width.
  const auto whole = static_cast<uint64_t>(n);
  const uint64_t half = ((whole + 4096) >> 1) - 2048;
  return p * power_of_two<double>(static_cast<int64_t>(half)) *
         power_of_two<double>(static_cast<int64_t>(whole - half));
}

// e^x where neither it nor 2^n leaves the normal range.
template <class T>
CRESSET_HD T exp_in_range(T x) {
  const ExpParts<T> parts = exp_parts(x);
  const T r = parts.r;
  const T p = static_cast<T>(1) + (r + r * r * exp_tail(r));
  return p * power_of_two<T>(parts.n);
}

template <class T>
CRESSET_HD T clamp_to(T x, T low, T high) {
  x = x > high ? high : x;  // NaN passes both
  return x < low ? low : x;
}

template <class T>
CRESSET_HD T exp_any(T x, T low, T high) {
  const ExpParts<T> parts = exp_parts(clamp_to(x, low, high));
  const T r = parts.r;
  return scale(static_cast<T>(1) + (r + r * r * exp_tail(r)), parts.n);
}

// Error: float 1.1, double 1.1. Subnormal results are right to the last bit
// but one.
CRESSET_HD float exp(float x) { return exp_any(x, -104.0f, 89.0f); }
CRESSET_HD double exp(double x) { return exp_any(x, -746.0, 710.0); }

// Error: float 1.2; double is the C library's.
CRESSET_HD float exp2(float x) {
  x = clamp_to(x, -151.0f, 129.0f);
  const float shifted = x + Ieee<float>::kRound;
  const float f = x - (shifted - Ieee<float>::kRound);
  const float p =
      1.0f + f * poly(f, 0.693147203f, 0.240226479f, 0.05550332165f,
                      0.009618438679f, 0.001339900303f, 0.0001535323672f);
  return scale(p, rounded_integer(shifted));
}
CRESSET_HD double exp2(double x) { return CRESSET_LIBM(exp2)(x); }

template <class T>
CRESSET_HD T expm1_any(T x, T low, T high, T tiny) {
  const ExpParts<T> parts = exp_parts(clamp_to(x, low, high));
  const T r = parts.r;
  const T p = r + (r * r * exp_tail(r) + parts.rest);
  // 2^n (p + 1) - 1 with n less one, as 2^n may be beyond the largest number.
  const T half = power_of_two<T>(parts.n - 1);
  const T y = static_cast<T>(2) * (half * p + (half - static_cast<T>(0.5)));
  return abs(x) < tiny ? x : y;  // keeps -0 and subnormal numbers
}

// Error: float 1.8, double 1.8.
CRESSET_HD float expm1(float x) {
  return expm1_any(x, -20.0f, 89.0f, 0x1p-26f);
}
CRESSET_HD double expm1(double x) {
  return expm1_any(x, -40.0, 710.0, 0x1p-55);
}

// With e = e^-|x|, 1 / (1 + e) or e / (1 + e): small results keep all their
// bits. What the roundings of e and 1 + e lost comes back as a correction of
// the quotient. Error: float 1.5, double 1.5.
template <class T>
CRESSET_HD T sigmoid_any(T x, T low) {
  const T one = static_cast<T>(1);
  const T zero = static_cast<T>(0);
  const ExpParts<T> parts = exp_parts(clamp_to(-abs(x), low, zero));
  const T t = parts.r + parts.r * parts.r * exp_tail(parts.r);
  const T p = one + t;
  const T e = scale(p, parts.n);
  const T e_rest = scale(t - (p - one), parts.n);
  const T d = one + e;
  const T d_rest = (e - (d - one)) + e_rest;
  const bool negative = x < zero;
  const T q = (negative ? e : one) / d;
  const T inverse = negative ? one - q : q;  // of d
  return q + ((negative ? e_rest : zero) - q * d_rest) * inverse;
}
CRESSET_HD float sigmoid(float x) { return sigmoid_any(x, -104.0f); }
CRESSET_HD double sigmoid(double x) { return sigmoid_any(x, -746.0); }

// (tanh(x) / x - 1) / z for z = x^2 <= 0.36.
CRESSET_HD float tanh_tail(float z) {
  return poly(z, -0.3333329927f, 0.1333195825f, -0.05378668387f, 0.0208053842f,
              -0.005905866838f);
}
CRESSET_HD double tanh_tail(double z) {
  return poly(z, -0.33333333333333134256, 0.13333333333300904453,
              -0.053968253949875159695, 0.02186948801595687524,
              -0.0088632269553644091697, 0.0035920388409223744288,
              -0.0014552230386619451662, 0.00058721422106824747636,
              -0.00023045061381424377411, 0.000079377226594015918468,
              -0.000017210826840437734097);
}

template <class T>
CRESSET_HD T tanh_any(T x, T saturated) {
  const T one = static_cast<T>(1);
  const T two = static_cast<T>(2);
  T a = abs(x);
  a = a > saturated ? saturated : a;
  const T z = a * a;
  const T small = a + a * z * tanh_tail(z);
  const T large = one - two / (exp_in_range(two * a) + one);
  return copysign(a < static_cast<T>(0.6) ? small : large, x);
}

// Error: float 1.4, double 1.4.
CRESSET_HD float tanh(float x) { return tanh_any(x, 10.0f); }
CRESSET_HD double tanh(double x) { return tanh_any(x, 20.0); }

}  // namespace cresset::internal::math

#endif  // CRESSET_TENSOR_BASE_MATH_EXP_H_
