// The CPU's matrix product: finds how each operand lies in memory and hands
// it to the GEMM of its type.

#include "cresset/tensor/ops/matmul_cpu.h"

#include <algorithm>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/cpu/gemm.h"

namespace cresset::internal {
namespace {

// A batch of matrices as GEMM takes them.
struct Layout {
  Tensor x;
  bool transposed = false;
  int64_t leading = 0;
  int64_t batch_stride = 0;
};

Layout layout_of(const Tensor& x) {
  const int64_t rows = x.size(1), columns = x.size(2);
  const int64_t row_step = x.stride(1), column_step = x.stride(2);
  Layout layout{x};
  if ((column_step == 1 || columns == 1) &&
      (row_step >= std::max<int64_t>(columns, 1) || rows == 1)) {
    layout.leading = rows == 1 ? std::max<int64_t>(columns, 1) : row_step;
  } else if ((row_step == 1 || rows == 1) &&
             (column_step >= std::max<int64_t>(rows, 1) || columns == 1)) {
    layout.transposed = true;
    layout.leading = columns == 1 ? std::max<int64_t>(rows, 1) : column_step;
  } else {
    layout.x = dense_copy(x);
    layout.leading = std::max<int64_t>(columns, 1);
  }
  layout.batch_stride = layout.x.stride(0);
  return layout;
}

template <class T>
void run_gemm(const Tensor& a, const Tensor& b, const Tensor& y, int beta) {
  const Layout la = layout_of(a), lb = layout_of(b);
  const int64_t m = y.size(1), n = y.size(2), k = a.size(2);
  const int64_t ldc = std::max<int64_t>(n, 1);
  if (y.size(0) == 1) {
    gemm<T>(la.transposed, lb.transposed, m, n, k, T(1), la.x.data<T>(),
            la.leading, lb.x.data<T>(), lb.leading, static_cast<T>(beta),
            y.data<T>(), ldc);
    return;
  }
  gemm_batched<T>(la.transposed, lb.transposed, m, n, k, T(1), la.x.data<T>(),
                  la.leading, la.batch_stride, lb.x.data<T>(), lb.leading,
                  lb.batch_stride, static_cast<T>(beta), y.data<T>(), ldc,
                  y.stride(0), y.size(0));
}

// Integers: wrapping sums in 64 bits.
void run_integers(const Tensor& a, const Tensor& b, const Tensor& y) {
  const int64_t m = y.size(1), n = y.size(2), k = a.size(2);
  const int64_t grain =
      std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(1, n * k));
  const int64_t* pa = a.data<int64_t>();
  const int64_t* pb = b.data<int64_t>();
  int64_t* py = y.data<int64_t>();
  parallel_for(0, y.size(0) * m, grain, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      int64_t* out = py + row * n;
      const int64_t* matrix = pb + row / m * k * n;
      for (int64_t i = 0; i < k; ++i) {
        const auto factor = static_cast<uint64_t>(pa[row * k + i]);
        for (int64_t j = 0; j < n; ++j) {
          out[j] = static_cast<int64_t>(
              static_cast<uint64_t>(out[j]) +
              factor * static_cast<uint64_t>(matrix[i * n + j]));
        }
      }
    }
  });
}

}  // namespace

void matmul_cpu(const Tensor& a, const Tensor& b, const Tensor& y, int beta) {
  switch (y.dtype()) {
    case Dtype::kFloat32:
      return run_gemm<float>(a, b, y, beta);
    case Dtype::kFloat64:
      return run_gemm<double>(a, b, y, beta);
    case Dtype::kFloat16:
    case Dtype::kBfloat16: {
      const Tensor wide = y.to(float32);
      run_gemm<float>(a.to(float32), b.to(float32), wide, beta);
      copy_elements(wide, y);
      return;
    }
    default:
      break;
  }
  CRESSET_CHECK(is_integral(y.dtype()), kDtype, "matmul: ", y.dtype(),
                " has no product");
  const Tensor wide =
      beta == 0 ? filled(y.sizes(), 0, int64, y.device()) : y.to(int64).clone();
  run_integers(a.to(int64).contiguous(), b.to(int64).contiguous(), wide);
  copy_elements(wide, y);
}

}  // namespace cresset::internal
