#include "cresset/cuda/runtime/handles.h"

#include <atomic>
#include <limits>
#include <map>
#include <mutex>
#include <vector>

#include "cresset/cuda/runtime/capture.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/device.h"
#include "cresset/cuda/runtime/scratch.h"
#include "cresset/cuda/runtime/stream.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kMaxDevices = std::numeric_limits<int8_t>::max();

std::atomic<bool> matmul_tf32{false};
std::atomic<bool> conv_tf32{true};

// Handles cost milliseconds to make and are never destroyed: at the end of the
// program the libraries may be gone before the last of our destructors runs.
struct BlasHandle {
  cublasHandle_t handle = nullptr;
  bool is_set = false;  // whether `stream` and its workspace are in the handle
  cudaStream_t stream = nullptr;
  const Capture* capture = nullptr;
  std::map<cudaStream_t, Scratch> workspaces;
};

struct DnnHandle {
  cudnnHandle_t handle = nullptr;
  bool is_set = false;
  cudaStream_t stream = nullptr;
};

// What threads that have ended leave to those that come.
template <class H>
struct Spare {
  std::mutex mutex;
  std::vector<H*> handles[kMaxDevices];

  static Spare& instance() {
    static Spare* const spare = new Spare;
    return *spare;
  }
};

template <class H>
struct OwnHandles {
  H* handles[kMaxDevices] = {};

  ~OwnHandles() {
    Spare<H>& spare = Spare<H>::instance();
    const std::lock_guard<std::mutex> lock(spare.mutex);
    for (int i = 0; i < kMaxDevices; ++i) {
      if (handles[i] != nullptr) spare.handles[i].push_back(handles[i]);
    }
  }
};

// This thread's handle, from make() if no spare one is there.
template <class H, class F>
H& own_handle(Device device, F make) {
  thread_local OwnHandles<H> own;
  H*& place = own.handles[device.index];
  if (place != nullptr) [[likely]]
    return *place;
  Spare<H>& spare = Spare<H>::instance();
  {
    const std::lock_guard<std::mutex> lock(spare.mutex);
    auto& left = spare.handles[device.index];
    if (!left.empty()) {
      place = left.back();
      left.pop_back();
      return *place;
    }
  }
  place = make();
  return *place;
}

// What NVIDIA recommends: 32 MiB from Hopper on, 8 MiB before.
size_t workspace_bytes(Device device) {
  return size_t{properties(device).major >= 9 ? 32u : 8u} << 20;
}

// A graph has a workspace of its own, as it may be replayed beside other work.
void* workspace(BlasHandle& own, Device device, cudaStream_t stream,
                size_t bytes) {
  if (Capture* const capture = capture_on(device)) {
    if (!capture->blas_workspace) {
      capture->blas_workspace.emplace(device, bytes);
    }
    return capture->blas_workspace->as<void>();
  }
  auto place = own.workspaces.find(stream);
  if (place == own.workspaces.end()) {
    place = own.workspaces.emplace(stream, Scratch(device, bytes)).first;
  }
  return place->second.as<void>();
}

}  // namespace

cublasHandle_t blas_handle(Device device) {
  use_device(device);
  BlasHandle& own = own_handle<BlasHandle>(device, [&] {
    const RelaxedCapture relaxed;
    cublasHandle_t handle = nullptr;
    CRESSET_CUDA_CHECK(cublasCreate(&handle), "device ", device);
    return new BlasHandle{handle, false, nullptr, nullptr, {}};
  });
  const cudaStream_t stream = current_stream(device);
  const Capture* const capture = capture_on(device);
  if (own.is_set && own.stream == stream && own.capture == capture) [[likely]] {
    return own.handle;
  }
  own.is_set = false;
  CRESSET_CUDA_CHECK(cublasSetStream(own.handle, stream), "device ", device);
  const size_t bytes = workspace_bytes(device);
  CRESSET_CUDA_CHECK(
      cublasSetWorkspace(own.handle, workspace(own, device, stream, bytes),
                         bytes),
      "device ", device, ", ", bytes, " bytes");
  own.stream = stream;
  own.capture = capture;
  // A later capture may have the address of this one.
  own.is_set = capture == nullptr;
  return own.handle;
}

cudnnHandle_t dnn_handle(Device device) {
  use_device(device);
  DnnHandle& own = own_handle<DnnHandle>(device, [&] {
    const RelaxedCapture relaxed;
    cudnnHandle_t handle = nullptr;
    CRESSET_CUDA_CHECK(cudnnCreate(&handle), "device ", device);
    return new DnnHandle{handle, false, nullptr};
  });
  const cudaStream_t stream = current_stream(device);
  if (own.is_set && own.stream == stream) [[likely]]
    return own.handle;
  own.is_set = false;
  CRESSET_CUDA_CHECK(cudnnSetStream(own.handle, stream), "device ", device);
  own.stream = stream;
  own.is_set = true;
  return own.handle;
}

bool matmul_allows_tf32() {
  return matmul_tf32.load(std::memory_order_relaxed);
}
bool conv_allows_tf32() { return conv_tf32.load(std::memory_order_relaxed); }
void set_matmul_allows_tf32(bool allow) { matmul_tf32 = allow; }
void set_conv_allows_tf32(bool allow) { conv_tf32 = allow; }

}  // namespace cresset::internal::cuda
