// Streams: queues of operations that run when something waits for them.

#ifndef CRESSET_TESTS_CUDA_SIM_STREAM_H_
#define CRESSET_TESTS_CUDA_SIM_STREAM_H_

#include <cuda_runtime_api.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "cresset/tests/cuda_sim/arena.h"
#include "cresset/tests/cuda_sim/operation.h"

namespace cuda_sim {
struct Capture;
}

struct CUstream_st {
  int device = 0;
  bool is_default = false;
  bool blocking = true;  // follows the rules of the default stream
  int priority = 0;
  bool destroyed = false;
  std::deque<cuda_sim::Operation> queue;
  // While it is captured: into what, and the operations that the next one
  // comes after.
  std::shared_ptr<cuda_sim::Capture> capture;
  std::vector<int> frontier;
};

namespace cuda_sim {

// The stream behind a handle: the current device's default one for 0 and
// cudaStreamLegacy, the thread's own for cudaStreamPerThread; nullptr if the
// handle is no stream.
CUstream_st* find_stream(cudaStream_t handle);

// Appends to the stream, or to what it is captured into.
cudaError_t submit(CUstream_st& stream, Operation operation);

// Runs what the stream holds, and what that waits for. Returns the device's
// sticky error, which includes what the run found.
cudaError_t drain(CUstream_st& stream);
cudaError_t drain_device(int device, Arena::Look look = Arena::Look::kAtSome);

// Runs operations of the stream up to this one.
void run_until(CUstream_st& stream, uint64_t number);

// Runs one operation, for whoever asks again and again whether it is done.
void advance(CUstream_st& stream);

// Counts for wait_count().
void note_wait();

// Makes `error` the device's answer to everything, and drops its work.
void fail_device(int device, cudaError_t error);

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_STREAM_H_
