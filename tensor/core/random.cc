#include "cresset/tensor/core/random.h"

#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "cresset/tensor/base/half.h"
#include "cresset/tensor/core/cpu/random.h"
#include "cresset/tensor/core/random_draw.h"

namespace cresset::internal {
namespace {

constexpr double kPi = 3.141592653589793238463;

template <class T>
inline constexpr bool kIs64Bits =
    std::is_same_v<T, int64_t> || std::is_same_v<T, double>;

// The number of values that fill_random draws for T.
template <class T>
constexpr uint64_t count_of_values() {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<uint64_t>(std::numeric_limits<T>::max()) + 1;
  } else {
    return (uint64_t{1} << kDigits<T>)+1;
  }
}

// The class types convert from float only; no rounding before the last.
template <class T>
T convert(int64_t value) {
  if constexpr (std::is_arithmetic_v<T>) {
    return static_cast<T>(value);
  } else {
    return T(static_cast<float>(value));
  }
}

}  // namespace

template <class T>
void fill_exponential(Generator& generator, T* out, int64_t n, double lambda) {
  const GeneratorLock lock(generator);
  const double scale = -1.0 / lambda;
  fill_from_unit(generator, out, n,
                 [=](double u) { return scale * std::log(1.0 - u); });
}

template <class T>
void fill_cauchy(Generator& generator, T* out, int64_t n, double median,
                 double sigma) {
  const GeneratorLock lock(generator);
  fill_from_unit(generator, out, n, [=](double u) {
    return std::fma(sigma, std::tan(kPi * (u - 0.5)), median);
  });
}

template <class T>
void fill_geometric(Generator& generator, T* out, int64_t n, double p) {
  const GeneratorLock lock(generator);
  const double scale = std::log(1.0 - p);
  fill_from_unit(generator, out, n,
                 [=](double u) { return std::ceil(std::log(u) / scale); });
}

template <class T>
void fill_random(Generator& generator, T* out, int64_t n) {
  const GeneratorLock lock(generator);
  constexpr uint64_t kCount = count_of_values<T>();
  draw_blocks<kIs64Bits<T> ? 2 : 1>(
      generator, n, [&](const uint32_t* raw, int64_t begin, int64_t count) {
        for (int64_t i = 0; i < count; ++i) {
          const uint64_t value = kIs64Bits<T> ? joined(raw, i) : raw[i];
          out[begin + i] = convert<T>(static_cast<int64_t>(value % kCount));
        }
      });
}

template <class T>
void fill_random(Generator& generator, T* out, int64_t n, int64_t low,
                 int64_t high) {
  const GeneratorLock lock(generator);
  const uint64_t base = static_cast<uint64_t>(low);
  const uint64_t range = static_cast<uint64_t>(high) - base;
  if (range >> 32 != 0) {
    draw_blocks<2>(generator, n,
                   [&](const uint32_t* raw, int64_t begin, int64_t count) {
                     for (int64_t i = 0; i < count; ++i) {
                       const uint64_t value = joined(raw, i) % range + base;
                       out[begin + i] = convert<T>(static_cast<int64_t>(value));
                     }
                   });
    return;
  }
  const uint32_t divisor = static_cast<uint32_t>(range);
  draw_blocks<1>(generator, n,
                 [&](const uint32_t* raw, int64_t begin, int64_t count) {
                   for (int64_t i = 0; i < count; ++i) {
                     const uint64_t value = raw[i] % divisor + base;
                     out[begin + i] = convert<T>(static_cast<int64_t>(value));
                   }
                 });
}

template <class T>
void fill_bernoulli(Generator& generator, T* out, int64_t n, double p) {
  const GeneratorLock lock(generator);
  // u < p for u of 53 bits, said of the bits themselves.
  const int64_t bound = static_cast<int64_t>(std::ceil(p * 0x1p53));
  draw_blocks<2>(generator, n,
                 [&](const uint32_t* raw, int64_t begin, int64_t count) {
                   if constexpr (std::is_same_v<T, float>) {
                     bernoulli_floats()(count, raw, bound, out + begin);
                   } else {
                     uint8_t bytes[624];
                     bernoulli_bytes()(count, raw, bound, bytes);
                     for (int64_t i = 0; i < count; ++i) {
                       out[begin + i] = convert<T>(bytes[i]);
                     }
                   }
                 });
}

template <class T, class P>
void fill_bernoulli(Generator& generator, T* out, int64_t n, const P* p) {
  const GeneratorLock lock(generator);
  draw_blocks<sizeof(P) / 4>(
      generator, n, [&](const uint32_t* raw, int64_t begin, int64_t count) {
        for (int64_t i = 0; i < count; ++i) {
          bool hit;
          if constexpr (std::is_same_v<P, double>) {
            hit = unit_double(joined(raw, i)) < p[begin + i];
          } else {
            hit = unit_float(raw[i]) < p[begin + i];
          }
          out[begin + i] = convert<T>(hit);
        }
      });
}

template <class T>
void fill_randperm(Generator& generator, T* out, int64_t n) {
  const GeneratorLock lock(generator);
  for (int64_t i = 0; i < n; ++i) out[i] = convert<T>(i);
  draw_blocks<1>(generator, n - 1,
                 [&](const uint32_t* raw, int64_t begin, int64_t count) {
                   for (int64_t i = 0; i < count; ++i) {
                     T* rest = out + begin + i;
                     std::swap(rest[0], rest[raw[i] % (n - begin - i)]);
                   }
                 });
}

template <class T>
void fill_multinomial(Generator& generator, int64_t* out, int64_t n,
                      const T* weights, int64_t categories) {
  std::vector<T> cumulative(static_cast<size_t>(categories));
  T sum = 0;
  for (size_t i = 0; i < cumulative.size(); ++i) {
    sum += weights[i];
    cumulative[i] = sum;
  }
  for (T& value : cumulative) value /= sum;
  const GeneratorLock lock(generator);
  fill_from_unit(generator, out, n, [&](double u) {
    // The first category whose sum reaches u; the last, should none do.
    size_t left = 0;
    size_t right = cumulative.size() - 1;
    while (left < right) {
      const size_t middle = left + (right - left) / 2;
      if (static_cast<double>(cumulative[middle]) < u) {
        left = middle + 1;
      } else {
        right = middle;
      }
    }
    return static_cast<int64_t>(left);
  });
}

#define CRESSET_FLOATING(T)                                        \
  template void fill_exponential(Generator&, T*, int64_t, double); \
  template void fill_cauchy(Generator&, T*, int64_t, double, double);

#define CRESSET_NUMBER(T)                                        \
  template void fill_geometric(Generator&, T*, int64_t, double); \
  template void fill_randperm(Generator&, T*, int64_t);

#define CRESSET_ANY(T)                                                  \
  template void fill_random(Generator&, T*, int64_t);                   \
  template void fill_random(Generator&, T*, int64_t, int64_t, int64_t); \
  template void fill_bernoulli(Generator&, T*, int64_t, double);        \
  template void fill_bernoulli(Generator&, T*, int64_t, const float*);  \
  template void fill_bernoulli(Generator&, T*, int64_t, const double*);

CRESSET_FLOATING(float)
CRESSET_FLOATING(double)
CRESSET_FLOATING(Half)
CRESSET_FLOATING(BFloat16)

#define CRESSET_ALL_NUMBERS(APPLY) \
  APPLY(float)                     \
  APPLY(double)                    \
  APPLY(Half)                      \
  APPLY(BFloat16)                  \
  APPLY(uint8_t)                   \
  APPLY(int8_t)                    \
  APPLY(int16_t)                   \
  APPLY(int32_t)                   \
  APPLY(int64_t)

CRESSET_ALL_NUMBERS(CRESSET_NUMBER)
CRESSET_ALL_NUMBERS(CRESSET_ANY)
CRESSET_ANY(bool)

template void fill_multinomial(Generator&, int64_t*, int64_t, const float*,
                               int64_t);
template void fill_multinomial(Generator&, int64_t*, int64_t, const double*,
                               int64_t);

}  // namespace cresset::internal
