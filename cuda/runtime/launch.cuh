// Starting kernels.

#ifndef CRESSET_CUDA_RUNTIME_LAUNCH_CUH_
#define CRESSET_CUDA_RUNTIME_LAUNCH_CUH_

#include <cuda_runtime.h>

#include <cstdint>
#include <utility>

#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/device.h"
#include "cresset/cuda/runtime/stream.h"

namespace cresset::internal::cuda {

struct LaunchShape {
  dim3 grid;
  dim3 block;
  size_t shared = 0;  // dynamic shared memory in bytes, up to 99 KiB
};

// One thread for each of n indices (at least 1, below 2^39).
inline LaunchShape one_thread_each(int64_t n, int block = 256) {
  return {dim3(static_cast<unsigned>((n + block - 1) / block)),
          dim3(static_cast<unsigned>(block))};
}

// One block for each of n indices (at least 1, below 2^31).
inline LaunchShape one_block_each(int64_t n, int block, size_t shared = 0) {
  return {dim3(static_cast<unsigned>(n)), dim3(static_cast<unsigned>(block)),
          shared};
}

// Runs `kernel` on the current stream of `device` and returns at once.
// Arguments are copied; pointers among them are device pointers.
template <class... Params, class... Args>
void launch(Device device, const LaunchShape& shape, void (*kernel)(Params...),
            Args&&... args) {
  use_device(device);
  cudaLaunchConfig_t config = {};
  config.gridDim = shape.grid;
  config.blockDim = shape.block;
  config.dynamicSmemBytes = shape.shared;
  config.stream = current_stream(device);
  constexpr size_t kSharedForAll = 48 << 10;
  if (shape.shared > kSharedForAll) {
    CRESSET_CUDA_CHECK(
        cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                             cudaFuncAttributeMaxDynamicSharedMemorySize,
                             static_cast<int>(shape.shared)),
        "shared memory ", shape.shared);
  }
  CRESSET_CUDA_CHECK(
      cudaLaunchKernelEx(&config, kernel, std::forward<Args>(args)...), "grid ",
      config.gridDim.x, " x ", config.gridDim.y, " x ", config.gridDim.z,
      ", block ", config.blockDim.x, " x ", config.blockDim.y, " x ",
      config.blockDim.z, ", shared memory ", config.dynamicSmemBytes);
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_LAUNCH_CUH_
