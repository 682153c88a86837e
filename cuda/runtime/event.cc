#include "cresset/cuda/runtime/event.h"

#include <limits>
#include <mutex>

namespace cresset::internal::cuda {
namespace {

struct Spare {
  std::mutex mutex;
  std::vector<cudaEvent_t> events[std::numeric_limits<int8_t>::max()];
};

Spare& spare() {
  static Spare* const all = new Spare;
  return *all;
}

cudaEvent_t take_event(Device device) {
  const std::lock_guard<std::mutex> lock(spare().mutex);
  auto& events = spare().events[device.index];
  cudaEvent_t event = nullptr;
  if (!events.empty()) {
    event = events.back();
    events.pop_back();
  } else if (cudaEventCreateWithFlags(&event, cudaEventDisableTiming) !=
             cudaSuccess) {
    cudaGetLastError();
    return nullptr;
  }
  return event;
}

void give_event(Device device, cudaEvent_t event) {
  const std::lock_guard<std::mutex> lock(spare().mutex);
  spare().events[device.index].push_back(event);
}

// Makes a device current, without throwing.
class QuietGuard {
 public:
  explicit QuietGuard(Device device) {
    if (cudaGetDevice(&previous_) != cudaSuccess) cudaGetLastError();
    if (previous_ == device.index) return;
    changed_ = true;
    if (cudaSetDevice(device.index) != cudaSuccess) cudaGetLastError();
  }
  ~QuietGuard() {
    if (changed_ && cudaSetDevice(previous_) != cudaSuccess) cudaGetLastError();
  }
  QuietGuard(const QuietGuard&) = delete;
  QuietGuard& operator=(const QuietGuard&) = delete;

 private:
  int previous_ = 0;
  bool changed_ = false;
};

}  // namespace

void Marks::add(Device device, cudaStream_t stream) noexcept {
  const QuietGuard guard(device);
  const cudaEvent_t event = take_event(device);
  if (event == nullptr) return;
  if (cudaEventRecord(event, stream) != cudaSuccess) {
    cudaGetLastError();
    give_event(device, event);
    return;
  }
  marks_.push_back({device, event});
}

bool Marks::passed() noexcept {
  while (!marks_.empty()) {
    const cudaError_t status = cudaEventQuery(marks_.back().event);
    if (status == cudaErrorNotReady) {
      cudaGetLastError();
      return false;
    }
    if (status != cudaSuccess) cudaGetLastError();
    give_event(marks_.back().device, marks_.back().event);
    marks_.pop_back();
  }
  return true;
}

void Marks::wait() noexcept {
  for (; !marks_.empty(); marks_.pop_back()) {
    if (cudaEventSynchronize(marks_.back().event) != cudaSuccess) {
      cudaGetLastError();
    }
    give_event(marks_.back().device, marks_.back().event);
  }
}

}  // namespace cresset::internal::cuda
