// Sums over the threads before each thread of a block.

#ifndef CRESSET_CUDA_OPS_PREFIX_CUH_
#define CRESSET_CUDA_OPS_PREFIX_CUH_

#include "cresset/cuda/ops/device.cuh"

namespace cresset::internal::cuda {

// The sum of `value` over the threads of the block before this one; `total`
// becomes that over all. Blocks are one-dimensional, of whole warps.
template <class V>
__device__ V block_prefix(V value, V& total) {
  __shared__ V sums[kWarp];
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  V sum = value;
  for (int offset = 1; offset < kWarp; offset *= 2) {
    const V left = __shfl_up_sync(kAllLanes, sum, offset);
    if (lane >= offset) sum += left;
  }
  __syncthreads();  // `sums` may still be read from an earlier call
  if (lane == kWarp - 1) sums[warp] = sum;
  __syncthreads();
  V before = 0;
  total = 0;
  const int warps = blockDim.x / kWarp;
  for (int w = 0; w < warps; ++w) {
    if (w < warp) before += sums[w];
    total += sums[w];
  }
  return before + sum - value;
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_PREFIX_CUH_
