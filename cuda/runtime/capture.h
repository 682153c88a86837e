// What the runtime does differently while a graph is captured.
//
// Calls on a captured stream are written down instead of run, so that nothing
// may wait for them, and all they touch must stay as it is until the last
// replay: device memory comes from a pool of the graph, pinned memory is held,
// random numbers start from a place in memory that a replay fills anew.

#ifndef CRESSET_CUDA_RUNTIME_CAPTURE_H_
#define CRESSET_CUDA_RUNTIME_CAPTURE_H_

#include <cuda_runtime_api.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "cresset/cuda/runtime/scratch.h"
#include "cresset/tensor/base/device.h"

namespace cresset::internal::cuda {

class MemoryPool;

struct Capture {
  Device device;
  cudaStream_t stream = nullptr;
  MemoryPool* pool = nullptr;
  std::vector<const void*> pinned;  // held by hold_pinned()
  std::optional<Scratch> blas_workspace;
  std::optional<Scratch> random_state;  // seed and offset of a replay
  uint64_t random_offset = 0;           // numbers that one replay draws
};

// From one call to the other, work on the stream belongs to `capture`.
void open_capture(Capture* capture);
void close_capture(Capture* capture);

// The capture of the device's current stream; nullptr if there is none.
Capture* capture_on(Device device);

// Whether any thread captures: events must not be recorded or asked then.
bool any_capture();

// Throws kState if `what` would happen on a captured stream.
void check_not_captured(Device device, const char* what);

// Lets this thread make calls that are no part of the graph, such as
// cudaMalloc, while it captures.
class RelaxedCapture {
 public:
  RelaxedCapture();
  ~RelaxedCapture();
  RelaxedCapture(const RelaxedCapture&) = delete;
  RelaxedCapture& operator=(const RelaxedCapture&) = delete;

 private:
  cudaStreamCaptureMode mode_ = cudaStreamCaptureModeRelaxed;
};

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_CAPTURE_H_
