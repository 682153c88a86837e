// The numbers of true elements. Their count decides the result's shape, so
// this waits for the device.

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/prefix.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/cuda/runtime/scratch.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/data_kernels.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kTile = 4096;  // elements of a block

__global__ void count_true(const uint8_t* x, int64_t n, int64_t* counts) {
  const int64_t begin = static_cast<int64_t>(blockIdx.x) * kTile;
  int64_t count = 0;
  for (int i = threadIdx.x; i < kTile && begin + i < n; i += kThreads) {
    count += x[begin + i] != 0;
  }
  int64_t total;
  block_prefix(count, total);
  if (threadIdx.x == 0) counts[blockIdx.x] = total;
}

// counts[i] becomes the sum of those before, counts[n] that of all; one block.
__global__ void sum_counts(int64_t* counts, int64_t n) {
  int64_t carry = 0;
  for (int64_t begin = 0; begin < n; begin += blockDim.x) {
    const int64_t i = begin + threadIdx.x;
    int64_t total;
    const int64_t before = block_prefix(i < n ? counts[i] : 0, total);
    if (i < n) counts[i] = carry + before;
    carry += total;
  }
  if (threadIdx.x == 0) counts[n] = carry;
}

__global__ void write_true(const uint8_t* x, int64_t n, const int64_t* starts,
                           int64_t* numbers) {
  const int64_t begin = static_cast<int64_t>(blockIdx.x) * kTile;
  int64_t next = starts[blockIdx.x];
  for (int step = 0; step < kTile; step += kThreads) {
    const int64_t i = begin + step + threadIdx.x;
    const bool found = i < n && x[i] != 0;
    int total;
    const int before = block_prefix(found ? 1 : 0, total);
    if (found) numbers[next + before] = i;
    next += total;
  }
}

Tensor true_numbers_cuda(const Tensor& x) {
  const Device device = x.device();
  const int64_t n = x.numel();
  if (n == 0) return make_empty({0}, int64, device);
  const auto* data = static_cast<const uint8_t*>(x.raw_data());
  const int64_t tiles = (n + kTile - 1) / kTile;
  const Scratch counts(device,
                       static_cast<size_t>(tiles + 1) * sizeof(int64_t));
  launch(device, one_block_each(tiles, kThreads), count_true, data, n,
         counts.as<int64_t>());
  launch(device, one_block_each(1, 1024), sum_counts, counts.as<int64_t>(),
         tiles);
  int64_t count = 0;
  download(device, counts.as<int64_t>() + tiles, &count, sizeof(count));
  const Tensor y = make_empty({count}, int64, device);
  if (count != 0) {
    launch(device, one_block_each(tiles, kThreads), write_true, data, n,
           counts.as<int64_t>(), y.data<int64_t>());
  }
  return y;
}

const TrueNumbersKernel::Entry on_cuda{true_numbers_kernel, DeviceType::kCuda,
                                       true_numbers_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
