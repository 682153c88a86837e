// Batch norm: sums over channels, and what is done to each element with them.
//
// A block sums one channel, or 32 neighbouring ones where a channel has one
// element per sample (inner == 1); with few channels several blocks share one
// and a second kernel merges their results. How the work is split depends on
// the shape alone, so a sum is the same on every GPU.

#include <algorithm>

#include "cresset/cuda/ops/pack.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/cuda/runtime/scratch.h"
#include "cresset/tensor/ops/norm.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int64_t kWantedBlocks = 1024, kMostSplits = 256;

// The way of a thread through its share of a channel. A position is a pack of
// neighbours if `packed`, else one element.
struct Walk {
  int64_t channels, inner;        // inner in positions
  int64_t positions;              // of a channel
  int64_t row_step, column_step;  // of one step through the channel
  int64_t step;
  int lanes;  // channels of a block
  bool packed;
};

// kPack elements at a time, of which `valid` are there.
template <class T>
struct Group {
  int64_t at[kPack<T>];
  int valid;

  __device__ void load(const T* x, bool packed,
                       Compute<T> (&v)[kPack<T>]) const {
    if (packed) {
      load_pack(x, at[0], at[0] + kPack<T>, true, Compute<T>(0), v);
      return;
    }
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      v[j] = j < valid ? converted<Compute<T>>(x[at[j]]) : 0;
    }
  }
};

__device__ inline int64_t channel_of(const Walk& walk) {
  return static_cast<int64_t>(blockIdx.x) * walk.lanes +
         threadIdx.x % static_cast<unsigned>(walk.lanes);
}

// Calls f(group) for this thread's share of its channel.
template <class T, class F>
__device__ void walk_channel(const Walk& walk, F f) {
  const int64_t channel = channel_of(walk);
  if (channel >= walk.channels) return;
  const int64_t slices = kThreads / walk.lanes;
  int64_t position = blockIdx.y * slices + threadIdx.x / walk.lanes;
  int64_t row = position / walk.inner, column = position % walk.inner;
  const int width = walk.packed ? kPack<T> : 1;
  Group<T> group;
  while (position < walk.positions) {
    group.valid = 0;
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      if (position < walk.positions && (j == 0 || !walk.packed)) {
        group.at[j] =
            ((row * walk.channels + channel) * walk.inner + column) * width;
        group.valid = j + 1;
        position += walk.step;
        row += walk.row_step;
        column += walk.column_step;
        if (column >= walk.inner) {
          column -= walk.inner;
          ++row;
        }
      }
    }
    if (walk.packed) group.valid = kPack<T>;
    f(group);
  }
}

// Mean and sum of squared differences of `count` elements.
template <class V>
struct Moments {
  V count = 0, mean = 0, squares = 0;

  __device__ void merge(const Moments& other) {
    if (other.count == 0) return;
    const V total = count + other.count, share = other.count / total;
    const V difference = other.mean - mean;
    mean += difference * share;
    squares += other.squares + difference * difference * count * share;
    count = total;
  }

  // Those of the lane whose number differs by `offset`.
  __device__ Moments from_lane(int offset) const {
    return {__shfl_xor_sync(kAllLanes, count, offset),
            __shfl_xor_sync(kAllLanes, mean, offset),
            __shfl_xor_sync(kAllLanes, squares, offset)};
  }

  template <int kCount>
  __device__ void add(const V (&v)[kCount], int valid) {
    Moments own;
    own.count = static_cast<V>(valid);
    V sum = 0;
#pragma unroll
    for (int j = 0; j < kCount; ++j) sum += j < valid ? v[j] : 0;
    own.mean = sum / own.count;
#pragma unroll
    for (int j = 0; j < kCount; ++j) {
      const V d = j < valid ? v[j] - own.mean : 0;
      own.squares += d * d;
    }
    merge(own);
  }
};

template <class V>
struct TwoSums {
  V plain = 0, weighted = 0;

  __device__ TwoSums from_lane(int offset) const {
    return {__shfl_xor_sync(kAllLanes, plain, offset),
            __shfl_xor_sync(kAllLanes, weighted, offset)};
  }

  __device__ void merge(const TwoSums& other) {
    plain += other.plain;
    weighted += other.weighted;
  }
};

// Merges over the slices of a block; the first slice's threads have the result.
template <class S>
__device__ S merge_slices(S own, int lanes) {
  __shared__ __align__(16) unsigned char memory[kThreads * sizeof(S)];
  S* all = reinterpret_cast<S*>(memory);
  const int t = static_cast<int>(threadIdx.x);
  all[t] = own;
  for (int half = kThreads / 2; half >= lanes; half /= 2) {
    __syncthreads();
    if (t < half) {
      own.merge(all[t + half]);
      all[t] = own;
    }
  }
  return own;
}

template <class T, class V = Compute<T>>
__global__ void channel_moments(Walk walk, const T* x, Moments<V>* parts) {
  Moments<V> own;
  walk_channel<T>(walk, [&](const Group<T>& group) {
    V v[kPack<T>];
    group.load(x, walk.packed, v);
    own.add(v, group.valid);
  });
  own = merge_slices(own, walk.lanes);
  const int64_t channel = channel_of(walk);
  if (static_cast<int>(threadIdx.x) < walk.lanes && channel < walk.channels) {
    parts[blockIdx.y * walk.channels + channel] = own;
  }
}

template <class T, class V = Compute<T>>
__global__ void channel_grad_sums(Walk walk, const T* g, const T* x,
                                  const V* mean, TwoSums<V>* parts) {
  TwoSums<V> own;
  const int64_t channel = channel_of(walk);
  const V center = channel < walk.channels ? mean[channel] : 0;
  walk_channel<T>(walk, [&](const Group<T>& group) {
    V a[kPack<T>], b[kPack<T>];
    group.load(g, walk.packed, a);
    group.load(x, walk.packed, b);
#pragma unroll
    for (int j = 0; j < kPack<T>; ++j) {
      if (j < group.valid) {
        own.plain += a[j];
        own.weighted += a[j] * (b[j] - center);
      }
    }
  });
  own = merge_slices(own, walk.lanes);
  if (static_cast<int>(threadIdx.x) < walk.lanes && channel < walk.channels) {
    parts[blockIdx.y * walk.channels + channel] = own;
  }
}

// A warp merges the parts of one channel; its first lane has the result.
template <class S>
__device__ S merge_parts(const S* parts, int64_t channels, int64_t splits,
                         int64_t channel) {
  S own;
  for (int64_t i = threadIdx.x % kWarp; i < splits; i += kWarp) {
    own.merge(parts[i * channels + channel]);
  }
  for (int offset = kWarp / 2; offset > 0; offset /= 2) {
    own.merge(own.from_lane(offset));
  }
  return own;
}

// The channel of this warp; false past the end.
__device__ inline bool warp_channel(int64_t channels, int64_t& channel) {
  channel = global_index() / kWarp;
  return channel < channels;
}

template <class V>
__global__ void finish_moments(const Moments<V>* parts, int64_t channels,
                               int64_t splits, double count, V* mean, V* var) {
  int64_t channel;
  if (!warp_channel(channels, channel)) return;
  const Moments<V> all = merge_parts(parts, channels, splits, channel);
  if (threadIdx.x % kWarp != 0) return;
  mean[channel] = all.mean;
  var[channel] = static_cast<V>(static_cast<double>(all.squares) / count);
}

template <class V>
__global__ void finish_grad_sums(const TwoSums<V>* parts, int64_t channels,
                                 int64_t splits, const V* rstd, V* sum_g,
                                 V* sum_gx) {
  int64_t channel;
  if (!warp_channel(channels, channel)) return;
  const TwoSums<V> all = merge_parts(parts, channels, splits, channel);
  if (threadIdx.x % kWarp != 0) return;
  sum_g[channel] = all.plain;
  sum_gx[channel] = all.weighted * rstd[channel];
}

struct Plan {
  Walk walk;
  LaunchShape shape;
  int64_t splits;
};

template <class T>
Plan plan_for(const ChannelLayout& layout, const void* x, const void* g) {
  Plan plan;
  Walk& walk = plan.walk;
  walk.channels = layout.channels;
  walk.lanes = layout.inner == 1 ? kWarp : 1;
  walk.packed = rows_are_aligned<T>(layout.inner, {x, g});
  walk.inner = layout.inner / (walk.packed ? kPack<T> : 1);
  walk.positions = layout.n * walk.inner;
  const int64_t slices = kThreads / walk.lanes;
  const int64_t blocks = (layout.channels + walk.lanes - 1) / walk.lanes;
  // At least four steps of each thread in a split.
  const int64_t steps = walk.packed ? 4 : 4 * kPack<T>;
  plan.splits = std::clamp<int64_t>(
      std::min(kWantedBlocks / blocks, walk.positions / (slices * steps)), 1,
      kMostSplits);
  walk.step = slices * plan.splits;
  walk.row_step = walk.step / walk.inner;
  walk.column_step = walk.step % walk.inner;
  plan.shape = {
      dim3(static_cast<unsigned>(blocks), static_cast<unsigned>(plan.splits)),
      dim3(kThreads)};
  return plan;
}

LaunchShape one_warp_each(int64_t n) {
  return one_thread_each(n * kWarp, 4 * kWarp);
}

void channel_moments_cuda(const ChannelLayout& layout, const Tensor& x,
                          const Tensor& mean, const Tensor& var) {
  visit_floating(x.dtype(), [&](auto t) {
    using T = decltype(t);
    using V = Compute<T>;
    const Device device = x.device();
    const Plan plan = plan_for<T>(layout, x.raw_data(), x.raw_data());
    const Scratch parts(device,
                        static_cast<size_t>(layout.channels * plan.splits) *
                            sizeof(Moments<V>));
    launch(device, plan.shape, channel_moments<T>, plan.walk, x.data<T>(),
           parts.as<Moments<V>>());
    launch(device, one_warp_each(layout.channels), finish_moments<V>,
           parts.as<Moments<V>>(), layout.channels, plan.splits,
           static_cast<double>(layout.n * layout.inner), mean.data<V>(),
           var.data<V>());
  });
}

void channel_grad_sums_cuda(const ChannelLayout& layout, const Tensor& g,
                            const Tensor& x, const Tensor& mean,
                            const Tensor& rstd, const Tensor& sum_g,
                            const Tensor& sum_gx) {
  visit_floating(x.dtype(), [&](auto t) {
    using T = decltype(t);
    using V = Compute<T>;
    const Device device = x.device();
    const Plan plan = plan_for<T>(layout, x.raw_data(), g.raw_data());
    const Scratch parts(device,
                        static_cast<size_t>(layout.channels * plan.splits) *
                            sizeof(TwoSums<V>));
    launch(device, plan.shape, channel_grad_sums<T>, plan.walk, g.data<T>(),
           x.data<T>(), mean.data<V>(), parts.as<TwoSums<V>>());
    launch(device, one_warp_each(layout.channels), finish_grad_sums<V>,
           parts.as<TwoSums<V>>(), layout.channels, plan.splits, rstd.data<V>(),
           sum_g.data<V>(), sum_gx.data<V>());
  });
}

const ChannelMomentsKernel::Entry moments_on_cuda{
    channel_moments_kernel, DeviceType::kCuda, channel_moments_cuda};
const ChannelGradSumsKernel::Entry grad_sums_on_cuda{
    channel_grad_sums_kernel, DeviceType::kCuda, channel_grad_sums_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
