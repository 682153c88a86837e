#include "cresset/cuda/runtime/capture.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "cresset/cuda/runtime/stream.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/capture.h"

namespace cresset::internal::cuda {
namespace {

constinit std::atomic<int> count{0};

struct Captures {
  std::mutex mutex;
  std::vector<Capture*> open;
};

Captures& captures() {
  static Captures* const all = new Captures;
  return *all;
}

}  // namespace

void open_capture(Capture* capture) {
  const std::lock_guard<std::mutex> lock(captures().mutex);
  captures().open.push_back(capture);
  ++count;
}

void close_capture(Capture* capture) {
  const std::lock_guard<std::mutex> lock(captures().mutex);
  count -= static_cast<int>(std::erase(captures().open, capture));
}

Capture* capture_on(Device device) {
  if (count.load(std::memory_order_relaxed) == 0) [[likely]]
    return nullptr;
  const cudaStream_t stream = current_stream(device);
  const std::lock_guard<std::mutex> lock(captures().mutex);
  for (Capture* capture : captures().open) {
    if (capture->device == device && capture->stream == stream) return capture;
  }
  return nullptr;
}

bool any_capture() { return count.load(std::memory_order_acquire) != 0; }

void check_not_captured(Device device, const char* what) {
  CRESSET_CHECK(capture_on(device) == nullptr, kState, what,
                ": this waits for the GPU or reads its results, which no graph "
                "can contain; got a call while a graph is captured on ",
                device);
}

RelaxedCapture::RelaxedCapture() {
  if (any_capture()) cudaThreadExchangeStreamCaptureMode(&mode_);
}

RelaxedCapture::~RelaxedCapture() {
  // Exchanged back; without a capture the mode is still "relaxed".
  if (mode_ != cudaStreamCaptureModeRelaxed) {
    cudaThreadExchangeStreamCaptureMode(&mode_);
  }
}

namespace {

bool is_captured(Device device) { return capture_on(device) != nullptr; }

const CapturingKernel::Entry capturing_on_cuda{capturing_kernel,
                                               DeviceType::kCuda, is_captured};

}  // namespace
}  // namespace cresset::internal::cuda
