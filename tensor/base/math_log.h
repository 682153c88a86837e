// log, log1p, log2 and log10 (math_bits.h says how). Errors are in units in the
// last place, checked by tests/ops/math_test.cc.

#ifndef CRESSET_TENSOR_BASE_MATH_LOG_H_
#define CRESSET_TENSOR_BASE_MATH_LOG_H_

#include "cresset/tensor/base/math_bits.h"
#include "cresset/tensor/base/math_exp.h"

namespace cresset::internal::math {

// x = (1 + f) 2^e with 1 + f in [sqrt(1/2), sqrt(2)), for positive normal x.
template <class T>
struct LogParts {
  T f;
  typename Ieee<T>::Int e;
};

// Other x give some number, so the arithmetic is that of unsigned integers.
CRESSET_HD LogParts<float> log_parts(float x) {
  constexpr uint32_t kRootHalf = 0x3f3504f3;
  const auto bits = static_cast<uint32_t>(to_bits(x));
  const int32_t e = static_cast<int32_t>(bits - kRootHalf) >> 23;
  const uint32_t field = static_cast<uint32_t>(e) << 23;
  return {from_bits(static_cast<int32_t>(bits - field)) - 1.0f, e};
}
CRESSET_HD LogParts<double> log_parts(double x) {
  constexpr uint64_t kRootHalf = 0x3fe6a09e667f3bcd;
  const auto bits = static_cast<uint64_t>(to_bits(x));
  // The bias keeps the shifted number positive.
  const uint64_t biased = bits - kRootHalf + (uint64_t{2048} << 52);
  const int64_t e = static_cast<int64_t>(biased >> 52) - 2048;
  const uint64_t field = static_cast<uint64_t>(e) << 52;
  return {from_bits(static_cast<int64_t>(bits - field)) - 1.0, e};
}

// log(1 + f) - f for f as above.
CRESSET_HD float log_tail(float f) {
  const float square = f * f;
  const float p = poly(f, 0.3333331039f, -0.2499998642f, 0.2000223049f,
                       -0.1666926333f, 0.1421857841f, -0.1238407099f,
                       0.1187335369f, -0.1179170363f, 0.06916764991f);
  return square * f * p - 0.5f * square;
}

// log((1 + s) / (1 - s)) = 2 s + s^3 q(s^2), and f - s f = 2 s.
CRESSET_HD double log_tail(double f) {
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double q = poly(z, 0.66666666666667348918, 0.39999999999411110544,
                        0.28571428743259838669, 0.22222198476187096349,
                        0.18183569732804936213, 0.15313903359411402686,
                        0.14797507105042646987);
  const double half_square = 0.5 * f * f;
  return s * (half_square + z * q) - half_square;
}

template <class T>
CRESSET_HD T log_sum(T f, T e) {
  return (f + (log_tail(f) + e * Ln2<T>::kLow)) + e * Ln2<T>::kHigh;
}

// The values that the arithmetic does not give: infinity and NaN for
// themselves, -infinity at the left end, NaN beyond it.
template <class T>
CRESSET_HD T log_special(T y, T x, T left_end) {
  y = x < Ieee<T>::kInfinity ? y : x;
  y = x == left_end ? -Ieee<T>::kInfinity : y;
  return x < left_end ? Ieee<T>::kNan : y;
}

// Subnormal numbers enter scaled by 2^kMantissa.
template <class T, class F>
CRESSET_HD T log_any(T x, T least_normal, F sum) {
  const T up = static_cast<T>(int64_t{1} << Ieee<T>::kMantissa);
  const bool subnormal = x < least_normal;
  const LogParts<T> parts = log_parts(subnormal ? x * up : x);
  const T e = to_float(parts.e);
  const T shift = static_cast<T>(Ieee<T>::kMantissa);
  return log_special(sum(parts.f, subnormal ? e - shift : e), x,
                     static_cast<T>(0));
}

struct LogSum {
  template <class T>
  CRESSET_HD T operator()(T f, T e) const {
    return log_sum(f, e);
  }
};
struct Log2Sum {
  CRESSET_HD float operator()(float f, float e) const {
    constexpr float kRest = 0.44269504089f;  // log2(e) - 1
    const float tail = log_tail(f);
    return (tail * kRest + f * kRest + tail + f) + e;
  }
};
struct Log10Sum {
  CRESSET_HD float operator()(float f, float e) const {
    constexpr float kHigh = 0.43359375f;  // log10(e)
    constexpr float kLow = 7.00731903251827651e-4f;
    constexpr float kTwoHigh = 0.30078125f;  // log10(2)
    constexpr float kTwoLow = 2.48745663981195213e-4f;
    const float tail = log_tail(f);
    const float low = tail * kLow + f * kLow + e * kTwoLow;
    return low + tail * kHigh + f * kHigh + e * kTwoHigh;
  }
};

// Error: float 1.0, double 1.0.
CRESSET_HD float log(float x) { return log_any(x, 0x1p-126f, LogSum{}); }
CRESSET_HD double log(double x) { return log_any(x, 0x1p-1022, LogSum{}); }

// Error: float 1.6; double is the C library's.
CRESSET_HD float log2(float x) { return log_any(x, 0x1p-126f, Log2Sum{}); }
CRESSET_HD double log2(double x) { return CRESSET_LIBM(log2)(x); }

// Error: float 1.9; double is the C library's.
CRESSET_HD float log10(float x) { return log_any(x, 0x1p-126f, Log10Sum{}); }
CRESSET_HD double log10(double x) { return CRESSET_LIBM(log10)(x); }

template <class T>
CRESSET_HD T log1p_any(T x, typename Ieee<T>::Int most, T tiny) {
  const T one = static_cast<T>(1);
  const T u = one + x;
  const T lost = x - (u - one);  // what the sum rounded away
  const LogParts<T> parts = log_parts(u);
  // From `most` on, nothing that matters was rounded away.
  const auto down = parts.e < most ? parts.e : most;
  const T f = parts.f + lost * power_of_two<T>(-down);
  const T y = log_special(log_sum(f, to_float(parts.e)), x, -one);
  return abs(x) < tiny ? x : y;  // keeps -0 and subnormal numbers
}

// Error: float 1.5, double 1.5.
CRESSET_HD float log1p(float x) { return log1p_any(x, 64, 0x1p-25f); }
CRESSET_HD double log1p(double x) { return log1p_any(x, int64_t{64}, 0x1p-54); }

}  // namespace cresset::internal::math

#endif  // CRESSET_TENSOR_BASE_MATH_LOG_H_
