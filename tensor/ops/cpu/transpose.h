// Transposes in registers. For kernel sources only.

#ifndef CRESSET_TENSOR_OPS_CPU_TRANSPOSE_H_
#define CRESSET_TENSOR_OPS_CPU_TRANSPOSE_H_

#include <cstdint>
#include <utility>

#include "cresset/tensor/ops/cpu/simd.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

// Vector transposes: each stage interleaves the first half of the rows with
// the second; after log2(lanes) stages rows have become columns.
template <class T, int... kIndex>
inline __attribute__((always_inline)) void interleave(
    Vec<T> x, Vec<T> y, Vec<T>& low, Vec<T>& high,
    std::integer_sequence<int, kIndex...> /*all*/) {
  constexpr int kWide = kLanes<T>;
  low = __builtin_shufflevector(
      x, y, (kIndex % 2 == 0 ? kIndex / 2 : kWide + kIndex / 2)...);
  high = __builtin_shufflevector(
      x, y,
      (kIndex % 2 == 0 ? kWide / 2 + kIndex / 2
                       : kWide + kWide / 2 + kIndex / 2)...);
}

template <class T>
inline __attribute__((always_inline)) void transpose_square(int64_t rows,
                                                            const T* from,
                                                            int64_t from_stride,
                                                            T* to,
                                                            int64_t to_stride) {
  constexpr int kWide = kLanes<T>;
  Vec<T> x[kWide];
  Vec<T> y[kWide];
  if (rows >= kWide) {
    CRESSET_UNROLL
    for (int i = 0; i < kWide; ++i) x[i] = load(from + i * from_stride);
  } else {
    CRESSET_UNROLL
    for (int i = 0; i < kWide; ++i) {
      x[i] = i < rows ? load(from + i * from_stride) : Vec<T>{};
    }
  }
  CRESSET_UNROLL
  for (int stage = 1; stage < kWide; stage *= 2) {
    CRESSET_UNROLL
    for (int i = 0; i < kWide / 2; ++i) {
      interleave<T>(x[i], x[i + kWide / 2], y[2 * i], y[2 * i + 1],
                    std::make_integer_sequence<int, kWide>());
    }
    CRESSET_UNROLL
    for (int i = 0; i < kWide; ++i) x[i] = y[i];
  }
  CRESSET_UNROLL
  for (int i = 0; i < kWide; ++i) store(to + i * to_stride, x[i]);
}

// to[c * to_stride + r] = from[r * from_stride + c]. Rows of `to` are filled
// with zeros up to a multiple of the vector length.
template <class T>
void transpose(int64_t rows, int64_t columns, const T* from,
               int64_t from_stride, T* to, int64_t to_stride) {
  constexpr int kWide = kLanes<T>;
  for (int64_t r = 0; r < rows; r += kWide) {
    const T* const source = from + r * from_stride;
    const int64_t here = rows - r < kWide ? rows - r : kWide;
    if (columns >= kWide) {
      for (int64_t at = 0; at < columns; at += kWide) {
        // The last square overlaps the one before it.
        const int64_t c = at + kWide <= columns ? at : columns - kWide;
        transpose_square<T>(here, source + c, from_stride,
                            to + c * to_stride + r, to_stride);
      }
      continue;
    }
    for (int64_t c = 0; c < columns; ++c) {
      for (int64_t i = 0; i < kWide; ++i) {
        to[c * to_stride + r + i] = i < here ? source[i * from_stride + c] : 0;
      }
    }
  }
}

}  // namespace
}  // namespace cresset::internal::CRESSET_CPU_LEVEL

#endif  // CRESSET_TENSOR_OPS_CPU_TRANSPOSE_H_
