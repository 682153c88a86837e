#include "cresset/cuda/runtime/device_error.h"

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstring>
#include <limits>
#include <mutex>

#include "cresset/cuda/runtime/capture.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/device.h"

namespace cresset::internal::cuda {
namespace {

constexpr size_t kDevices = std::numeric_limits<int8_t>::max();

// Each device has a cache line, written by no other.
struct alignas(64) Line {
  DeviceError error;
};

// Null until the first kernel that may report.
constinit Line* lines = nullptr;

Line* make_lines(Device device) {
  static std::once_flag once;
  std::call_once(once, [&] {
    use_device(device);
    const RelaxedCapture relaxed;
    constexpr size_t kBytes = kDevices * sizeof(Line);
    void* made = nullptr;
    CRESSET_CUDA_CHECK(
        cudaHostAlloc(&made, kBytes,
                      cudaHostAllocPortable | cudaHostAllocMapped),
        kBytes, " bytes");
    std::memset(made, 0, kBytes);
    __atomic_store_n(&lines, static_cast<Line*>(made), __ATOMIC_RELEASE);
  });
  return lines;
}

Line* known_lines() { return __atomic_load_n(&lines, __ATOMIC_ACQUIRE); }

}  // namespace

DeviceError* device_error_word(Device device) {
  Line* all = known_lines();
  if (all == nullptr) all = make_lines(device);
  return &all[device.index].error;
}

void check_device_error(Device device) {
  Line* const all = known_lines();
  if (all == nullptr) return;
  volatile DeviceError& word = all[device.index].error;
  if (word.set == 0) [[likely]]
    return;
  const char* const op = word.op;
  const char* const rule = word.rule;
  const int64_t index = word.index, dim = word.dim, size = word.size;
  word.set = 0;
  CRESSET_CHECK(rule == nullptr, kValue, op, rule, "; found on ", device,
                " after the call, whose results are wrong");
  CRESSET_CHECK(false, kIndex, op, ": index ", index, " is out of bounds for ",
                dim < 0 ? "" : concat("dimension ", dim, " with "), "size ",
                size, "; found on ", device,
                " after the call, whose results are wrong");
}

}  // namespace cresset::internal::cuda
