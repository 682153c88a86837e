// The elements of [n, channels, inner] in order, each with its channel.

#ifndef CRESSET_CUDA_OPS_CHANNELS_CUH_
#define CRESSET_CUDA_OPS_CHANNELS_CUH_

#include "cresset/cuda/ops/strided.cuh"
#include "cresset/tensor/ops/norm.h"

namespace cresset::internal::cuda {

struct Channels {
  int64_t count, channels, inner;
  bool small;  // fewer than 2^31 elements
  Divisor by_inner, by_channels;

  explicit Channels(const ChannelLayout& layout)
      : count(layout.n * layout.channels * layout.inner),
        channels(layout.channels),
        inner(layout.inner),
        small(count < (int64_t{1} << 31)),
        by_inner(small ? inner : 1),
        by_channels(small ? channels : 1) {}

  // The channel of element i, and how many elements of it come before.
  __device__ void locate(int64_t i, int64_t& channel, int64_t& column) const {
    if (small) {
      auto rest = static_cast<uint32_t>(i);
      uint32_t row = by_inner.split(rest);
      column = rest;
      by_channels.split(row);
      channel = row;
    } else {
      column = i % inner;
      channel = i / inner % channels;
    }
  }

  __device__ void next(int64_t& channel, int64_t& column) const {
    if (++column < inner) return;
    column = 0;
    if (++channel == channels) channel = 0;
  }
};

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_CHANNELS_CUH_
