// gather and scatter along a dimension.

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/element.cuh"
#include "cresset/cuda/ops/index_guard.cuh"
#include "cresset/cuda/ops/put_op.cuh"
#include "cresset/cuda/ops/put_sorted.cuh"
#include "cresset/cuda/ops/walk.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/data_kernels.h"

namespace cresset::internal::cuda {
namespace {

// The rows of `index` along dim, and where each begins in the index, in x and
// in the other operand.
struct Lines {
  Walk<3> starts;
  int64_t length, size;
  int64_t index_step, x_step, other_step;
  const int64_t* index;
  IndexGuard guard;

  Lines(const Tensor& x, int64_t dim, const Tensor& at, const Tensor& other,
        const char* op)
      : length(at.size(dim)),
        size(x.size(dim)),
        index_step(at.stride(dim)),
        x_step(x.stride(dim)),
        other_step(other.stride(dim)),
        index(at.data<int64_t>()),
        guard(index_guard(x.device(), op, dim)) {
    Shape sizes = at.shape();
    sizes[static_cast<size_t>(dim)] = 1;
    starts = Walk<3>(sizes, {at.strides(), x.strides(), other.strides()});
  }
};

// The elements of `index` one by one: their places in the index, in x where
// its row begins, and in the other operand.
struct Points {
  Walk<3> walk;
  int64_t size, x_step;
  const int64_t* index;
  IndexGuard guard;

  Points(const Tensor& x, int64_t dim, const Tensor& at, const Tensor& other,
         const char* op)
      : size(x.size(dim)),
        x_step(x.stride(dim)),
        index(at.data<int64_t>()),
        guard(index_guard(x.device(), op, dim)) {
    Shape x_strides = x.strides().shape();
    x_strides[static_cast<size_t>(dim)] = 0;
    walk = Walk<3>(at.sizes(), {at.strides(), x_strides, other.strides()});
  }
};

template <class T>
__global__ void gather_points(const __grid_constant__ Points p, const T* x,
                              T* y) {
  const int64_t i = global_index();
  if (i >= p.walk.numel()) return;
  int64_t at[3];
  p.walk.places(i, at);
  const int64_t k = p.index[at[0]];
  if (p.guard.accepts(k, p.size)) y[at[2]] = x[at[1] + k * p.x_step];
}

void gather_cuda(const Tensor& x, int64_t dim, const Tensor& index,
                 const Tensor& y) {
  if (index.numel() == 0) return;
  const Points p(x, dim, index, y, "gather");
  visit_bytes(x.itemsize(), [&](auto t) {
    using T = decltype(t);
    launch(x.device(), one_thread_each(index.numel()), gather_points<T>, p,
           static_cast<const T*>(x.raw_data()), static_cast<T*>(y.raw_data()));
  });
}

// One thread a row, so that writers of one place come in order.
template <class T>
__global__ void assign_lines(const __grid_constant__ Lines l, T* x,
                             const T* source) {
  const int64_t i = global_index();
  if (i >= l.starts.numel()) return;
  int64_t at[3];
  l.starts.places(i, at);
  for (int64_t j = 0; j < l.length; ++j) {
    const int64_t k = l.index[at[0] + j * l.index_step];
    if (l.guard.accepts(k, l.size)) {
      x[at[1] + k * l.x_step] = source[at[2] + j * l.other_step];
    }
  }
}

template <class W>
__global__ void combine_lines(const __grid_constant__ Lines l, PutOp op,
                              Elements<W> x, Elements<W> source) {
  const int64_t i = global_index();
  if (i >= l.starts.numel()) return;
  int64_t at[3];
  l.starts.places(i, at);
  for (int64_t j = 0; j < l.length; ++j) {
    const int64_t k = l.index[at[0] + j * l.index_step];
    if (!l.guard.accepts(k, l.size)) continue;
    const int64_t to = at[1] + k * l.x_step;
    const W value = source.load(at[2] + j * l.other_step);
    x.store(to, combine(op, x.load(to), value));
  }
}

void scatter_lines(const Lines& lines, const Tensor& x, const Tensor& source,
                   PutOp op) {
  const LaunchShape shape = one_thread_each(lines.starts.numel(), 128);
  if (op == PutOp::kAssign) {
    visit_bytes(x.itemsize(), [&](auto t) {
      using T = decltype(t);
      launch(x.device(), shape, assign_lines<T>, lines,
             static_cast<T*>(x.raw_data()),
             static_cast<const T*>(source.raw_data()));
    });
    return;
  }
  check_put_op(x.dtype(), op);
  visit_wide(x.dtype(), "scatter", [&](auto w) {
    using W = decltype(w);
    launch(x.device(), shape, combine_lines<W>, lines, op,
           Elements<W>{x.raw_data(), x.dtype()},
           Elements<W>{source.raw_data(), source.dtype()});
  });
}

// The number of the element of x that each element of the index leads to, or
// `limit` where the index is wrong.
__global__ void number_targets(const __grid_constant__ Points p, int64_t limit,
                               int64_t* numbers) {
  const int64_t i = global_index();
  if (i >= p.walk.numel()) return;
  int64_t at[3];
  p.walk.places(i, at);
  const int64_t k = p.index[at[0]];
  numbers[i] = p.guard.accepts(k, p.size) ? at[1] + k * p.x_step : limit;
}

// All writers sorted by the element they write to.
void scatter_sorted(const Tensor& x, int64_t dim, const Tensor& index,
                    const Tensor& source, PutOp op) {
  const int64_t n = index.numel();
  // As if x were row-major: the walk `target` leads to the real places.
  const Tensor dense = alias(x, x.sizes(), contiguous_strides(x.shape()), 0);
  const Points p(dense, dim, index, source, "scatter");
  const Scratch keys(x.device(), static_cast<size_t>(n) * sizeof(int64_t));
  launch(x.device(), one_thread_each(n), number_targets, p, x.numel(),
         keys.as<int64_t>());
  SortedPut put{x, source, op, n, x.numel(), {}, {}, {}, {}};
  put.target = Walk<1>(x.sizes(), {x.strides()});
  put.from = Walk<1>(source.sizes(), {source.strides()});
  put_sorted(put, keys.as<int64_t>());
}

// The same for an index that is expanded along all other dimensions: its
// vector is sorted once for all of them.
bool scatter_vector(const Tensor& x, int64_t dim, const Tensor& index,
                    const Tensor& source, PutOp op) {
  for (int64_t d = 0; d < index.dim(); ++d) {
    if (d != dim && index.size(d) != 1 && index.stride(d) != 0) return false;
  }
  if (!source.is_contiguous()) return false;
  const int64_t n = index.size(dim);
  const Tensor line =
      alias(index, {n}, {index.stride(dim)}, index.storage_offset());
  const Tensor flat = alias(x, {x.size(dim)}, {1}, 0);
  const Points p(flat, 0, line, line, "scatter");
  const Scratch keys(x.device(), static_cast<size_t>(n) * sizeof(int64_t));
  launch(x.device(), one_thread_each(n), number_targets, p, x.size(dim),
         keys.as<int64_t>());
  SortedPut put{x, source, op, n, x.size(dim), {}, {}, {}, {}};
  const auto at = static_cast<size_t>(dim);
  const int64_t *sizes = index.sizes().data(), *strides = x.strides().data();
  const size_t rest = x.sizes().size() - at - 1;
  put.before = Walk<1>(IntSpan(sizes, at), {IntSpan(strides, at)});
  put.after =
      Walk<1>(IntSpan(sizes + at + 1, rest), {IntSpan(strides + at + 1, rest)});
  put.target =
      Walk<1>(IntSpan(x.sizes().data() + at, 1), {IntSpan(strides + at, 1)});
  put.from = Walk<1>(source.sizes(), {source.strides()});
  put_sorted(put, keys.as<int64_t>());
  return true;
}

constexpr int64_t kShortLine = 16;
constexpr int64_t kManyLines = 1 << 14;

void scatter_cuda(const Tensor& x, int64_t dim, const Tensor& index,
                  const Tensor& source, PutOp op) {
  if (index.numel() == 0) return;
  const Lines lines(x, dim, index, source, "scatter");
  if (lines.length <= kShortLine || lines.starts.numel() >= kManyLines) {
    return scatter_lines(lines, x, source, op);
  }
  if (!scatter_vector(x, dim, index, source, op)) {
    scatter_sorted(x, dim, index, source, op);
  }
}

const GatherKernel::Entry gather_on_cuda{gather_kernel, DeviceType::kCuda,
                                         gather_cuda};
const ScatterKernel::Entry scatter_on_cuda{scatter_kernel, DeviceType::kCuda,
                                           scatter_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
