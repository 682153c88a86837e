#include "cresset/tensor/ops/cpu/gemm_kernel.h"

#include "cresset/tensor/ops/cpu/gemm_tile.h"
#include "cresset/tensor/ops/cpu/simd.h"
#include "cresset/tensor/ops/cpu/transpose.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

#if defined(CRESSET_CPU_LEVEL_AVX512)
constexpr int64_t kColumns = 336;
constexpr int kDotRows = 8;
constexpr int kDotColumns[kDotRows] = {8, 6, 6, 5, 4, 4, 3, 3};
#else
constexpr int64_t kColumns = 192;
constexpr int kDotRows = 4;
constexpr int kDotColumns[kDotRows] = {8, 5, 4, 3};
#endif

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
      tile_function<T, false>(rows, vectors)(tile);
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
                     alpha, beta, c,          ldc,          0,        nullptr};
  run_tiles<T>(m, n, tile, true, 0);
}

template <class T>
void block_direct(int64_t m, int64_t n, int64_t k, T alpha, const T* a,
                  int64_t row_stride, int64_t depth_stride, const T* b,
                  int64_t ldb, T beta, T* c, int64_t ldc) {
  const Tile<T> tile{k,     a,    row_stride, depth_stride, b, ldb,
                     alpha, beta, c,          ldc,          0, nullptr};
  run_tiles<T>(m, n, tile, false, ldb);
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
      int64_t j = 0;
      for (; j + kLanes<T> <= width; j += kLanes<T>) {
        store(out + j,
              load(out + j) + ((load(b0 + j) * x0 + load(b1 + j) * x1) +
                               (load(b2 + j) * x2 + load(b3 + j) * x3)));
      }
      for (; j < width; ++j) {
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
