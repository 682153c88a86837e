// Sine and cosine of small angles (math_bits.h says how).

#ifndef CRESSET_TENSOR_BASE_MATH_TRIG_H_
#define CRESSET_TENSOR_BASE_MATH_TRIG_H_

#include "cresset/tensor/base/math_bits.h"

namespace cresset::internal::math {

struct SinCos {
  float sin;
  float cos;
};

// Up to where sincos_small keeps its accuracy.
inline constexpr float kSmallAngle = 4096.0f;

// The sign bit of a float if `two` is 2, nothing if it is 0.
CRESSET_HD int32_t sign_bit(int32_t two) {
  return static_cast<int32_t>(static_cast<uint32_t>(two) << 30);
}

// Both for |x| <= kSmallAngle. Error: 1.6, but 2^-30 near a zero other than 0.
CRESSET_HD SinCos sincos_small(float x) {
  const float shifted = x * 0.636619772367581343f + Ieee<float>::kRound;
  const float n = shifted - Ieee<float>::kRound;
  // pi / 2 in three parts, the first two of so few bits that their products
  // with n are exact.
  const float r =
      ((x - n * 1.5703125f) - n * 0.00048375129699707f) - n * 7.54978995489e-8f;
  const float z = r * r;
  const float s =
      r + r * z * poly(z, -0.1666665488f, 0.008332173563f, -0.0001951665424f);
  const float c =
      (1.0f - 0.5f * z) +
      z * z * poly(z, 0.04166664675f, -0.001388736146f, 2.443773084e-5f);
  const int32_t quarter = to_bits(shifted);  // modulo 4
  const bool odd = (quarter & 1) != 0;
  const int32_t sin_sign = sign_bit(quarter & 2);
  const int32_t cos_sign = sign_bit((quarter + 1) & 2);
  return {from_bits(to_bits(odd ? c : s) ^ sin_sign),
          from_bits(to_bits(odd ? s : c) ^ cos_sign)};
}

}  // namespace cresset::internal::math

#endif  // CRESSET_TENSOR_BASE_MATH_TRIG_H_
