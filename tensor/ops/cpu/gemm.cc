// How products are cut into blocks for the kernels of gemm_kernel.h.
//
// Blocks of C are independent tasks: a task walks the depth in steps, packs
// its part of B for the L2 cache, and runs groups of rows of A over it. So a
// part of B is packed once for each task in its column; the blocks are tall
// enough that this does not show. The sum behind an element of C has the same
// order however C is cut, so the cut may depend on the thread count.

#include "cresset/tensor/ops/cpu/gemm.h"

#include <algorithm>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/cpu/buffer.h"
#include "cresset/tensor/ops/cpu/gemm_kernel.h"

namespace cresset::internal {
namespace {

// Multiply-adds below which threads do not pay.
constexpr int64_t kSerialWork = int64_t{1} << 19;

constexpr int64_t round_up(int64_t n, int64_t step) {
  return (n + step - 1) / step * step;
}

template <class T>
struct Product {
  bool trans_a, trans_b;
  int64_t m, n, k;
  T alpha;
  const T* a;
  int64_t lda;
  const T* b;
  int64_t ldb;
  T beta;
  T* c;
  int64_t ldc;

  int64_t work() const { return m * n * k; }
  const T* a_at(int64_t i, int64_t p) const {
    return a + (trans_a ? p * lda + i : i * lda + p);
  }
  const T* b_at(int64_t p, int64_t j) const {
    return b + (trans_b ? j * ldb + p : p * ldb + j);
  }
};

template <class T>
void scale(int64_t m, int64_t n, T beta, T* c, int64_t ldc) {
  if (beta == 1) return;
  for (int64_t i = 0; i < m; ++i) {
    T* const row = c + i * ldc;
    for (int64_t j = 0; j < n; ++j) row[j] = beta == 0 ? T(0) : row[j] * beta;
  }
}

// The block of C at (row, column), over the whole depth.
template <class T>
void run_block(const Product<T>& x, int64_t row, int64_t rows, int64_t column,
               int64_t columns, T* a_buffer, T* b_buffer) {
  const GemmKernels<T>& kernels = gemm_kernels<T>();
  // Rows of A that meet few columns, or lie together already, stay in place.
  const bool copy_a =
      x.trans_a ? columns > 3 * kernels.lanes : columns > 6 * kernels.lanes;
  for (int64_t p = 0; p < x.k; p += kGemmDepth<T>) {
    const int64_t depth = std::min(kGemmDepth<T>, x.k - p);
    const T beta = p == 0 ? x.beta : T(1);
    kernels.pack_b(x.trans_b, depth, columns, x.b_at(p, column), x.ldb,
                   b_buffer);
    for (int64_t i = 0; i < rows; i += kGemmRowGroup) {
      const int64_t group = std::min(kGemmRowGroup, rows - i);
      const T* a = x.a_at(row + i, p);
      int64_t row_stride = x.trans_a ? 1 : x.lda;
      int64_t depth_stride = x.trans_a ? x.lda : 1;
      if (copy_a) {
        kernels.pack_a(x.trans_a, group, depth, a, x.lda, a_buffer,
                       kGemmAStride<T>);
        a = a_buffer;
        row_stride = kGemmAStride<T>;
        depth_stride = 1;
      }
      kernels.block(group, columns, depth, x.alpha, a, row_stride, depth_stride,
                    b_buffer, beta, x.c + (row + i) * x.ldc + column, x.ldc);
    }
  }
}

template <class T>
void run_blocks(const Product<T>& x) {
  const GemmKernels<T>& kernels = gemm_kernels<T>();
  const int64_t panel = 3 * kernels.lanes;
  // Equal columns, as wide as the L2 cache allows.
  const int64_t across = (x.n + kernels.columns - 1) / kernels.columns;
  int64_t columns = round_up((x.n + across - 1) / across, panel);
  int64_t rows = round_up(x.m, kGemmRowGroup);
  const int64_t wanted = x.work() < kSerialWork ? 1 : get_num_threads() * 4;
  const auto count = [&] {
    return ((x.n + columns - 1) / columns) * ((x.m + rows - 1) / rows);
  };
  while (wanted > 4 && count() < wanted) {
    if (rows >= 2 * columns && rows > 2 * kGemmRowGroup) {
      rows = round_up(rows / 2, kGemmRowGroup);
    } else if (columns > 2 * panel) {
      columns = round_up(columns / 2, panel);
    } else if (rows > 2 * kGemmRowGroup) {
      rows = round_up(rows / 2, kGemmRowGroup);
    } else {
      break;
    }
  }
  const int64_t down = (x.m + rows - 1) / rows;
  const auto run = [&](int64_t first, int64_t last) {
    const Buffer<T> a_buffer(kGemmRowGroup * kGemmAStride<T>);
    const Buffer<T> b_buffer(columns * std::min(kGemmDepth<T>, x.k));
    for (int64_t task = first; task < last; ++task) {
      const int64_t row = task % down * rows;
      const int64_t column = task / down * columns;
      run_block(x, row, std::min(rows, x.m - row), column,
                std::min(columns, x.n - column), a_buffer.data(),
                b_buffer.data());
    }
  };
  if (wanted == 1) return run(0, count());
  parallel_for(0, count(), 1, run);
}

// A few rows against a B stored by columns (a Linear layer's weight): reads B
// once and in order, with nothing to pack.
template <class T>
void run_dots(const Product<T>& x) {
  const GemmKernels<T>& kernels = gemm_kernels<T>();
  constexpr int64_t kDepth = 8192 / sizeof(T);
  const int64_t grain =
      std::max<int64_t>(24, round_up(kSerialWork / 4 / (x.m * x.k), 24));
  parallel_for(0, x.n, grain, [&](int64_t first, int64_t last) {
    for (int64_t begin = first; begin < last; begin += 24) {
      const int64_t count = std::min<int64_t>(24, last - begin);
      for (int64_t p = 0; p < x.k; p += kDepth) {
        kernels.dots(x.m, count, std::min(kDepth, x.k - p), x.alpha, x.a + p,
                     x.lda, x.b + begin * x.ldb + p, x.ldb,
                     p == 0 ? x.beta : T(1), x.c + begin, x.ldc);
      }
    }
  });
}

// out[j * step] = alpha sum over p of x[p] B[p, j] + beta out[j * step].
template <class T>
void run_vector(bool trans_b, int64_t n, int64_t k, T alpha, const T* x,
                const T* b, int64_t ldb, T beta, T* out, int64_t step) {
  const GemmKernels<T>& kernels = gemm_kernels<T>();
  const auto put = [&](int64_t first, int64_t last, const T* sums) {
    for (int64_t j = first; j < last; ++j) {
      T& to = out[j * step];
      to = beta == 0 ? alpha * sums[j] : alpha * sums[j] + beta * to;
    }
  };
  const Buffer<T> sums(n);
  if (trans_b) {
    const int64_t grain =
        std::max<int64_t>(8, round_up(kSerialWork / 4 / k, 8));
    parallel_for(0, n, grain, [&](int64_t first, int64_t last) {
      kernels.dots(1, last - first, k, T(1), x, k, b + first * ldb, ldb, T(0),
                   sums.data() + first, n);
      put(first, last, sums.data());
    });
    return;
  }
  // Cut over columns if they are many, else over rows, in parts of a fixed
  // size that are added up in order.
  constexpr int64_t kColumns = 2048 / sizeof(T) * 4;
  if (n >= 4 * kColumns || n * k < kSerialWork) {
    parallel_for(0, n, kColumns, [&](int64_t first, int64_t last) {
      kernels.combine_rows(last - first, k, x, b + first, ldb,
                           sums.data() + first);
      put(first, last, sums.data());
    });
    return;
  }
  const int64_t rows = std::max<int64_t>(64, kSerialWork / 8 / n);
  const int64_t parts = (k + rows - 1) / rows;
  const Buffer<T> partial(parts * n);
  parallel_for(0, parts, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      kernels.combine_rows(n, std::min(rows, k - i * rows), x + i * rows,
                           b + i * rows * ldb, ldb, partial.data() + i * n);
    }
  });
  std::copy_n(partial.data(), n, sums.data());
  for (int64_t i = 1; i < parts; ++i) {
    const T* const part = partial.data() + i * n;
    for (int64_t j = 0; j < n; ++j) sums.data()[j] += part[j];
  }
  put(0, n, sums.data());
}

// The vector operand in one piece.
template <class T>
void run_vector_product(const Product<T>& x) {
  if (x.m == 1) {
    if (!x.trans_a || x.lda == 1) {
      return run_vector(x.trans_b, x.n, x.k, x.alpha, x.a, x.b, x.ldb, x.beta,
                        x.c, 1);
    }
    const Buffer<T> row(x.k);
    for (int64_t p = 0; p < x.k; ++p) row.data()[p] = x.a[p * x.lda];
    return run_vector(x.trans_b, x.n, x.k, x.alpha, row.data(), x.b, x.ldb,
                      x.beta, x.c, 1);
  }
  if (x.trans_b || x.ldb == 1) {
    return run_vector(!x.trans_a, x.m, x.k, x.alpha, x.b, x.a, x.lda, x.beta,
                      x.c, x.ldc);
  }
  const Buffer<T> column(x.k);
  for (int64_t p = 0; p < x.k; ++p) column.data()[p] = x.b[p * x.ldb];
  run_vector(!x.trans_a, x.m, x.k, x.alpha, column.data(), x.a, x.lda, x.beta,
             x.c, x.ldc);
}

// A small C over a great depth: parts of the depth, of a fixed size, run side
// by side and are added up in order.
template <class T>
void run_deep(const Product<T>& x) {
  constexpr int64_t kParts = 32;
  const int64_t depth =
      round_up(std::max<int64_t>(kGemmDepth<T>, x.k / kParts), kGemmDepth<T>);
  const int64_t parts = (x.k + depth - 1) / depth;
  const int64_t size = x.m * x.n;
  const Buffer<T> partial(parts * size);
  parallel_for(0, parts, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      Product<T> part = x;
      part.k = std::min(depth, x.k - i * depth);
      part.a = x.a_at(0, i * depth);
      part.b = x.b_at(i * depth, 0);
      part.beta = 0;
      part.c = partial.data() + i * size;
      part.ldc = x.n;
      run_blocks(part);
    }
  });
  for (int64_t row = 0; row < x.m; ++row) {
    T* const out = x.c + row * x.ldc;
    const T* const from = partial.data() + row * x.n;
    for (int64_t j = 0; j < x.n; ++j) {
      T sum = from[j];
      for (int64_t i = 1; i < parts; ++i) sum += from[i * size + j];
      out[j] = x.beta == 0 ? sum : sum + x.beta * out[j];
    }
  }
}

// B small enough to be read where it lies, whole vectors only.
template <class T>
void run_direct(const Product<T>& x) {
  gemm_kernels<T>().block_direct(x.m, x.n, x.k, x.alpha, x.a,
                                 x.trans_a ? 1 : x.lda, x.trans_a ? x.lda : 1,
                                 x.b, x.ldb, x.beta, x.c, x.ldc);
}

}  // namespace

template <class T>
void gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, T alpha,
          const T* a, int64_t lda, const T* b, int64_t ldb, T beta, T* c,
          int64_t ldc) {
  if (m <= 0 || n <= 0) return;
  if (k <= 0 || alpha == 0) return scale(m, n, beta, c, ldc);
  const Product<T> x{trans_a, trans_b, m,   n,    k, alpha, a,
                     lda,     b,       ldb, beta, c, ldc};
  if (m == 1 || n == 1) return run_vector_product(x);
  if (trans_b && !trans_a && m <= 16 && k >= 256) return run_dots(x);
  if (!trans_b && n % gemm_kernels<T>().lanes == 0 && x.work() < kSerialWork &&
      k * n * static_cast<int64_t>(sizeof(T)) <= (int64_t{1} << 16)) {
    return run_direct(x);
  }
  if (m * n <= 128 * 128 && k >= 4 * kGemmDepth<T> &&
      x.work() >= 2 * kSerialWork) {
    return run_deep(x);
  }
  run_blocks(x);
}

template <class T>
void gemm_batched(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k,
                  T alpha, const T* a, int64_t lda, int64_t stride_a,
                  const T* b, int64_t ldb, int64_t stride_b, T beta, T* c,
                  int64_t ldc, int64_t stride_c, int64_t batch) {
  const auto run = [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      gemm<T>(trans_a, trans_b, m, n, k, alpha, a + i * stride_a, lda,
              b + i * stride_b, ldb, beta, c + i * stride_c, ldc);
    }
  };
  // Products large enough for all threads run one after the other.
  const int64_t work = std::max<int64_t>(1, m * n * k);
  if (work >= 64 * kSerialWork) return run(0, batch);
  parallel_for(0, batch, std::max<int64_t>(1, kSerialWork / 4 / work), run);
}

template void gemm<float>(bool, bool, int64_t, int64_t, int64_t, float,
                          const float*, int64_t, const float*, int64_t, float,
                          float*, int64_t);
template void gemm<double>(bool, bool, int64_t, int64_t, int64_t, double,
                           const double*, int64_t, const double*, int64_t,
                           double, double*, int64_t);
template void gemm_batched<float>(bool, bool, int64_t, int64_t, int64_t, float,
                                  const float*, int64_t, int64_t, const float*,
                                  int64_t, int64_t, float, float*, int64_t,
                                  int64_t, int64_t);
template void gemm_batched<double>(bool, bool, int64_t, int64_t, int64_t,
                                   double, const double*, int64_t, int64_t,
                                   const double*, int64_t, int64_t, double,
                                   double*, int64_t, int64_t, int64_t);

}  // namespace cresset::internal
