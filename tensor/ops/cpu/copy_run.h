// Copies of rows that may be too short for a vector. For kernel sources only.

#ifndef CRESSET_TENSOR_OPS_CPU_COPY_RUN_H_
#define CRESSET_TENSOR_OPS_CPU_COPY_RUN_H_

#include <cstdint>
#include <utility>

#include "cresset/tensor/ops/cpu/gemm_tile.h"
#include "cresset/tensor/ops/cpu/simd.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

// Every second element of 2 * lanes - 1 ones.
template <class T, int... kIndex>
inline __attribute__((always_inline)) Vec<T> load_even(
    const T* from, std::integer_sequence<int, kIndex...> /*all*/) {
  constexpr int kWide = kLanes<T>;
  return __builtin_shufflevector(
      load(from), load(from + kWide - 1),
      (2 * kIndex < kWide ? 2 * kIndex : 2 * kIndex + 1)...);
}

template <class T>
inline __attribute__((always_inline)) Vec<T> load_even(const T* from) {
  return load_even<T>(from, std::make_integer_sequence<int, kLanes<T>>());
}

// to[i] = from[i * stride] for n elements.
template <class T>
inline __attribute__((always_inline)) void copy_run(int64_t n, const T* from,
                                                    int64_t stride, T* to) {
  constexpr int kWide = kLanes<T>;
  if (stride == 2 && n >= kWide) {
    for (int64_t i = 0; i < n; i += kWide) {
      const int64_t at = i + kWide <= n ? i : n - kWide;
      store(to + at, load_even(from + 2 * at));
    }
    return;
  }
  if (stride != 1) {
    for (int64_t i = 0; i < n; ++i) to[i] = from[i * stride];
    return;
  }
  if (n < kWide) return copy_few(n, from, to);
  int64_t i = 0;
  for (; i + kWide <= n; i += kWide) store(to + i, load(from + i));
  // The rest, by a vector that overlaps the one before.
  if (i < n) store(to + n - kWide, load(from + n - kWide));
}

typedef int32_t Words __attribute__((vector_size(CRESSET_VECTOR_BYTES)));

// The first n elements of a vector, zero behind them.
template <class T>
inline __attribute__((always_inline)) Words first_lanes(int64_t n) {
  constexpr int64_t kWords = sizeof(T) / sizeof(int32_t);
  Words lane;
  for (int i = 0; i < static_cast<int>(sizeof(Words) / 4); ++i) lane[i] = i;
  return lane < static_cast<int32_t>(n * kWords);
}

// Copies rows of `width` elements that begin `from_pitch` and `to_pitch` apart.
// What lies up to a vector behind a row of `to` is overwritten by zeros, unless
// it lies behind to + writable.
template <class T>
inline __attribute__((always_inline)) void copy_rows(
    int64_t rows, int64_t width, const T* from, int64_t from_pitch,
    int64_t readable, T* to, int64_t to_pitch, int64_t writable) {
  constexpr int kWide = kLanes<T>;
  int64_t row = 0;
  if (width < kWide) {
    const Words mask = first_lanes<T>(width);
    for (; row < rows; ++row) {
      if (row * from_pitch + kWide > readable) break;
      if (row * to_pitch + kWide > writable) break;
      const Vec<T> x = load(from + row * from_pitch);
      store(to + row * to_pitch,
            reinterpret_cast<Vec<T>>(reinterpret_cast<Words>(x) & mask));
    }
  }
  for (; row < rows; ++row) {
    copy_run(width, from + row * from_pitch, 1, to + row * to_pitch);
  }
}

}  // namespace
}  // namespace cresset::internal::CRESSET_CPU_LEVEL

#endif  // CRESSET_TENSOR_OPS_CPU_COPY_RUN_H_
