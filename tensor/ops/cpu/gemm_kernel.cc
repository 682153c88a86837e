#include "cresset/tensor/ops/cpu/gemm_kernel.h"

#include <utility>

#include "cresset/tensor/ops/cpu/simd.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

// A tile's sums, one row of B and one element of A must fit in the registers:
// 32 of them with AVX-512, 16 below.
#if defined(CRESSET_CPU_LEVEL_AVX512)
constexpr int kTileRows = 8;
constexpr int kTileVectors = 3;
constexpr int64_t kColumns = 336;
constexpr int kDotRows = 8;
constexpr int kDotColumns[kDotRows] = {8, 6, 6, 5, 4, 4, 3, 3};
#else
constexpr int kTileRows = 6;
constexpr int kTileVectors = 2;
constexpr int64_t kColumns = 192;
constexpr int kDotRows = 4;
constexpr int kDotColumns[kDotRows] = {8, 5, 4, 3};
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
};

template <class T>
inline void copy_few(int64_t n, const T* from, T* to) {
  for (int64_t i = 0; i < n; ++i) to[i] = from[i];
}

template <class T, int kRows, int kVectors>
void compute_tile(const Tile<T>& tile) {
  constexpr int kWide = kLanes<T>;
  Vec<T> sum[kRows][kVectors] = {};
  const T* a = tile.a;
  const T* b = tile.b;
  const int64_t row_stride = tile.row_stride;
  const int64_t depth_stride = tile.depth_stride;
  const int64_t b_stride = tile.b_stride;
  for (int64_t p = tile.k; p > 0; --p) {
    Vec<T> row[kVectors];
    CRESSET_UNROLL
    for (int v = 0; v < kVectors; ++v) row[v] = load(b + v * kWide);
    CRESSET_UNROLL
    for (int i = 0; i < kRows; ++i) {
      const T element = a[i * row_stride];
      CRESSET_UNROLL
      for (int v = 0; v < kVectors; ++v) sum[i][v] += row[v] * element;
    }
    a += depth_stride;
    b += b_stride;
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

template <class T, int... kIndex>
inline TileFunction<T> tile_function(
    int64_t rows, int64_t vectors,
    std::integer_sequence<int, kIndex...> /*all*/) {
  static constexpr TileFunction<T> kTable[] = {
      compute_tile<T, kIndex / kTileVectors + 1, kIndex % kTileVectors + 1>...};
  return kTable[(rows - 1) * kTileVectors + vectors - 1];
}

template <class T>
inline TileFunction<T> tile_function(int64_t rows, int64_t vectors) {
  return tile_function<T>(
      rows, vectors,
      std::make_integer_sequence<int, kTileRows * kTileVectors>());
}

// Runs the tiles of a block; panel_stride is the distance in B between the
// vectors of one row that follow each other: k rows in a packed block, one
// vector in B itself.
template <class T>
void run_tiles(int64_t m, int64_t n, Tile<T> tile, bool packed, int64_t ldb) {
  constexpr int kWide = kLanes<T>;
  const T* const b = tile.b;
  T* const c = tile.c;
  const T* const a = tile.a;
  for (int64_t i = 0; i < m;) {
    const int64_t rows = tile_rows(m - i);
    tile.a = a + i * tile.row_stride;
    for (int64_t j = 0; j < n;) {
      const int64_t vectors = panel_vectors((n - j + kWide - 1) / kWide);
      const int64_t width = vectors * kWide;
      tile.b = b + (packed ? j * tile.k : j);
      tile.b_stride = packed ? width : ldb;
      tile.c = c + i * tile.ldc + j;
      tile.n = n - j < width ? n - j : width;
      tile_function<T>(rows, vectors)(tile);
      j += width;
    }
    i += rows;
  }
}

template <class T>
void block(int64_t m, int64_t n, int64_t k, T alpha, const T* a,
           int64_t row_stride, int64_t depth_stride, const T* packed_b, T beta,
           T* c, int64_t ldc) {
  const Tile<T> tile{k,     a,    row_stride, depth_stride, packed_b, 0,
                     alpha, beta, c,          ldc,          0};
  run_tiles<T>(m, n, tile, true, 0);
}

template <class T>
void block_direct(int64_t m, int64_t n, int64_t k, T alpha, const T* a,
                  int64_t row_stride, int64_t depth_stride, const T* b,
                  int64_t ldb, T beta, T* c, int64_t ldc) {
  const Tile<T> tile{k,     a,    row_stride, depth_stride, b, ldb,
                     alpha, beta, c,          ldc,          0};
  run_tiles<T>(m, n, tile, false, ldb);
}

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

template <class T>
void pack_b(bool transposed, int64_t k, int64_t n, const T* b, int64_t ldb,
            T* packed) {
  constexpr int kWide = kLanes<T>;
  const int64_t vectors = (n + kWide - 1) / kWide;
  if (transposed) {
    for (int64_t v = 0; v < vectors;) {
      const int64_t count = panel_vectors(vectors - v);
      T* const panel = packed + v * kWide * k;
      for (int64_t i = 0; i < count; ++i) {
        const int64_t j = (v + i) * kWide;
        transpose<T>(n - j < kWide ? n - j : kWide, k, b + j * ldb, ldb,
                     panel + i * kWide, count * kWide);
      }
      v += count;
    }
    return;
  }
  const int64_t whole = n / kWide;
  for (int64_t p = 0; p < k; ++p) {
    const T* const row = b + p * ldb;
    for (int64_t v = 0; v < vectors;) {
      const int64_t count = panel_vectors(vectors - v);
      T* const to = packed + v * kWide * k + p * count * kWide;
      for (int64_t i = 0; i < count; ++i) {
        if (v + i < whole) {
          store(to + i * kWide, load(row + (v + i) * kWide));
        } else {
          store(to + i * kWide, Vec<T>{});
          copy_few(n - whole * kWide, row + whole * kWide, to + i * kWide);
        }
      }
      v += count;
    }
  }
}

template <class T>
void pack_a(bool transposed, int64_t m, int64_t k, const T* a, int64_t lda,
            T* packed, int64_t stride) {
  if (transposed) return transpose<T>(k, m, a, lda, packed, stride);
  constexpr int kWide = kLanes<T>;
  for (int64_t i = 0; i < m; ++i) {
    const T* const from = a + i * lda;
    T* const to = packed + i * stride;
    int64_t p = 0;
    for (; p + kWide <= k; p += kWide) store(to + p, load(from + p));
    copy_few(k - p, from + p, to + p);
  }
}

template <class T, int kRows, int kCount>
void dot_tile(int64_t k, T alpha, const T* a, int64_t lda, const T* b,
              int64_t ldb, T beta, T* c, int64_t ldc) {
  constexpr int kWide = kLanes<T>;
  Vec<T> sum[kRows][kCount] = {};
  int64_t p = 0;
  for (; p + kWide <= k; p += kWide) {
    Vec<T> left[kRows];
    CRESSET_UNROLL
    for (int i = 0; i < kRows; ++i) left[i] = load(a + i * lda + p);
    CRESSET_UNROLL
    for (int j = 0; j < kCount; ++j) {
      const Vec<T> right = load(b + j * ldb + p);
      CRESSET_UNROLL
      for (int i = 0; i < kRows; ++i) sum[i][j] += left[i] * right;
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < kCount; ++j) {
      T total = sum_of<T>(sum[i][j]);
      for (int64_t q = p; q < k; ++q) total += a[i * lda + q] * b[j * ldb + q];
      T* const out = c + i * ldc + j;
      *out = beta == 0 ? alpha * total : rounded(alpha * total) + beta * *out;
    }
  }
}

template <class T, int kRows>
void dot_rows(int64_t n, int64_t k, T alpha, const T* a, int64_t lda,
              const T* b, int64_t ldb, T beta, T* c, int64_t ldc) {
  constexpr int kCount = kDotColumns[kRows - 1];
  int64_t j = 0;
  for (; j + kCount <= n; j += kCount) {
    dot_tile<T, kRows, kCount>(k, alpha, a, lda, b + j * ldb, ldb, beta, c + j,
                               ldc);
  }
  for (; j < n; ++j) {
    dot_tile<T, kRows, 1>(k, alpha, a, lda, b + j * ldb, ldb, beta, c + j, ldc);
  }
}

template <class T, int kRows>
void dots_of(int64_t m, int64_t n, int64_t k, T alpha, const T* a, int64_t lda,
             const T* b, int64_t ldb, T beta, T* c, int64_t ldc) {
  if constexpr (kRows > 1) {
    if (m < kRows) {
      return dots_of<T, kRows - 1>(m, n, k, alpha, a, lda, b, ldb, beta, c,
                                   ldc);
    }
  }
  dot_rows<T, kRows>(n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

template <class T>
void dots(int64_t m, int64_t n, int64_t k, T alpha, const T* a, int64_t lda,
          const T* b, int64_t ldb, T beta, T* c, int64_t ldc) {
  // Few rows of B at a time, so that all rows of A meet them in the L1 cache.
  constexpr int64_t kTogether = kDotColumns[kDotRows - 1] * 2;
  if (m > kDotRows) {
    for (int64_t j = 0; j < n; j += kTogether) {
      const int64_t width = n - j < kTogether ? n - j : kTogether;
      for (int64_t i = 0; i < m; i += kDotRows) {
        dots_of<T, kDotRows>(m - i < kDotRows ? m - i : kDotRows, width, k,
                             alpha, a + i * lda, lda, b + j * ldb, ldb, beta,
                             c + i * ldc + j, ldc);
      }
    }
    return;
  }
  dots_of<T, kDotRows>(m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

template <class T>
void combine_rows(int64_t n, int64_t k, const T* x, const T* b, int64_t ldb,
                  T* y) {
  // As many columns at a time as stay in the L1 cache.
  constexpr int64_t kTogether = 8192 / sizeof(T);
  for (int64_t begin = 0; begin < n; begin += kTogether) {
    const int64_t width = n - begin < kTogether ? n - begin : kTogether;
    T* const out = y + begin;
    for (int64_t j = 0; j < width; ++j) out[j] = 0;
    int64_t p = 0;
    for (; p + 4 <= k; p += 4) {
      const T* const b0 = b + p * ldb + begin;
      const T* const b1 = b0 + ldb;
      const T* const b2 = b1 + ldb;
      const T* const b3 = b2 + ldb;
      const T x0 = x[p], x1 = x[p + 1], x2 = x[p + 2], x3 = x[p + 3];
#if defined(__clang__)
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
      for (int64_t j = 0; j < width; ++j) {
        out[j] += (x0 * b0[j] + x1 * b1[j]) + (x2 * b2[j] + x3 * b3[j]);
      }
    }
    for (; p < k; ++p) {
      const T* const row = b + p * ldb + begin;
      const T factor = x[p];
      for (int64_t j = 0; j < width; ++j) out[j] += factor * row[j];
    }
  }
}

template <class T>
constexpr GemmKernels<T> kKernels{
    kLanes<T>, kColumns * 4 / static_cast<int64_t>(sizeof(T)),
    block<T>,  block_direct<T>,
    pack_b<T>, pack_a<T>,
    dots<T>,   combine_rows<T>};

}  // namespace

GemmKernels<float> gemm_kernels_f32() { return kKernels<float>; }
GemmKernels<double> gemm_kernels_f64() { return kKernels<double>; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
