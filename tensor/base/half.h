// The 16-bit and 8-bit floating types: storage formats with conversions to and
// from float. Arithmetic on them is done in float by the kernels.

#ifndef CRESSET_TENSOR_BASE_HALF_H_
#define CRESSET_TENSOR_BASE_HALF_H_

#include <bit>
#include <cstdint>

namespace cresset {
namespace internal {

// IEEE binary16 -> binary32 without branches on the value, so that loops over
// it vectorise: shift the exponent into place, then let a float multiplication
// renormalise subnormals.
constexpr float half_to_float(uint16_t h) {
  const uint32_t sign = static_cast<uint32_t>(h & 0x8000u) << 16;
  const uint32_t rest = static_cast<uint32_t>(h & 0x7fffu) << 13;
  const float scaled = std::bit_cast<float>(rest) * 0x1p112f;
  const uint32_t bits = std::bit_cast<uint32_t>(scaled);
  const uint32_t special = rest >= 0x0f800000u ? 0x7f800000u : 0u;
  return std::bit_cast<float>(bits | special | sign);
}

// Round to nearest even. The addition of a power of two that depends on the
// exponent makes the float unit do the rounding, subnormals included.
constexpr uint16_t float_to_half(float f) {
  const uint32_t bits = std::bit_cast<uint32_t>(f);
  const uint32_t sign = (bits >> 16) & 0x8000u;
  const uint32_t magnitude = bits & 0x7fffffffu;
  const uint32_t odd = (magnitude >> 13) & 1u;
  const uint32_t normal = (magnitude + 0xc8000fffu + odd) >> 13;
  const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
  const uint32_t subnormal = std::bit_cast<uint32_t>(shifted) - 0x3f000000u;
  uint32_t result = magnitude < 0x38800000u ? subnormal : normal;
  result = magnitude >= 0x47800000u ? 0x7c00u : result;
  result = magnitude > 0x7f800000u ? 0x7e00u : result;
  return static_cast<uint16_t>(sign | result);
}

constexpr float bfloat16_to_float(uint16_t h) {
  return std::bit_cast<float>(static_cast<uint32_t>(h) << 16);
}

constexpr uint16_t float_to_bfloat16(float f) {
  const uint32_t bits = std::bit_cast<uint32_t>(f);
  const uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  const bool nan = (bits & 0x7fffffffu) > 0x7f800000u;
  return static_cast<uint16_t>(nan ? 0x7fc0u : rounded);
}

constexpr float float8_e5m2_to_float(uint8_t bits) {
  return half_to_float(static_cast<uint16_t>(bits << 8));
}

constexpr uint8_t float_to_float8_e5m2(float value) {
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

constexpr float float8_e4m3fn_to_float(uint8_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x80u) << 24;
  const uint32_t rest = bits & 0x7fu;
  if (rest == 0x7fu) return std::bit_cast<float>(sign | 0x7fc00000u);
  const float scaled = std::bit_cast<float>(rest << 20) * 0x1p120f;
  return std::bit_cast<float>(std::bit_cast<uint32_t>(scaled) | sign);
}

constexpr uint8_t float_to_float8_e4m3fn(float value) {
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

}  // namespace internal

/// IEEE binary16: 5 exponent bits, 10 fraction bits.
struct Half {
  uint16_t bits = 0;

  Half() = default;
  constexpr Half(float f) : bits(internal::float_to_half(f)) {}  // NOLINT
  constexpr operator float() const { return internal::half_to_float(bits); }
};

/// The upper half of a float: 8 exponent bits, 7 fraction bits.
struct BFloat16 {
  uint16_t bits = 0;

  BFloat16() = default;
  constexpr BFloat16(float f)  // NOLINT
      : bits(internal::float_to_bfloat16(f)) {}
  constexpr operator float() const { return internal::bfloat16_to_float(bits); }
};

/// 4 exponent bits, 3 fraction bits, no infinities; largest value 448. Values
/// beyond it become NaN, as in PyTorch.
struct Float8E4M3FN {
  uint8_t bits = 0;

  Float8E4M3FN() = default;
  constexpr Float8E4M3FN(float f)  // NOLINT
      : bits(internal::float_to_float8_e4m3fn(f)) {}
  constexpr operator float() const {
    return internal::float8_e4m3fn_to_float(bits);
  }
};

/// 5 exponent bits, 2 fraction bits, with infinities.
struct Float8E5M2 {
  uint8_t bits = 0;

  Float8E5M2() = default;
  constexpr Float8E5M2(float f)  // NOLINT
      : bits(internal::float_to_float8_e5m2(f)) {}
  constexpr operator float() const {
    return internal::float8_e5m2_to_float(bits);
  }
};

}  // namespace cresset

#endif  // CRESSET_TENSOR_BASE_HALF_H_
