// Capture of streams into graphs.

#ifndef CRESSET_TESTS_CUDA_SIM_CAPTURE_H_
#define CRESSET_TESTS_CUDA_SIM_CAPTURE_H_

#include <cuda_runtime_api.h>

#include <memory>
#include <thread>
#include <vector>

#include "cresset/tests/cuda_sim/event.h"
#include "cresset/tests/cuda_sim/operation.h"
#include "cresset/tests/cuda_sim/stream.h"

struct CUgraph_st {
  std::shared_ptr<const std::vector<cuda_sim::Operation>> operations;
};
struct CUgraphExec_st {
  std::shared_ptr<const std::vector<cuda_sim::Operation>> operations;
};

namespace cuda_sim {

struct Capture {
  CUstream_st* origin = nullptr;
  cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
  std::thread::id thread;
  bool invalid = false;
  std::vector<Operation> operations;
  std::vector<bool> has_next;  // whether another operation comes after
  std::vector<CUstream_st*> members;
};

cudaError_t begin_capture(CUstream_st& stream, cudaStreamCaptureMode mode);
// `*graph` is nullptr unless the capture was good.
cudaError_t end_capture(CUstream_st& stream, CUgraph_st** graph);

// Of a stream that is captured.
cudaError_t add_to_capture(CUstream_st& stream, Operation operation);
void record_in_capture(CUstream_st& stream, CUevent_st& event);
cudaError_t wait_in_capture(CUstream_st& stream, const CUevent_st& event);

// An error, which also spoils the captures, if the call would break one: use
// of the default stream while a blocking stream is captured.
cudaError_t check_no_implicit_capture(const CUstream_st& stream);
// Calls like cudaMalloc, that captures of this mode forbid.
cudaError_t check_capture_allows_unsafe_calls();
// Waiting for a captured stream, or asking whether it is done.
cudaError_t check_not_captured(CUstream_st& stream);
// Waiting for a device that has a captured stream.
cudaError_t check_device_not_captured(int device);

// This thread's cudaThreadExchangeStreamCaptureMode.
cudaStreamCaptureMode& interaction_mode();

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_CAPTURE_H_
