#include "cresset/tensor/base/math_bits.h"
#include "cresset/tensor/base/math_log.h"
#include "cresset/tensor/base/math_trig.h"
#include "cresset/tensor/core/cpu/random.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

constexpr int kWords = 624;
constexpr int kShift = 397;

CRESSET_HD uint32_t twist(uint32_t first, uint32_t second) {
  const uint32_t mixed = (first & 0x80000000u) | (second & 0x7fffffffu);
  return (mixed >> 1) ^ ((0u - (second & 1u)) & 0x9908b0dfu);
}

// a * b + c, rounded once at every level so that all give the same numbers.
CRESSET_HD float multiply_add(float a, float b, float c) {
#ifdef __FMA__
  return __builtin_fmaf(a, b, c);
#else
  return static_cast<float>(static_cast<double>(a) * static_cast<double>(b) +
                            static_cast<double>(c));
#endif
}
CRESSET_HD double multiply_add(double a, double b, double c) {
  return __builtin_fma(a, b, c);
}

// The lower 53 bits of word 2 i (upper half) and word 2 i + 1.
CRESSET_HD int64_t lower53(const uint32_t* raw, int64_t i) {
  const uint64_t bits =
      static_cast<uint64_t>(raw[2 * i]) << 32 | raw[2 * i + 1];
  return static_cast<int64_t>(bits & ((uint64_t{1} << 53) - 1));
}

// An integer below 2^53 as a double. No instruction below AVX-512 converts
// vectors of them; the halves go into the fractions of two doubles instead.
CRESSET_HD double to_double(int64_t n) {
  const double low = math::from_bits((n & 0xffffffff) | 0x4330000000000000);
  const double high = math::from_bits((n >> 32) | 0x4530000000000000);
  return (high - 0x1.00000001p84) + low;
}

template <class T>
void bernoulli(int64_t n, const uint32_t* __restrict raw, int64_t bound,
               T* __restrict out) {
  for (int64_t i = 0; i < n; ++i) {
    // The sign of the difference: a comparison could become a branch, which
    // random bits mislead every other time.
    const auto below = static_cast<uint64_t>(lower53(raw, i) - bound) >> 63;
    out[i] = static_cast<T>(static_cast<int32_t>(below));
  }
}

}  // namespace

void mt19937_refill(uint32_t* words) {
  constexpr int kRest = kWords - kShift;
  for (int i = 0; i < kRest; ++i) {
    words[i] = words[i + kShift] ^ twist(words[i], words[i + 1]);
  }
  for (int i = kRest; i < kWords - 1; ++i) {
    words[i] = words[i - kRest] ^ twist(words[i], words[i + 1]);
  }
  words[kWords - 1] = words[kShift - 1] ^ twist(words[kWords - 1], words[0]);
}

void mt19937_draw(int64_t n, const uint32_t* __restrict words,
                  uint32_t* __restrict out) {
  for (int64_t i = 0; i < n; ++i) {
    uint32_t y = words[i];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    out[i] = y ^ (y >> 18);
  }
}

void uniform_floats(int64_t n, const uint32_t* __restrict raw, float from,
                    float range, float* __restrict out) {
  for (int64_t i = 0; i < n; ++i) {
    const auto bits = static_cast<int32_t>(raw[i] & 0xffffffu);
    out[i] = multiply_add(static_cast<float>(bits) * 0x1p-24f, range, from);
  }
}

void uniform_doubles(int64_t n, const uint32_t* __restrict raw, double from,
                     double range, double* __restrict out) {
  if (from == 0.0 && range == 1.0) {
    for (int64_t i = 0; i < n; ++i) {
      out[i] = to_double(lower53(raw, i)) * 0x1p-53;
    }
    return;
  }
  for (int64_t i = 0; i < n; ++i) {
    out[i] = multiply_add(to_double(lower53(raw, i)) * 0x1p-53, range, from);
  }
}

void bernoulli_floats(int64_t n, const uint32_t* raw, int64_t bound,
                      float* out) {
  bernoulli(n, raw, bound, out);
}

void bernoulli_bytes(int64_t n, const uint32_t* raw, int64_t bound,
                     uint8_t* out) {
  bernoulli(n, raw, bound, out);
}

void normal_floats(int64_t groups, float mean, float std, float* data) {
  constexpr int64_t kMost = 32;  // groups at a time: long loops, small arrays
  constexpr float kTwoPi = 6.283185307179586f;
  float first[8 * kMost];
  float second[8 * kMost];
  for (int64_t g = 0; g < groups; g += kMost) {
    const int64_t count = groups - g < kMost ? groups - g : kMost;
    float* block = data + 16 * g;
    for (int64_t i = 0; i < count; ++i) {
      __builtin_memcpy(first + 8 * i, block + 16 * i, 32);
      __builtin_memcpy(second + 8 * i, block + 16 * i + 8, 32);
    }
    for (int64_t i = 0; i < 8 * count; ++i) {
      const float radius = __builtin_sqrtf(-2.0f * math::log(1.0f - first[i]));
      const math::SinCos angle = math::sincos_small(kTwoPi * second[i]);
      first[i] = multiply_add(radius * angle.cos, std, mean);
      second[i] = multiply_add(radius * angle.sin, std, mean);
    }
    for (int64_t i = 0; i < count; ++i) {
      __builtin_memcpy(block + 16 * i, first + 8 * i, 32);
      __builtin_memcpy(block + 16 * i + 8, second + 8 * i, 32);
    }
  }
}

void normal_doubles(int64_t groups, double mean, double std, double* data) {
  constexpr double kTwoPi = 6.283185307179586476925;
  for (int64_t g = 0; g < groups; ++g, data += 16) {
    for (int i = 0; i < 8; ++i) {
      const double radius = __builtin_sqrt(-2.0 * __builtin_log(1.0 - data[i]));
      const double angle = kTwoPi * data[i + 8];
      data[i] = multiply_add(radius * __builtin_cos(angle), std, mean);
      data[i + 8] = multiply_add(radius * __builtin_sin(angle), std, mean);
    }
  }
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
