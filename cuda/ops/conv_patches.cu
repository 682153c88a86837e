#include "cresset/cuda/ops/channels.cuh"
#include "cresset/cuda/ops/conv_patches.h"
#include "cresset/cuda/ops/pack.cuh"
#include "cresset/cuda/runtime/launch.cuh"

namespace cresset::internal::cuda {
namespace {

// The geometry, counted in elements of some samples.
struct Patches {
  int64_t channels, taps, in_plane, out_plane, count;
  int64_t in[3], out[3], kernel[3], stride[3], padding[3], dilation[3];

  Patches(const ConvShape& s, int64_t samples)
      : channels(s.in_channels),
        taps(s.kernel[0] * s.kernel[1] * s.kernel[2]),
        in_plane(s.in[0] * s.in[1] * s.in[2]),
        out_plane(s.out[0] * s.out[1] * s.out[2]),
        count(samples) {
    for (int d = 0; d < 3; ++d) {
      in[d] = s.in[d];
      out[d] = s.out[d];
      kernel[d] = s.kernel[d];
      stride[d] = s.stride[d];
      padding[d] = s.padding[d];
      dilation[d] = s.dilation[d];
    }
  }
};

// The place in three dimensions of number i.
__device__ inline void split(int64_t i, const int64_t (&sizes)[3],
                             int64_t (&place)[3]) {
  place[2] = i % sizes[2];
  place[1] = i / sizes[2] % sizes[1];
  place[0] = i / sizes[2] / sizes[1];
}

// One thread an element of the columns; T has the size of the elements, whose
// zero is all bits zero.
template <class T>
__global__ void gather(Patches p, const T* x, T* columns) {
  const int64_t i = global_index();
  if (i >= p.count * p.channels * p.taps * p.out_plane) return;
  const int64_t row = i / p.out_plane;  // of [count, channels, taps]
  int64_t to[3], tap[3];
  split(i % p.out_plane, p.out, to);
  split(row % p.taps, p.kernel, tap);
  int64_t from = row / p.taps;  // of [count, channels]
  bool inside = true;
#pragma unroll
  for (int d = 0; d < 3; ++d) {
    const int64_t at =
        to[d] * p.stride[d] + tap[d] * p.dilation[d] - p.padding[d];
    inside = inside && at >= 0 && at < p.in[d];
    from = from * p.in[d] + at;
  }
  columns[i] = inside ? x[from] : T(0);
}

// One thread an element of x, which sums in the order of the taps.
template <class T>
__global__ void sum(Patches p, const T* columns, T* x) {
  const int64_t i = global_index();
  if (i >= p.count * p.channels * p.in_plane) return;
  int64_t at[3];
  split(i % p.in_plane, p.in, at);
  const int64_t row = i / p.in_plane * p.taps;
  Compute<T> total = 0;
  for (int64_t t = 0; t < p.taps; ++t) {
    int64_t tap[3], from = 0;
    split(t, p.kernel, tap);
    bool inside = true;
#pragma unroll
    for (int d = 0; d < 3; ++d) {
      const int64_t reach = at[d] + p.padding[d] - tap[d] * p.dilation[d];
      const int64_t to = reach / p.stride[d];
      inside =
          inside && reach >= 0 && to * p.stride[d] == reach && to < p.out[d];
      from = from * p.out[d] + to;
    }
    if (inside) {
      total += converted<Compute<T>>(columns[(row + t) * p.out_plane + from]);
    }
  }
  x[i] = converted<T>(total);
}

template <class T>
__global__ void add_bias(Channels all, bool aligned, const T* bias, T* y) {
  const int64_t first = global_index() * kPack<T>;
  if (first >= all.count) return;
  Compute<T> v[kPack<T>];
  load_pack(y, first, all.count, aligned, Compute<T>(0), v);
  int64_t channel, column;
  all.locate(first, channel, column);
#pragma unroll
  for (int j = 0; j < kPack<T>; ++j) {
    v[j] += converted<Compute<T>>(bias[channel]);
    all.next(channel, column);
  }
  store_pack(y, first, all.count, aligned, v);
}

}  // namespace

void gather_patches(const ConvShape& shape, const Tensor& x, int64_t first,
                    int64_t count, const Tensor& columns) {
  const Patches p(shape, count);
  const auto run = [&](auto t) {
    using T = decltype(t);
    launch(
        x.device(), one_thread_each(columns.numel()), gather<T>, p,
        static_cast<const T*>(x.raw_data()) + first * p.channels * p.in_plane,
        static_cast<T*>(columns.raw_data()));
  };
  x.itemsize() == 2   ? run(uint16_t{})
  : x.itemsize() == 4 ? run(uint32_t{})
                      : run(uint64_t{});
}

void sum_patches(const ConvShape& shape, const Tensor& columns, int64_t first,
                 int64_t count, const Tensor& x) {
  const Patches p(shape, count);
  const auto run = [&](auto t) {
    using T = decltype(t);
    launch(x.device(), one_thread_each(count * p.channels * p.in_plane), sum<T>,
           p, columns.data<T>(), x.data<T>() + first * p.channels * p.in_plane);
  };
  x.dtype() == float64 ? run(double{}) : run(float{});
}

void add_channel_bias(const Tensor& y, const Tensor& bias) {
  visit_floating(y.dtype(), [&](auto t) {
    using T = decltype(t);
    const ChannelLayout layout{y.size(0), y.size(1),
                               y.numel() / (y.size(0) * y.size(1))};
    launch(y.device(), one_thread_each((y.numel() + kPack<T> - 1) / kPack<T>),
           add_bias<T>, Channels(layout), is_pack_aligned(y.raw_data()),
           bias.data<T>(), y.data<T>());
  });
}

}  // namespace cresset::internal::cuda
