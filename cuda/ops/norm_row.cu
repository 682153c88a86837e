// Layer norm. A warp makes a row of up to 1024 elements in its registers, a
// block a longer one, which it reads twice. The gradients of weight and bias
// are sums over columns: blocks of 32 columns and some of the rows, whose
// results a second kernel adds up in order.

#include <algorithm>

#include "cresset/cuda/ops/pack.cuh"
#include "cresset/cuda/ops/softmax.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/cuda/runtime/scratch.h"
#include "cresset/tensor/ops/norm.h"

namespace cresset::internal::cuda {
namespace {

constexpr int64_t kShort = 1024;
constexpr int kRowsPerBlock = 4;
constexpr int kLongThreads = 512;
constexpr int kLanes = 32, kSlices = 8;  // of the columns' blocks
constexpr int64_t kWantedBlocks = 1024;

template <class T>
inline constexpr int kChunks = static_cast<int>(kShort) / (kWarp * kPack<T>);

__device__ inline float sqrt_of(float x) { return CRESSET_LIBM(sqrtf)(x); }
__device__ inline double sqrt_of(double x) { return CRESSET_LIBM(sqrt)(x); }

template <class T, class V = Compute<T>>
struct Rows {
  const T* x;
  const T* g;  // of the gradient
  T* to;       // y or gx
  const V* weight;
  const V* bias;
  V* mean;
  V* rstd;
  V eps;
  int64_t rows, m;
  bool aligned;
};

// One row of one warp or of one block.
struct InWarp {
  __device__ static int64_t row() {
    return static_cast<int64_t>(blockIdx.x) * kRowsPerBlock +
           threadIdx.x / kWarp;
  }
  __device__ static int thread() {
    return static_cast<int>(threadIdx.x % kWarp);
  }
  template <class V>
  __device__ static V sum(V v) {
    return warp_reduce(v, Plus{});
  }
};
struct InBlock {
  __device__ static int64_t row() { return blockIdx.x; }
  __device__ static int thread() { return static_cast<int>(threadIdx.x); }
  static constexpr int kThreads = kLongThreads;
  template <class V>
  __device__ static V sum(V v) {
    return block_reduce(v, V(0), Plus{});
  }
};

// Calls f(first element, pack) for this thread's packs of a row: a block reads
// them each time, a warp keeps them in registers.
template <class T, class Team>
struct RowReader {
  const Rows<T>& call;
  const T* row;

  template <class F>
  __device__ void each(F f) const {
    constexpr int kStep = Team::kThreads * kPack<T>;
    for (int64_t i = static_cast<int64_t>(Team::thread()) * kPack<T>;
         i < call.m; i += kStep) {
      Compute<T> v[kPack<T>];
      load_pack(row, i, call.m, call.aligned, Compute<T>(0), v);
      f(i, v);
    }
  }
};

template <class T>
struct RowReader<T, InWarp> {
  const Rows<T>& call;
  Compute<T> v[kChunks<T>][kPack<T>];

  __device__ RowReader(const Rows<T>& rows, const T* row) : call(rows) {
#pragma unroll
    for (int c = 0; c < kChunks<T>; ++c) {
      const int64_t first = (c * kWarp + InWarp::thread()) * kPack<T>;
      if (c * kWarp * kPack<T> >= call.m) break;
      load_pack(row, first, call.m, call.aligned, Compute<T>(0), v[c]);
    }
  }

  template <class F>
  __device__ void each(F f) const {
#pragma unroll
    for (int c = 0; c < kChunks<T>; ++c) {
      if (c * kWarp * kPack<T> >= call.m) break;
      Compute<T> copy[kPack<T>];
#pragma unroll
      for (int j = 0; j < kPack<T>; ++j) copy[j] = v[c][j];
      f(static_cast<int64_t>((c * kWarp + InWarp::thread()) * kPack<T>), copy);
    }
  }
};

template <class T, class Team, class V = Compute<T>>
__global__ void row_norm(Rows<T> call) {
  const int64_t row = Team::row();
  if (row >= call.rows) return;
  const RowReader<T, Team> reader{call, call.x + row * call.m};
  const V share = 1 / static_cast<V>(call.m);
  V sum = 0;
  reader.each([&](int64_t, const V(&v)[kPack<T>]) {
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) sum += v[j];
  });
  const V mean = Team::sum(sum) * share;
  V squares = 0;
  reader.each([&](int64_t i, const V(&v)[kPack<T>]) {
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      const V d = i + j < call.m ? v[j] - mean : 0;
      squares += d * d;
    }
  });
  const V rstd = 1 / sqrt_of(Team::sum(squares) * share + call.eps);
  if (Team::thread() == 0) {
    call.mean[row] = mean;
    call.rstd[row] = rstd;
  }
  reader.each([&](int64_t i, V(&v)[kPack<T>]) {
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      v[j] = (v[j] - mean) * rstd;
      if (i + j < call.m) {
        if (call.weight != nullptr) v[j] *= call.weight[i + j];
        if (call.bias != nullptr) v[j] += call.bias[i + j];
      }
    }
    store_pack(call.to + row * call.m, i, call.m, call.aligned, v);
  });
}

// gx = rstd (g w - mean(g w) - xhat mean(g w xhat)).
template <class T, class Team, class V = Compute<T>>
__global__ void row_norm_grad(Rows<T> call) {
  const int64_t row = Team::row();
  if (row >= call.rows) return;
  const RowReader<T, Team> reader{call, call.x + row * call.m};
  const T* g = call.g + row * call.m;
  const V mean = call.mean[row], rstd = call.rstd[row];
  const auto weighted = [&](int64_t i, V(&u)[kPack<T>]) {
    load_pack(g, i, call.m, call.aligned, V(0), u);
    if (call.weight == nullptr) return;
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      if (i + j < call.m) u[j] *= call.weight[i + j];
    }
  };
  V plain = 0, moved = 0;
  reader.each([&](int64_t i, const V(&v)[kPack<T>]) {
    V u[kPack<T>];
    weighted(i, u);
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      plain += u[j];
      moved += u[j] * (v[j] - mean);
    }
  });
  const V share = 1 / static_cast<V>(call.m);
  plain = Team::sum(plain) * share;
  moved = Team::sum(moved) * share * rstd * rstd;
  reader.each([&](int64_t i, V(&v)[kPack<T>]) {
    V u[kPack<T>];
    weighted(i, u);
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      v[j] = rstd * (u[j] - plain - (v[j] - mean) * moved);
    }
    store_pack(call.to + row * call.m, i, call.m, call.aligned, v);
  });
}

// Sums of g xhat and of g over some of the rows: parts [splits, 2, m].
template <class T, class V = Compute<T>>
__global__ void row_norm_columns(Rows<T> call, V* parts) {
  __shared__ V sums[2][kSlices][kLanes];
  const int64_t column =
      static_cast<int64_t>(blockIdx.x) * kLanes + threadIdx.x;
  const bool inside = column < call.m;
  V scaled = 0, plain = 0;
  const int64_t step = static_cast<int64_t>(gridDim.y) * kSlices;
  for (int64_t row = static_cast<int64_t>(blockIdx.y) * kSlices + threadIdx.y;
       inside && row < call.rows; row += step) {
    const V g = converted<V>(call.g[row * call.m + column]);
    const V x = converted<V>(call.x[row * call.m + column]);
    scaled += g * (x - call.mean[row]) * call.rstd[row];
    plain += g;
  }
  sums[0][threadIdx.y][threadIdx.x] = scaled;
  sums[1][threadIdx.y][threadIdx.x] = plain;
  __syncthreads();
  if (threadIdx.y > 1 || !inside) return;
  V sum = 0;
  for (int s = 0; s < kSlices; ++s) sum += sums[threadIdx.y][s][threadIdx.x];
  parts[(blockIdx.y * 2 + threadIdx.y) * call.m + column] = sum;
}

template <class V>
__global__ void add_column_parts(const V* parts, int64_t splits, int64_t m,
                                 V* gw, V* gb) {
  const int64_t i = global_index();
  if (i >= 2 * m) return;
  V sum = 0;
  for (int64_t s = 0; s < splits; ++s) sum += parts[s * 2 * m + i];
  V* to = i < m ? gw : gb;
  if (to != nullptr) to[i < m ? i : i - m] = sum;
}

template <class V>
V* data_or_null(const Tensor& x) {
  return x.defined() ? x.data<V>() : nullptr;
}

LaunchShape warps_for(int64_t rows) {
  return {one_thread_each(rows, kRowsPerBlock).grid,
          dim3(kRowsPerBlock * kWarp)};
}

void row_norm_cuda(const Tensor& x, const Tensor& weight, const Tensor& bias,
                   double eps, const Tensor& y, const Tensor& mean,
                   const Tensor& rstd) {
  visit_floating(x.dtype(), [&](auto t) {
    using T = decltype(t);
    using V = Compute<T>;
    const Rows<T> call{
        x.data<T>(),
        nullptr,
        y.data<T>(),
        data_or_null<V>(weight),
        data_or_null<V>(bias),
        mean.data<V>(),
        rstd.data<V>(),
        static_cast<V>(eps),
        x.size(0),
        x.size(1),
        rows_are_aligned<T>(x.size(1), {x.raw_data(), y.raw_data()})};
    if (call.m <= kShort) {
      launch(x.device(), warps_for(call.rows), row_norm<T, InWarp>, call);
    } else {
      launch(x.device(), one_block_each(call.rows, kLongThreads),
             row_norm<T, InBlock>, call);
    }
  });
}

void row_norm_grad_cuda(const Tensor& g, const Tensor& x, const Tensor& weight,
                        const Tensor& mean, const Tensor& rstd,
                        const Tensor& gx, const Tensor& gw, const Tensor& gb) {
  visit_floating(x.dtype(), [&](auto t) {
    using T = decltype(t);
    using V = Compute<T>;
    const Device device = x.device();
    Rows<T> call{x.data<T>(),
                 g.data<T>(),
                 data_or_null<T>(gx),
                 data_or_null<V>(weight),
                 nullptr,
                 mean.data<V>(),
                 rstd.data<V>(),
                 V(0),
                 x.size(0),
                 x.size(1),
                 false};
    call.aligned = rows_are_aligned<T>(call.m, {call.x, call.g, call.to});
    if (gx.defined() && call.m <= kShort) {
      launch(device, warps_for(call.rows), row_norm_grad<T, InWarp>, call);
    } else if (gx.defined()) {
      launch(device, one_block_each(call.rows, kLongThreads),
             row_norm_grad<T, InBlock>, call);
    }
    if (!gw.defined() && !gb.defined()) return;
    const int64_t wide = (call.m + kLanes - 1) / kLanes;
    const int64_t splits = std::clamp<int64_t>(
        std::min(kWantedBlocks / wide, call.rows / (4 * kSlices)), 1, 128);
    const Scratch parts(device,
                        static_cast<size_t>(splits * 2 * call.m) * sizeof(V));
    launch(device,
           {dim3(static_cast<unsigned>(wide), static_cast<unsigned>(splits)),
            dim3(kLanes, kSlices)},
           row_norm_columns<T>, call, parts.as<V>());
    launch(device, one_thread_each(2 * call.m), add_column_parts<V>,
           parts.as<V>(), splits, call.m, data_or_null<V>(gw),
           data_or_null<V>(gb));
  });
}

const RowNormKernel::Entry on_cuda{row_norm_kernel, DeviceType::kCuda,
                                   row_norm_cuda};
const RowNormGradKernel::Entry grad_on_cuda{
    row_norm_grad_kernel, DeviceType::kCuda, row_norm_grad_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
