#include <algorithm>

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/runtime/device_error.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/check_all.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kBlock = 256;
constexpr int64_t kMostBlocks = 1024;

// An integer of 1, 2, 4 or 8 bytes is 0 if all its bits are.
__device__ bool is_zero(const void* x, int itemsize, int64_t i) {
  switch (itemsize) {
    case 1:
      return static_cast<const uint8_t*>(x)[i] == 0;
    case 2:
      return static_cast<const uint16_t*>(x)[i] == 0;
    case 4:
      return static_cast<const uint32_t*>(x)[i] == 0;
    default:
      return static_cast<const uint64_t*>(x)[i] == 0;
  }
}

__global__ void find_zero(const void* x, int itemsize, int64_t n,
                          DeviceError* error, const char* op,
                          const char* rule) {
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  bool found = false;
  for (int64_t i = global_index(); i < n; i += step) {
    found |= is_zero(x, itemsize, i);
  }
  if (found) report_rule(error, op, rule);
}

void check_all_cuda(const Tensor& any, const char* op, const char* rule) {
  const Tensor x = any.is_contiguous() ? any : dense_copy(any);
  const int64_t n = x.numel();
  const int64_t blocks = std::min(kMostBlocks, (n + kBlock - 1) / kBlock);
  launch(x.device(), one_block_each(blocks, kBlock), find_zero, x.raw_data(),
         static_cast<int>(x.itemsize()), n, device_error_word(x.device()), op,
         rule);
}

const CheckAllKernel::Entry on_cuda{check_all_kernel, DeviceType::kCuda,
                                    check_all_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
