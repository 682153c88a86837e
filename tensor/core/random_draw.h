// Drawing in blocks, for the parts of random.h.

#ifndef CRESSET_TENSOR_CORE_RANDOM_DRAW_H_
#define CRESSET_TENSOR_CORE_RANDOM_DRAW_H_

#include <algorithm>
#include <cstdint>

#include "cresset/tensor/base/half.h"
#include "cresset/tensor/core/generator.h"

namespace cresset::internal {

// Calls f(raw, begin, count) for blocks of [0, n), with kWords numbers drawn
// for each element.
template <int kWords, class F>
void draw_blocks(Generator& generator, int64_t n, F f) {
  constexpr int64_t kBlock = 1248;
  uint32_t raw[kBlock];
  for (int64_t begin = 0; begin < n; begin += kBlock / kWords) {
    const int64_t count = std::min(n - begin, kBlock / kWords);
    generator.random(raw, count * kWords);
    f(static_cast<const uint32_t*>(raw), begin, count);
  }
}

inline uint64_t joined(const uint32_t* raw, int64_t i) {
  return static_cast<uint64_t>(raw[2 * i]) << 32 | raw[2 * i + 1];
}

// In [0, 1), of 24 bits and of 53.
inline float unit_float(uint32_t raw) {
  return static_cast<float>(raw & 0xffffffu) * 0x1p-24f;
}
inline double unit_double(uint64_t raw) {
  constexpr uint64_t kMask = (uint64_t{1} << 53) - 1;
  return static_cast<double>(raw & kMask) * 0x1p-53;
}

// out[i] = f(u) with u a double in [0, 1).
template <class T, class F>
void fill_from_unit(Generator& generator, T* out, int64_t n, F f) {
  draw_blocks<2>(
      generator, n, [&](const uint32_t* raw, int64_t begin, int64_t count) {
        for (int64_t i = 0; i < count; ++i) {
          out[begin + i] = static_cast<T>(f(unit_double(joined(raw, i))));
        }
      });
}

// How a floating type's digits are drawn.
template <class T>
inline constexpr int kDigits = 53;
template <>
inline constexpr int kDigits<float> = 24;
template <>
inline constexpr int kDigits<Half> = 11;
template <>
inline constexpr int kDigits<BFloat16> = 8;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_RANDOM_DRAW_H_
