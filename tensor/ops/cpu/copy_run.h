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

}  // namespace
}  // namespace cresset::internal::CRESSET_CPU_LEVEL

#endif  // CRESSET_TENSOR_OPS_CPU_COPY_RUN_H_
