#include <cmath>
#include <type_traits>

#include "cresset/tensor/base/half.h"
#include "cresset/tensor/core/cpu/random.h"
#include "cresset/tensor/core/random.h"
#include "cresset/tensor/core/random_draw.h"

namespace cresset::internal {
namespace {

constexpr int64_t kGroup = 16;

void uniform(Generator& generator, float* out, int64_t n, float from,
             float range) {
  draw_blocks<1>(generator, n,
                 [&](const uint32_t* raw, int64_t begin, int64_t count) {
                   uniform_floats()(count, raw, from, range, out + begin);
                 });
}

void uniform(Generator& generator, double* out, int64_t n, double from,
             double range) {
  draw_blocks<2>(generator, n,
                 [&](const uint32_t* raw, int64_t begin, int64_t count) {
                   uniform_doubles()(count, raw, from, range, out + begin);
                 });
}

// The 16-bit types draw as many bits as they have digits.
template <class T>
void uniform(Generator& generator, T* out, int64_t n, T from, T range) {
  constexpr uint32_t kMask = (1u << kDigits<T>)-1;
  constexpr float kUnit = 1.0f / (1u << kDigits<T>);
  draw_blocks<1>(generator, n,
                 [&](const uint32_t* raw, int64_t begin, int64_t count) {
                   for (int64_t i = 0; i < count; ++i) {
                     const float u = static_cast<float>(raw[i] & kMask) * kUnit;
                     out[begin + i] = T(u * float(range) + float(from));
                   }
                 });
}

void normal_groups(int64_t groups, double mean, double std, float* data) {
  normal_floats()(groups, static_cast<float>(mean), static_cast<float>(std),
                  data);
}

void normal_groups(int64_t groups, double mean, double std, double* data) {
  normal_doubles()(groups, mean, std, data);
}

// A result of bfloat16 arithmetic. float16 has none: PyTorch's expressions
// with it are float until their value is stored.
template <class T>
float round_to(float value) {
  return std::is_same_v<T, BFloat16> ? float(BFloat16(value)) : value;
}

template <class T>
void normal_groups(int64_t groups, double mean, double std, T* data) {
  const float scale = T(static_cast<float>(std));
  const float shift = T(static_cast<float>(mean));
  const auto finish = [&](float radius, float side) {
    const float product = round_to<T>(radius * round_to<T>(side));
    return T(round_to<T>(product * scale) + shift);
  };
  for (int64_t g = 0; g < groups; ++g, data += kGroup) {
    for (int i = 0; i < 8; ++i) {
      const float u = T(1.0f - float(data[i]));
      const float square = round_to<T>(-2.0f * round_to<T>(std::log(u)));
      const float radius = T(std::sqrt(square));
      const float angle =
          T(static_cast<float>(6.283185307179586476925 * float(data[i + 8])));
      data[i] = finish(radius, std::cos(angle));
      data[i + 8] = finish(radius, std::sin(angle));
    }
  }
}

}  // namespace

template <class T>
void fill_uniform(Generator& generator, T* out, int64_t n, double from,
                  double to) {
  const GeneratorLock lock(generator);
  const T first = static_cast<T>(from);
  uniform(generator, out, n, first, T(static_cast<T>(to) - first));
}

template <class T>
void fill_normal(Generator& generator, T* out, int64_t n, double mean,
                 double std) {
  if (n < kGroup) return fill_normal_serial(generator, out, n, mean, std);
  const GeneratorLock lock(generator);
  uniform(generator, out, n, T(0), T(1));
  normal_groups(n / kGroup, mean, std, out);
  if (n % kGroup != 0) {
    T* last = out + n - kGroup;
    uniform(generator, last, kGroup, T(0), T(1));
    normal_groups(1, mean, std, last);
  }
}

template <class T>
void fill_normal_serial(Generator& generator, T* out, int64_t n, double mean,
                        double std) {
  const GeneratorLock lock(generator);
  for (int64_t i = 0; i < n; ++i) {
    out[i] = static_cast<T>(std::fma(generator.normal(), std, mean));
  }
}

template <class T>
void fill_log_normal(Generator& generator, T* out, int64_t n, double mean,
                     double std) {
  const GeneratorLock lock(generator);
  for (int64_t i = 0; i < n; ++i) {
    out[i] = static_cast<T>(std::exp(std::fma(generator.normal(), std, mean)));
  }
}

#define CRESSET_INSTANTIATE(T)                                               \
  template void fill_uniform(Generator&, T*, int64_t, double, double);       \
  template void fill_normal(Generator&, T*, int64_t, double, double);        \
  template void fill_normal_serial(Generator&, T*, int64_t, double, double); \
  template void fill_log_normal(Generator&, T*, int64_t, double, double);

CRESSET_INSTANTIATE(float)
CRESSET_INSTANTIATE(double)
CRESSET_INSTANTIATE(Half)
CRESSET_INSTANTIATE(BFloat16)

#undef CRESSET_INSTANTIATE

}  // namespace cresset::internal
