// A block makes one row: wide ones for many classes, a warp for few.

#include "cresset/cuda/ops/pack.cuh"
#include "cresset/cuda/ops/softmax.cuh"
#include "cresset/cuda/runtime/device_error.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/loss.h"

namespace cresset::internal::cuda {
namespace {

// T is what x holds; losses and their sums are computed in V.
template <class T>
struct Rows {
  using V = Compute<T>;
  const T* x;
  const int64_t* target;
  int64_t n, ignored;
  V smoothing;
  bool aligned;
  DeviceError* error;
  const char* op;
};

// Whether the block's row has a loss; a class that is not there is reported.
template <class T>
__device__ bool counts(const Rows<T>& rows) {
  const int64_t target = rows.target[blockIdx.x];
  if (target == rows.ignored) return false;
  if (target >= 0 && target < rows.n) return true;
  if (threadIdx.x == 0) report_index(rows.error, rows.op, target, 1, rows.n);
  return false;
}

template <class T>
__global__ void cross_entropy_rows(Rows<T> rows, Compute<T>* losses,
                                   Compute<T>* log_sums) {
  using V = Compute<T>;
  if (!counts(rows)) {
    if (threadIdx.x == 0) losses[blockIdx.x] = log_sums[blockIdx.x] = 0;
    return;
  }
  const T* x = rows.x + static_cast<int64_t>(blockIdx.x) * rows.n;
  const int64_t step = static_cast<int64_t>(blockDim.x) * kPack<T>;
  ExpSum<V> total;
  V plain = 0, v[kPack<T>];
  for (int64_t i = static_cast<int64_t>(threadIdx.x) * kPack<T>; i < rows.n;
       i += step) {
    load_pack(x, i, rows.n, rows.aligned, lowest<V>(), v);
    total.add(v);
    if (rows.smoothing == 0) continue;
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) plain += i + j < rows.n ? v[j] : 0;
  }
  total.reduce_block();
  if (rows.smoothing != 0) plain = block_reduce(plain, V(0), Plus{});
  if (threadIdx.x != 0) return;
  const V log_sum = reference(total.top) + log_of(total.sum);
  V loss = log_sum - converted<V>(x[rows.target[blockIdx.x]]);
  if (rows.smoothing != 0) {
    const V even = log_sum - plain / static_cast<V>(rows.n);
    loss = (1 - rows.smoothing) * loss + rows.smoothing * even;
  }
  losses[blockIdx.x] = loss;
  log_sums[blockIdx.x] = log_sum;
}

template <class T>
__global__ void cross_entropy_rows_grad(Rows<T> rows,
                                        const Compute<T>* log_sums,
                                        const Compute<T>* g, int64_t g_step,
                                        T* gx) {
  using V = Compute<T>;
  T* to = gx + static_cast<int64_t>(blockIdx.x) * rows.n;
  const T* x = rows.x + static_cast<int64_t>(blockIdx.x) * rows.n;
  const int64_t step = static_cast<int64_t>(blockDim.x) * kPack<T>;
  const int64_t target = rows.target[blockIdx.x];
  const bool counted = counts(rows);
  const V share = rows.smoothing / static_cast<V>(rows.n);
  const V scale = g[blockIdx.x * g_step], log_sum = log_sums[blockIdx.x];
  V v[kPack<T>];
  for (int64_t i = static_cast<int64_t>(threadIdx.x) * kPack<T>; i < rows.n;
       i += step) {
    load_pack(x, i, rows.n, rows.aligned, V(0), v);
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      const V wanted = share + (i + j == target ? 1 - rows.smoothing : 0);
      v[j] = counted ? (exp_of(v[j] - log_sum) - wanted) * scale : V(0);
    }
    store_pack(to, i, rows.n, rows.aligned, v);
  }
}

template <class T>
Rows<T> rows_of(const CrossEntropyCall& call, const void* to) {
  const int64_t n = call.x.size(1);
  return {call.x.data<T>(),
          call.target.data<int64_t>(),
          n,
          call.ignore_index,
          static_cast<Compute<T>>(call.label_smoothing),
          rows_are_aligned<T>(n, {call.x.raw_data(), to}),
          device_error_word(call.x.device()),
          "cross_entropy"};
}

LaunchShape shape_for(const Tensor& x) {
  const int64_t n = x.size(1);
  return one_block_each(x.size(0), n <= 256 ? kWarp : n <= 4096 ? 128 : 512);
}

void cross_entropy_cuda(const CrossEntropyCall& call, const Tensor& losses,
                        const Tensor& log_sums) {
  const auto run = [&](auto t) {
    using T = decltype(t);
    launch(call.x.device(), shape_for(call.x), cross_entropy_rows<T>,
           rows_of<T>(call, nullptr), losses.data<Compute<T>>(),
           log_sums.data<Compute<T>>());
  };
  visit_floating(call.x.dtype(), run);
}

void cross_entropy_grad_cuda(const CrossEntropyCall& call,
                             const Tensor& log_sums, const Tensor& g,
                             const Tensor& gx) {
  const auto run = [&](auto t) {
    using T = decltype(t);
    launch(call.x.device(), shape_for(call.x), cross_entropy_rows_grad<T>,
           rows_of<T>(call, gx.raw_data()), log_sums.data<Compute<T>>(),
           g.data<Compute<T>>(), int64_t{g.numel() == 1 ? 0 : 1}, gx.data<T>());
  };
  visit_floating(call.x.dtype(), run);
}

const CrossEntropyKernel::Entry on_cuda{cross_entropy_kernel, DeviceType::kCuda,
                                        cross_entropy_cuda};
const CrossEntropyGradKernel::Entry grad_on_cuda{
    cross_entropy_grad_kernel, DeviceType::kCuda, cross_entropy_grad_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
