// The GPU's end of streams between host and device (tensor/core/transfer.h).

#include <cuda_runtime_api.h>

#include <memory>

#include "cresset/cuda/runtime/capture.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/device.h"
#include "cresset/cuda/runtime/device_error.h"
#include "cresset/cuda/runtime/pinned.h"
#include "cresset/cuda/runtime/stream.h"
#include "cresset/tensor/core/transfer.h"

namespace cresset::internal::cuda {
namespace {

class CudaLink final : public HostLink {
 public:
  explicit CudaLink(Device device) : device_(device) {
    check_device(device);
    check_not_captured(device, "load or save");
  }
  ~CudaLink() override {
    for (const cudaEvent_t event : events_) {
      if (event != nullptr && cudaEventDestroy(event) != cudaSuccess) {
        cudaGetLastError();
      }
    }
  }
  CudaLink(const CudaLink&) = delete;
  CudaLink& operator=(const CudaLink&) = delete;

  std::shared_ptr<void> staging_memory(size_t bytes) override {
    return pinned_memory(bytes);
  }

  void send(void* to, const void* host, size_t bytes) override {
    copy(to, host, bytes, cudaMemcpyHostToDevice, host);
  }
  void fetch(void* host, const void* from, size_t bytes) override {
    copy(host, from, bytes, cudaMemcpyDeviceToHost, host);
  }

  void mark(int half) override {
    use_device(device_);
    cudaEvent_t& event = events_[half];
    if (event == nullptr) {
      CRESSET_CUDA_CHECK(
          cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "device ",
          device_);
    }
    CRESSET_CUDA_CHECK(cudaEventRecord(event, current_stream(device_)),
                       "device ", device_);
  }

  void wait(int half) override {
    CRESSET_CUDA_CHECK(cudaEventSynchronize(events_[half]), "device ", device_);
    check_device_error(device_);
  }

  void finish() override { wait_for_stream(device_); }

 private:
  void copy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
            const void* host) {
    check_not_captured(device_, "load or save");
    use_device(device_);
    const cudaStream_t stream = current_stream(device_);
    CRESSET_CUDA_CHECK(cudaMemcpyAsync(to, from, bytes, kind, stream),
                       "bytes = ", bytes);
    record_host_use(host, device_, stream);
  }

  Device device_;
  cudaEvent_t events_[2] = {};
};

std::unique_ptr<HostLink> cuda_link(Device device) {
  return std::make_unique<CudaLink>(device);
}

const HostLinkKernel::Entry link_on_cuda{host_link_kernel, DeviceType::kCuda,
                                         cuda_link};

}  // namespace
}  // namespace cresset::internal::cuda
