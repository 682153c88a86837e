#include "cresset/cuda/runtime/stream.h"

#include <limits>

#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/device.h"

namespace cresset::internal::cuda {
namespace {

// nullptr is the default stream.
constinit thread_local cudaStream_t
    streams[std::numeric_limits<int8_t>::max() + 1] = {};

}  // namespace

cudaStream_t current_stream(Device device) { return streams[device.index]; }

void set_current_stream(Device device, cudaStream_t stream) {
  check_device(device);
  streams[device.index] = stream;
}

void wait_for_stream(Device device) {
  use_device(device);
  CRESSET_CUDA_CHECK(cudaStreamSynchronize(current_stream(device)), "device ",
                     device);
}

}  // namespace cresset::internal::cuda
