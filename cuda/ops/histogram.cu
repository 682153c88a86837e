// Counting small numbers. Sums of integers do not depend on their order, so
// atomics are exact.

#include <algorithm>

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/data_kernels.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int64_t kShared = 8192;  // counts that fit into a block's memory

using Count = unsigned long long;

// Blocks count by themselves and add up what they found.
__global__ void count_in_blocks(const int64_t* values, int64_t n, int size,
                                Count* counts) {
  auto* own = dynamic_shared<unsigned>();
  for (int i = threadIdx.x; i < size; i += kThreads) own[i] = 0;
  __syncthreads();
  const int64_t step = static_cast<int64_t>(gridDim.x) * kThreads;
  for (int64_t i = global_index(); i < n; i += step) {
    const int64_t k = values[i];
    if (k >= 0 && k < size) atomicAdd(&own[k], 1u);
  }
  __syncthreads();
  for (int i = threadIdx.x; i < size; i += kThreads) {
    if (own[i] != 0) atomicAdd(&counts[i], static_cast<Count>(own[i]));
  }
}

__global__ void count_at_once(const int64_t* values, int64_t n, int64_t size,
                              Count* counts) {
  const int64_t i = global_index();
  if (i >= n) return;
  const int64_t k = values[i];
  if (k >= 0 && k < size) atomicAdd(&counts[k], Count{1});
}

void count_cuda(const Tensor& values, const Tensor& counts) {
  const int64_t n = values.numel(), size = counts.numel();
  if (n == 0 || size == 0) return;
  const Device device = counts.device();
  const int64_t* from = values.data<int64_t>();
  auto* to = static_cast<Count*>(counts.raw_data());
  if (size > kShared) {
    launch(device, one_thread_each(n), count_at_once, from, n, size, to);
    return;
  }
  // Enough blocks to fill a GPU, few enough to add up quickly, and none with
  // 2^32 values or more.
  const int64_t blocks = std::clamp<int64_t>(n / (16 * kThreads), 1,
                                             std::max<int64_t>(512, n >> 30));
  launch(device,
         one_block_each(blocks, kThreads,
                        static_cast<size_t>(size) * sizeof(unsigned)),
         count_in_blocks, from, n, static_cast<int>(size), to);
}

const CountKernel::Entry on_cuda{count_kernel, DeviceType::kCuda, count_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
