#include "cresset/cuda/runtime/stream.h"

#include <limits>
#include <mutex>

#include "cresset/cuda/runtime/capture.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/device.h"
#include "cresset/cuda/runtime/device_error.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kMaxDevices = std::numeric_limits<int8_t>::max();
constexpr unsigned kPoolSize = 32;

// nullptr is the default stream.
constinit thread_local cudaStream_t streams[kMaxDevices] = {};

struct StreamPool {
  std::mutex mutex;
  cudaStream_t streams[kPoolSize] = {};
  unsigned next = 0;
};

}  // namespace

cudaStream_t current_stream(Device device) { return streams[device.index]; }

void set_current_stream(Device device, cudaStream_t stream) {
  check_device(device);
  streams[device.index] = stream;
}

void wait_for_stream(Device device) {
  wait_for_stream(device, current_stream(device));
}

void wait_for_stream(Device device, cudaStream_t stream) {
  check_not_captured(device, "synchronize");
  use_device(device);
  CRESSET_CUDA_CHECK(cudaStreamSynchronize(stream), "device ", device);
  check_device_error(device);
}

cudaStream_t next_stream(Device device, int priority) {
  CRESSET_CHECK(priority == 0 || priority == -1, kValue,
                "cuda::Stream: the priority must be 0 or -1; got ", priority);
  check_device(device);
  // Never destroyed: handles may be in use to the end.
  static StreamPool(*const pools)[2] = new StreamPool[kMaxDevices][2];
  StreamPool& pool = pools[device.index][-priority];
  const std::lock_guard<std::mutex> lock(pool.mutex);
  cudaStream_t& stream = pool.streams[pool.next++ % kPoolSize];
  if (stream == nullptr) {
    const DeviceGuard guard(device);
    CRESSET_CUDA_CHECK(
        cudaStreamCreateWithPriority(&stream, cudaStreamNonBlocking, priority),
        "device ", device, ", priority ", priority);
  }
  return stream;
}

}  // namespace cresset::internal::cuda
