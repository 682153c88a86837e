// The micro-kernel of products: a few rows by up to three vectors of C, whose
// sums stay in registers. For kernel sources only.

#ifndef CRESSET_TENSOR_OPS_CPU_GEMM_TILE_H_
#define CRESSET_TENSOR_OPS_CPU_GEMM_TILE_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "cresset/tensor/ops/cpu/simd.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

// A tile's sums, one row of B and one element of A must fit in the registers:
// 32 of them with AVX-512, 16 below.
#if defined(CRESSET_CPU_LEVEL_AVX512)
constexpr int kTileRows = 8;
constexpr int kTileVectors = 3;
#else
constexpr int kTileRows = 6;
constexpr int kTileVectors = 2;
#endif

// Vectors in the next panel, of `left` ones: the last panels share evenly.
inline int64_t panel_vectors(int64_t left) {
  if (left > kTileVectors + 1) return kTileVectors;
  return left == kTileVectors + 1 && left % 2 == 0 ? left / 2
         : left < kTileVectors                     ? left
                                                   : kTileVectors;
}

// Rows in the next tile, of `left` ones.
inline int64_t tile_rows(int64_t left) {
  if (left <= kTileRows) return left;
  return left >= 2 * kTileRows ? kTileRows : (left + 1) / 2;
}

template <class T>
struct Tile {
  int64_t k;
  const T* a;
  int64_t row_stride;
  int64_t depth_stride;
  const T* b;
  int64_t b_stride;
  T alpha;
  T beta;
  T* c;
  int64_t ldc;
  int64_t n;
  // Where the rows of B lie, for kOffsets; b_stride is not used then.
  const int64_t* offsets;
};

// Copies n elements, fewer than a vector holds, in halves of it.
template <class T>
inline __attribute__((always_inline)) void copy_few(int64_t n, const T* from,
                                                    T* to) {
  CRESSET_UNROLL
  for (int half = kLanes<T> / 2; half > 0; half /= 2) {
    if ((n & half) == 0) continue;
    __builtin_memcpy(to, from, static_cast<size_t>(half) * sizeof(T));
    from += half;
    to += half;
  }
}

template <class T, bool kOffsets, int kRows, int kVectors>
void compute_tile(const Tile<T>& tile) {
  constexpr int kWide = kLanes<T>;
  Vec<T> sum[kRows][kVectors] = {};
  const T* a = tile.a;
  const T* b = tile.b;
  const int64_t row_stride = tile.row_stride;
  const int64_t depth_stride = tile.depth_stride;
  const int64_t b_stride = tile.b_stride;
  const int64_t k = tile.k;
  for (int64_t p = 0; p < k; ++p) {
    const T* const from = kOffsets ? b + tile.offsets[p] : b;
    Vec<T> row[kVectors];
    CRESSET_UNROLL
    for (int v = 0; v < kVectors; ++v) row[v] = load(from + v * kWide);
    CRESSET_UNROLL
    for (int i = 0; i < kRows; ++i) {
      const T element = a[i * row_stride];
      CRESSET_UNROLL
      for (int v = 0; v < kVectors; ++v) sum[i][v] += row[v] * element;
    }
    a += depth_stride;
    if (!kOffsets) b += b_stride;
  }
  const T alpha = tile.alpha;
  const T beta = tile.beta;
  const int64_t last = tile.n - (kVectors - 1) * kWide;
  CRESSET_UNROLL
  for (int i = 0; i < kRows; ++i) {
    T* const c = tile.c + i * tile.ldc;
    CRESSET_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      // The last vector may hang over the end of the row of C.
      const bool whole = v < kVectors - 1 || last == kWide;
      T buffer[kWide];
      T* const out = whole ? c + v * kWide : buffer;
      Vec<T> result = rounded(sum[i][v] * alpha);
      if (beta != 0) {
        if (!whole) {
          store(buffer, Vec<T>{});
          copy_few(last, c + v * kWide, buffer);
        }
        result += load(out) * beta;
      }
      store(out, result);
      if (!whole) copy_few(last, buffer, c + v * kWide);
    }
  }
}

template <class T>
using TileFunction = void (*)(const Tile<T>&);

template <class T, bool kOffsets, int... kIndex>
inline TileFunction<T> tile_function(
    int64_t rows, int64_t vectors,
    std::integer_sequence<int, kIndex...> /*all*/) {
  static constexpr TileFunction<T> kTable[] = {
      compute_tile<T, kOffsets, kIndex / kTileVectors + 1,
                   kIndex % kTileVectors + 1>...};
  return kTable[(rows - 1) * kTileVectors + vectors - 1];
}

template <class T, bool kOffsets>
inline TileFunction<T> tile_function(int64_t rows, int64_t vectors) {
  return tile_function<T, kOffsets>(
      rows, vectors,
      std::make_integer_sequence<int, kTileRows * kTileVectors>());
}

}  // namespace
}  // namespace cresset::internal::CRESSET_CPU_LEVEL

#endif  // CRESSET_TENSOR_OPS_CPU_GEMM_TILE_H_
