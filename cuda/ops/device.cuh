// What kernels are written with: indices, conversions between stored and
// computed elements, sums over warps and blocks, shared memory.

#ifndef CRESSET_CUDA_OPS_DEVICE_CUH_
#define CRESSET_CUDA_OPS_DEVICE_CUH_

#include <cuda_runtime.h>

#include <cstdint>

#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/base/math_bits.h"

namespace cresset::internal::cuda {

constexpr int kWarp = 32;
constexpr unsigned kAllLanes = 0xffffffffu;

// The number of this thread in a one-dimensional launch.
__device__ inline int64_t global_index() {
  return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

// The block's dynamic shared memory (LaunchShape::shared).
template <class T>
__device__ T* dynamic_shared() {
#ifdef __CUDACC__
  extern __shared__ __align__(32) unsigned char cresset_dynamic_shared[];
  return reinterpret_cast<T*>(cresset_dynamic_shared);
#else
  return static_cast<T*>(cuda_sim::dynamic_shared());
#endif
}

// f(a, b) over the lanes of a full warp; every lane gets the result.
template <class V, class F>
__device__ V warp_reduce(V value, F f) {
  for (int offset = kWarp / 2; offset > 0; offset /= 2) {
    value = f(value, __shfl_xor_sync(kAllLanes, value, offset));
  }
  return value;
}

// The same over a one-dimensional block of whole warps, at most 1024 threads;
// every thread gets the result. The order is fixed by the block's size.
template <class V, class F>
__device__ V block_reduce(V value, V identity, F f) {
  __shared__ V partial[kWarp];
  const unsigned lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  value = warp_reduce(value, f);
  __syncthreads();  // `partial` may still be read from an earlier call
  if (lane == 0) partial[warp] = value;
  __syncthreads();
  value = lane < blockDim.x / kWarp ? partial[lane] : identity;
  return warp_reduce(value, f);
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_DEVICE_CUH_
