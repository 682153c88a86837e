// Four ways, by the shape of the rows that are normalised:
//   short    inner == 1, up to 1024 elements: a warp holds a row in registers
//   long     inner == 1: a block a row, kept in shared memory where it fits
//   columns  inner > 1, or rows so short that a warp would idle: lanes are
//            neighbouring columns, so that reads are coalesced

#include "cresset/cuda/ops/pack.cuh"
#include "cresset/cuda/ops/softmax.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/softmax.h"

namespace cresset::internal::cuda {
namespace {

constexpr int64_t kShort = 1024;  // elements of a row in a warp's registers
constexpr int64_t kTiny = 16;     // and of one in a single thread
constexpr int kRowsPerBlock = 4;
constexpr int kLongThreads = 512;
constexpr int64_t kSharedBytes = 48 << 10;
constexpr int kLanes = 32, kSlices = 8;  // of the columns' blocks

template <class T>
inline constexpr int kChunks = static_cast<int>(kShort) / (kWarp * kPack<T>);

// Tensors of one shape [outer, n, inner]. The gradient reads x = g and y.
template <class T>
struct Call {
  const T* x;
  const T* y;  // of the gradient
  T* to;
  int64_t outer, n, inner;
  bool log, aligned;
};

template <class T, class V = Compute<T>>
__device__ V value_of(V x, V from, V scale, V shift, bool log) {
  return log ? x - shift : exp_of(x - from) * scale;
}

template <class V>
__device__ V grad_of(V g, V y, V sum, bool log) {
  return log ? g - exp_of(y) * sum : y * (g - sum);
}

template <class T>
__global__ void softmax_short(Call<T> call) {
  using V = Compute<T>;
  const int64_t row =
      static_cast<int64_t>(blockIdx.x) * kRowsPerBlock + threadIdx.x / kWarp;
  if (row >= call.outer) return;
  const int lane = static_cast<int>(threadIdx.x % kWarp);
  const T* x = call.x + row * call.n;
  V v[kChunks<T>][kPack<T>];
  V top = lowest<V>();
#pragma unroll
  for (int c = 0; c < kChunks<T>; ++c) {
    const int64_t first = (c * kWarp + lane) * kPack<T>;
    if (c * kWarp * kPack<T> >= call.n) break;
    load_pack(x, first, call.n, call.aligned, lowest<V>(), v[c]);
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) top = larger(top, v[c][j]);
  }
  const V from = reference(warp_reduce(top, Larger{}));
  V sum = 0;
#pragma unroll
  for (int c = 0; c < kChunks<T>; ++c) {
    if (c * kWarp * kPack<T> >= call.n) break;
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      const V e = exp_of(v[c][j] - from);
      sum += e;
      if (!call.log) v[c][j] = e;
    }
  }
  sum = warp_reduce(sum, Plus{});
  const V scale = 1 / sum, shift = from + log_of(sum);
#pragma unroll
  for (int c = 0; c < kChunks<T>; ++c) {
    if (c * kWarp * kPack<T> >= call.n) break;
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      v[c][j] = call.log ? v[c][j] - shift : v[c][j] * scale;
    }
    store_pack(call.to + row * call.n, (c * kWarp + lane) * kPack<T>, call.n,
               call.aligned, v[c]);
  }
}

template <class T>
__global__ void softmax_short_grad(Call<T> call) {
  using V = Compute<T>;
  const int64_t row =
      static_cast<int64_t>(blockIdx.x) * kRowsPerBlock + threadIdx.x / kWarp;
  if (row >= call.outer) return;
  const int lane = static_cast<int>(threadIdx.x % kWarp);
  const int64_t at = row * call.n;
  V g[kChunks<T>][kPack<T>], y[kChunks<T>][kPack<T>];
  V sum = 0;
#pragma unroll
  for (int c = 0; c < kChunks<T>; ++c) {
    const int64_t first = (c * kWarp + lane) * kPack<T>;
    if (c * kWarp * kPack<T> >= call.n) break;
    load_pack(call.x + at, first, call.n, call.aligned, V(0), g[c]);
    load_pack(call.y + at, first, call.n, call.aligned, V(0), y[c]);
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      sum += call.log ? g[c][j] : g[c][j] * y[c][j];
    }
  }
  sum = warp_reduce(sum, Plus{});
#pragma unroll
  for (int c = 0; c < kChunks<T>; ++c) {
    if (c * kWarp * kPack<T> >= call.n) break;
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      g[c][j] = grad_of(g[c][j], y[c][j], sum, call.log);
    }
    store_pack(call.to + at, (c * kWarp + lane) * kPack<T>, call.n,
               call.aligned, g[c]);
  }
}

// `keep`: the row fits the block's shared memory and is read only once.
template <class T>
__global__ void softmax_long(Call<T> call, bool keep) {
  using V = Compute<T>;
  V* kept = dynamic_shared<V>();
  const T* x = call.x + static_cast<int64_t>(blockIdx.x) * call.n;
  T* to = call.to + static_cast<int64_t>(blockIdx.x) * call.n;
  const int64_t begin = static_cast<int64_t>(threadIdx.x) * kPack<T>;
  const int64_t step = static_cast<int64_t>(blockDim.x) * kPack<T>;
  ExpSum<V> total;
  V v[kPack<T>];
  for (int64_t i = begin; i < call.n; i += step) {
    load_pack(x, i, call.n, call.aligned, lowest<V>(), v);
    total.add(v);
    // Each thread reads back only what it wrote, so nothing waits.
    if (!keep) continue;
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      if (i + j < call.n) kept[i + j] = v[j];
    }
  }
  total.reduce_block();
  const V from = reference(total.top);
  const V scale = 1 / total.sum, shift = from + log_of(total.sum);
  for (int64_t i = begin; i < call.n; i += step) {
    if (keep) {
#pragma unroll
      for (int j = 0; j < kPack<T>; ++j)
        v[j] = i + j < call.n ? kept[i + j] : 0;
    } else {
      load_pack(x, i, call.n, call.aligned, V(0), v);
    }
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      v[j] = value_of<T>(v[j], from, scale, shift, call.log);
    }
    store_pack(to, i, call.n, call.aligned, v);
  }
}

template <class T>
__global__ void softmax_long_grad(Call<T> call) {
  using V = Compute<T>;
  const int64_t at = static_cast<int64_t>(blockIdx.x) * call.n;
  const int64_t begin = static_cast<int64_t>(threadIdx.x) * kPack<T>;
  const int64_t step = static_cast<int64_t>(blockDim.x) * kPack<T>;
  V g[kPack<T>], y[kPack<T>], sum = 0;
  for (int64_t i = begin; i < call.n; i += step) {
    load_pack(call.x + at, i, call.n, call.aligned, V(0), g);
    if (!call.log) load_pack(call.y + at, i, call.n, call.aligned, V(0), y);
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) sum += call.log ? g[j] : g[j] * y[j];
  }
  sum = block_reduce(sum, V(0), Plus{});
  for (int64_t i = begin; i < call.n; i += step) {
    load_pack(call.x + at, i, call.n, call.aligned, V(0), g);
    load_pack(call.y + at, i, call.n, call.aligned, V(0), y);
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j)
      g[j] = grad_of(g[j], y[j], sum, call.log);
    store_pack(call.to + at, i, call.n, call.aligned, g);
  }
}

// The first element of this thread's column; columns past the end repeat the
// last one and write nothing.
template <class T>
__device__ int64_t column_start(const Call<T>& call, bool& inside) {
  int64_t column = global_index();
  inside = column < call.outer * call.inner;
  if (!inside) column = call.outer * call.inner - 1;
  return column / call.inner * call.n * call.inner + column % call.inner;
}

// The rows of a column are dealt to the threads of equal threadIdx.x.
template <class T>
__global__ void softmax_columns(Call<T> call) {
  using V = Compute<T>;
  __shared__ V tops[kSlices][kLanes], sums[kSlices][kLanes];
  bool inside;
  const int64_t start = column_start(call, inside);
  const int slices = static_cast<int>(blockDim.y);
  ExpSum<V> total;
  for (int64_t i = threadIdx.y; i < call.n; i += slices) {
    const V v[1] = {converted<V>(call.x[start + i * call.inner])};
    total.add(v);
  }
  if (slices > 1) {
    tops[threadIdx.y][threadIdx.x] = total.top;
    sums[threadIdx.y][threadIdx.x] = total.sum;
    __syncthreads();
    total = ExpSum<V>();
    for (int s = 0; s < slices; ++s) {
      total.merge(tops[s][threadIdx.x], sums[s][threadIdx.x]);
    }
  }
  if (!inside) return;
  const V from = reference(total.top);
  const V scale = 1 / total.sum, shift = from + log_of(total.sum);
  for (int64_t i = threadIdx.y; i < call.n; i += slices) {
    const int64_t at = start + i * call.inner;
    call.to[at] = converted<T>(
        value_of<T>(converted<V>(call.x[at]), from, scale, shift, call.log));
  }
}

template <class T>
__global__ void softmax_columns_grad(Call<T> call) {
  using V = Compute<T>;
  __shared__ V sums[kSlices][kLanes];
  bool inside;
  const int64_t start = column_start(call, inside);
  const int slices = static_cast<int>(blockDim.y);
  V sum = 0;
  for (int64_t i = threadIdx.y; i < call.n; i += slices) {
    const int64_t at = start + i * call.inner;
    const V g = converted<V>(call.x[at]);
    sum += call.log ? g : g * converted<V>(call.y[at]);
  }
  if (slices > 1) {
    sums[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    sum = 0;
    for (int s = 0; s < slices; ++s) sum += sums[s][threadIdx.x];
  }
  if (!inside) return;
  for (int64_t i = threadIdx.y; i < call.n; i += slices) {
    const int64_t at = start + i * call.inner;
    call.to[at] = converted<T>(grad_of(
        converted<V>(call.x[at]), converted<V>(call.y[at]), sum, call.log));
  }
}

template <class T>
void run(Device device, Call<T> call) {
  const bool is_grad = call.y != nullptr;
  call.aligned =
      rows_are_aligned<T>(call.n, {call.x, call.to, is_grad ? call.y : call.x});
  if (call.inner > 1 || call.n <= kTiny) {
    const bool sliced = call.n >= 4 * kSlices;
    const int width = sliced ? kLanes : 4 * kLanes;
    const LaunchShape shape{
        one_thread_each(call.outer * call.inner, width).grid,
        dim3(static_cast<unsigned>(width), sliced ? kSlices : 1)};
    launch(device, shape,
           is_grad ? softmax_columns_grad<T> : softmax_columns<T>, call);
  } else if (call.n <= kShort) {
    const LaunchShape shape{one_thread_each(call.outer, kRowsPerBlock).grid,
                            dim3(kRowsPerBlock * kWarp)};
    launch(device, shape, is_grad ? softmax_short_grad<T> : softmax_short<T>,
           call);
  } else if (is_grad) {
    launch(device, one_block_each(call.outer, kLongThreads),
           softmax_long_grad<T>, call);
  } else {
    const int64_t bytes =
        call.n * static_cast<int64_t>(sizeof(Compute<T>)) + 1024;
    const bool keep = bytes <= kSharedBytes;
    launch(device,
           one_block_each(call.outer, kLongThreads,
                          keep ? static_cast<size_t>(bytes - 1024) : 0),
           softmax_long<T>, call, keep);
  }
}

template <class T>
Call<T> call_of(const Tensor& x, const Tensor& to, int64_t dim, bool log) {
  Call<T> call{x.data<T>(), nullptr, to.data<T>(), 1, 1, 1, log, false};
  for (int64_t d = 0; d < x.dim(); ++d) {
    (d < dim ? call.outer : d == dim ? call.n : call.inner) *= x.size(d);
  }
  return call;
}

void softmax_cuda(const Tensor& x, int64_t dim, bool log, const Tensor& y) {
  visit_floating(x.dtype(), [&](auto t) {
    run(x.device(), call_of<decltype(t)>(x, y, dim, log));
  });
}

void softmax_grad_cuda(const Tensor& g, const Tensor& y, int64_t dim, bool log,
                       const Tensor& gx) {
  visit_floating(g.dtype(), [&](auto t) {
    using T = decltype(t);
    Call<T> call = call_of<T>(g, gx, dim, log);
    call.y = y.data<T>();
    run(g.device(), call);
  });
}

const SoftmaxKernel::Entry on_cuda{softmax_kernel, DeviceType::kCuda,
                                   softmax_cuda};
const SoftmaxGradKernel::Entry grad_on_cuda{
    softmax_grad_kernel, DeviceType::kCuda, softmax_grad_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
