#include "cresset/cuda/runtime/graph.h"

#include <cstring>
#include <memory>

#include "cresset/cuda/runtime/caching_allocator.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/device.h"
#include "cresset/cuda/runtime/generator.h"
#include "cresset/cuda/runtime/pinned.h"
#include "cresset/cuda/runtime/stream.h"

namespace cresset::internal::cuda {
namespace {

constexpr size_t kRandomStateBytes = 2 * sizeof(uint64_t);

}  // namespace

Graph::~Graph() {
  cancel();
  if (exec_ != nullptr) {
    wait_for_replays();
    if (cudaGraphExecDestroy(exec_) != cudaSuccess) cudaGetLastError();
  }
  for (const void* block : capture_.pinned) release_host_use(block);
  capture_.blas_workspace.reset();
  capture_.random_state.reset();
  if (capture_.pool != nullptr) {
    caching_allocator(capture_.device).close_pool(capture_.pool);
  }
}

// What a replay uses must outlive it. Where the runtime refuses, because it
// shuts down, there is nothing to wait for; a call that waits would break
// another capture.
void Graph::wait_for_replays() noexcept {
  if (any_capture()) return;
  int previous = 0;
  const bool known = cudaGetDevice(&previous) == cudaSuccess;
  if (cudaSetDevice(capture_.device.index) != cudaSuccess ||
      cudaDeviceSynchronize() != cudaSuccess ||
      (known && cudaSetDevice(previous) != cudaSuccess)) {
    cudaGetLastError();
  }
}

void Graph::begin(Device device) {
  check_device(device);
  use_device(device);
  const cudaStream_t stream = current_stream(device);
  CRESSET_CHECK(stream != nullptr, kState,
                "cuda::Graph::capture_begin: the default stream cannot be "
                "captured; set another one, or use Graph::capture()");
  CRESSET_CHECK(capture_on(device) == nullptr, kState,
                "cuda::Graph::capture_begin: the current stream is captured "
                "already");
  capture_.device = device;
  capture_.stream = stream;
  capture_.pool = caching_allocator(device).new_pool();
  open_capture(&capture_);
  is_open_ = true;
  capture_.random_state.emplace(device, kRandomStateBytes);
  // Other threads may go on as they like.
  const cudaError_t status =
      cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal);
  if (status != cudaSuccess) {
    close_capture(&capture_);
    is_open_ = false;
  }
  CRESSET_CUDA_CHECK(status, "device ", device);
}

void Graph::end() {
  CRESSET_CHECK(is_open_, kState,
                "cuda::Graph::capture_end: call capture_begin() first");
  try {
    finish();
  } catch (const Error& error) {
    failure_ = error.what();
    throw;
  }
}

void Graph::finish() {
  use_device(capture_.device);
  cudaGraph_t graph = nullptr;
  const cudaError_t ended = cudaStreamEndCapture(capture_.stream, &graph);
  close_capture(&capture_);
  is_open_ = false;
  CRESSET_CUDA_CHECK(ended, "device ", capture_.device);
  const cudaError_t made = cudaGraphInstantiate(&exec_, graph, 0);
  if (made != cudaSuccess) exec_ = nullptr;
  cudaGraphDestroy(graph);
  CRESSET_CUDA_CHECK(made, "device ", capture_.device);
}

void Graph::cancel() noexcept {
  if (!is_open_) return;
  cudaGraph_t graph = nullptr;
  if (cudaStreamEndCapture(capture_.stream, &graph) != cudaSuccess) {
    cudaGetLastError();
  }
  if (graph != nullptr) cudaGraphDestroy(graph);
  close_capture(&capture_);
  is_open_ = false;
}

// Gives the next replay random numbers of its own.
void Graph::renew_random_state() {
  const Device device = capture_.device;
  const auto [seed, offset] = generator_of(device).skip(capture_.random_offset);
  const uint64_t state[2] = {seed, offset};
  static_assert(sizeof(state) == kRandomStateBytes);
  const cudaStream_t stream = current_stream(device);
  const std::shared_ptr<void> staged = pinned_memory(sizeof(state));
  std::memcpy(staged.get(), state, sizeof(state));
  CRESSET_CUDA_CHECK(
      cudaMemcpyAsync(capture_.random_state->as<void>(), staged.get(),
                      sizeof(state), cudaMemcpyHostToDevice, stream),
      "device ", device);
  record_host_use(staged.get(), device, stream);
}

void Graph::replay() {
  CRESSET_CHECK(failure_.empty(), kState,
                "cuda::Graph::replay: the capture failed: ", failure_);
  CRESSET_CHECK(exec_ != nullptr, kState,
                "cuda::Graph::replay: call capture_end() first");
  const Device device = capture_.device;
  check_not_captured(device, "cuda::Graph::replay");
  use_device(device);
  if (capture_.random_offset != 0) renew_random_state();
  CRESSET_CUDA_CHECK(cudaGraphLaunch(exec_, current_stream(device)), "device ",
                     device);
}

}  // namespace cresset::internal::cuda
