#include "cresset/tensor/base/half.h"

namespace cresset::internal {

float float8_e5m2_to_float(uint8_t bits) {
  return half_to_float(static_cast<uint16_t>(bits << 8));
}

uint8_t float_to_float8_e5m2(float value) {
  // Rounding float -> half -> e5m2 would round twice, so round the float once:
  // to 2 fraction bits where the result is normal, to a multiple of 2^-16
  // where it is subnormal.
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint8_t sign = static_cast<uint8_t>((bits >> 24) & 0x80u);
  const uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return sign | 0x7fu;
  if (magnitude >= (0x7fu + 0x10u) << 23) return sign | 0x7cu;  // >= 2^16
  if (magnitude < (0x7fu - 14u) << 23) {  // below 2^-14: subnormal
    const float shifted = std::bit_cast<float>(magnitude) + 0x1p7f;
    return static_cast<uint8_t>(
        sign | (std::bit_cast<uint32_t>(shifted) - 0x43000000u));
  }
  const uint32_t odd = (magnitude >> 21) & 1u;
  const uint32_t rounded = magnitude + 0xfffffu + odd - (112u << 23);
  return static_cast<uint8_t>(sign | (rounded >> 21));
}

float float8_e4m3fn_to_float(uint8_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x80u) << 24;
  const uint32_t rest = bits & 0x7fu;
  if (rest == 0x7fu) return std::bit_cast<float>(sign | 0x7fc00000u);
  const float scaled = std::bit_cast<float>(rest << 20) * 0x1p120f;
  return std::bit_cast<float>(std::bit_cast<uint32_t>(scaled) | sign);
}

uint8_t float_to_float8_e4m3fn(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint8_t sign = static_cast<uint8_t>((bits >> 24) & 0x80u);
  const uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude >= 0x43f00000u) return sign | 0x7fu;  // 480 and above, NaN
  if (magnitude < (0x7fu - 6u) << 23) {               // subnormal
    const float shifted = std::bit_cast<float>(magnitude) + 0x1p14f;
    return static_cast<uint8_t>(
        sign | (std::bit_cast<uint32_t>(shifted) - 0x46800000u));
  }
  const uint32_t odd = (magnitude >> 20) & 1u;
  const uint32_t rounded = magnitude + 0x7ffffu + odd - (120u << 23);
  return static_cast<uint8_t>(sign | (rounded >> 20));
}

}  // namespace cresset::internal
