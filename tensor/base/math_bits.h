// The tools that the functions of tensor/base/math_*.h are written with.
//
// Those functions hold no branches, tables or calls: only arithmetic and
// selects, so that a plain loop over them becomes vector code at every
// instruction set level (tensor/core/cpu_level.h). They are always inlined, as
// an out-of-line copy would be shared by all levels.

#ifndef CRESSET_TENSOR_BASE_MATH_BITS_H_
#define CRESSET_TENSOR_BASE_MATH_BITS_H_

#include <cstdint>

#ifdef __CUDACC__
#define CRESSET_HD __host__ __device__ __forceinline__
#else
#define CRESSET_HD inline __attribute__((always_inline))
#endif

// A function of the C library, on either side of the bus.
#ifdef __CUDA_ARCH__
#define CRESSET_LIBM(name) ::name
#else
#define CRESSET_LIBM(name) __builtin_##name
#endif

namespace cresset::internal::math {

// The layout of an IEEE type. `kRound` is 1.5 * 2^kMantissa: adding it to a
// small number leaves the nearest integer in the low bits of the sum.
template <class T>
struct Ieee;

template <>
struct Ieee<float> {
  using Int = int32_t;
  using Unsigned = uint32_t;
  static constexpr int kMantissa = 23;
  static constexpr Int kBias = 127;
  static constexpr float kRound = 0x1.8p23f;
  static constexpr float kInfinity = __builtin_inff();
  static constexpr float kNan = __builtin_nanf("");
};

template <>
struct Ieee<double> {
  using Int = int64_t;
  using Unsigned = uint64_t;
  static constexpr int kMantissa = 52;
  static constexpr Int kBias = 1023;
  static constexpr double kRound = 0x1.8p52;
  static constexpr double kInfinity = __builtin_inf();
  static constexpr double kNan = __builtin_nan("");
};

CRESSET_HD int32_t to_bits(float x) { return __builtin_bit_cast(int32_t, x); }
CRESSET_HD int64_t to_bits(double x) { return __builtin_bit_cast(int64_t, x); }
CRESSET_HD float from_bits(int32_t i) { return __builtin_bit_cast(float, i); }
CRESSET_HD double from_bits(int64_t i) { return __builtin_bit_cast(double, i); }

CRESSET_HD float abs(float x) { return CRESSET_LIBM(fabsf)(x); }
CRESSET_HD double abs(double x) { return CRESSET_LIBM(fabs)(x); }
CRESSET_HD float copysign(float x, float sign) {
  return CRESSET_LIBM(copysignf)(x, sign);
}
CRESSET_HD double copysign(double x, double sign) {
  return CRESSET_LIBM(copysign)(x, sign);
}

// c0 + c1 x + c2 x^2 + ...
template <class T>
CRESSET_HD T poly(T, T c0) {
  return c0;
}
template <class T, class... Ts>
CRESSET_HD T poly(T x, T c0, Ts... rest) {
  return c0 + x * poly(x, static_cast<T>(rest)...);
}

// 2^n for n in the range of normal exponents, else some number.
template <class T, class Int = typename Ieee<T>::Int>
CRESSET_HD T power_of_two(Int n) {
  using Unsigned = typename Ieee<T>::Unsigned;
  constexpr auto kBias = static_cast<Unsigned>(Ieee<T>::kBias);
  return from_bits(static_cast<Int>((static_cast<Unsigned>(n) + kBias)
                                    << Ieee<T>::kMantissa));
}

// The integer that adding kRound has left in the low bits; any for NaN.
template <class T, class Int = typename Ieee<T>::Int>
CRESSET_HD Int rounded_integer(T shifted) {
  using Unsigned = typename Ieee<T>::Unsigned;
  return static_cast<Int>(static_cast<Unsigned>(to_bits(shifted)) -
                          static_cast<Unsigned>(to_bits(Ieee<T>::kRound)));
}

// An integer as a T, exact for |n| < 2^51.
CRESSET_HD float to_float(int32_t n) { return static_cast<float>(n); }
CRESSET_HD double to_float(int64_t n) {
  // No instruction below AVX-512 converts 64-bit integers, an addition does.
  return from_bits(n + to_bits(Ieee<double>::kRound)) - Ieee<double>::kRound;
}

}  // namespace cresset::internal::math

#endif  // CRESSET_TENSOR_BASE_MATH_BITS_H_
