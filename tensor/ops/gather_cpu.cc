// The CPU's part of gather and scatter.

#include <algorithm>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/strided_loop.h"
#include "cresset/tensor/ops/data_kernels.h"
#include "cresset/tensor/ops/put_op.h"

namespace cresset::internal {
namespace {

// The rows along `dim`: a loop over all other dimensions of `index`, with the
// steps of each operand along the rows.
struct RowLoop {
  int64_t length, size;
  int64_t index_step, x_step, y_step;  // in elements
  StridedLoop loop;

  static Tensor starts(const Tensor& x, Shape sizes, int64_t dim) {
    if (!sizes.empty()) sizes[static_cast<size_t>(dim)] = 1;
    return alias(x, sizes, x.strides(), x.storage_offset());
  }
  static StridedLoop make_loop(const Tensor& x, int64_t dim,
                               const Tensor& index, const Tensor& y) {
    const Tensor operands[] = {starts(index, index.shape(), dim),
                               starts(x, index.shape(), dim),
                               starts(y, index.shape(), dim)};
    return StridedLoop(operands);
  }
  static int64_t step(const Tensor& x, int64_t dim) {
    return x.dim() == 0 ? 1 : x.stride(dim);
  }
  RowLoop(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& y)
      : length(index.dim() == 0 ? 1 : index.size(dim)),
        size(x.dim() == 0 ? 1 : x.size(dim)),
        index_step(step(index, dim)),
        x_step(step(x, dim)),
        y_step(step(y, dim)),
        loop(make_loop(x, dim, index, y)) {}

  // Calls f(index, x at the row's start, y) for every element.
  template <class T, class F>
  void run(F&& f) const {
    const int64_t grain = std::max<int64_t>(1, (1 << 14) / length);
    const int64_t item = sizeof(T);
    const int64_t di = loop.inner_stride(0) / 8;
    const int64_t dx = loop.inner_stride(1) / item;
    const int64_t dy = loop.inner_stride(2) / item;
    // Neighbours in memory come in the inner loop.
    const bool rows_inside = index_step <= di || di == 0;
    parallel_for(0, loop.numel(), grain, [&](int64_t first, int64_t last) {
      loop.for_range(first, last, [&](char* const* p, int64_t n) {
        const auto* index = reinterpret_cast<const int64_t*>(p[0]);
        T* x = reinterpret_cast<T*>(p[1]);
        T* y = reinterpret_cast<T*>(p[2]);
        if (rows_inside) {
          for (int64_t i = 0; i < n; ++i) {
            for (int64_t j = 0; j < length; ++j) {
              f(index[i * di + j * index_step], x + i * dx,
                y[i * dy + j * y_step]);
            }
          }
        } else {
          for (int64_t j = 0; j < length; ++j) {
            for (int64_t i = 0; i < n; ++i) {
              f(index[i * di + j * index_step], x + i * dx,
                y[i * dy + j * y_step]);
            }
          }
        }
      });
    });
  }
};

void check_index(int64_t k, int64_t size, int64_t dim, const char* op) {
  CRESSET_CHECK(k >= 0 && k < size, kIndex, op, ": index ", k,
                " is out of bounds for dimension ", dim, " with size ", size);
}

void gather_cpu(const Tensor& x, int64_t dim, const Tensor& index,
                const Tensor& y) {
  if (index.numel() == 0) return;
  const RowLoop rows(x, dim, index, y);
  visit_put(x.dtype(), PutOp::kAssign, [&](auto t, auto) {
    using T = decltype(t);
    rows.run<T>([&](int64_t k, T* from, T& to) {
      check_index(k, rows.size, dim, "gather");
      to = from[k * rows.x_step];
    });
  });
}

void scatter_cpu(const Tensor& x, int64_t dim, const Tensor& index,
                 const Tensor& source, PutOp op) {
  if (index.numel() == 0) return;
  const RowLoop rows(x, dim, index, source);
  visit_put(x.dtype(), op, [&](auto t, auto constant) {
    using T = decltype(t);
    rows.run<T>([&](int64_t k, T* to, T& from) {
      check_index(k, rows.size, dim, "scatter");
      combine<decltype(constant)::value>(to[k * rows.x_step], from);
    });
  });
}

}  // namespace

constinit GatherKernel gather_kernel{"gather", gather_cpu};
constinit ScatterKernel scatter_kernel{"scatter", scatter_cpu};

}  // namespace cresset::internal
