// The backend as the core knows it, and as cuda.h does.

#include "cresset/tensor/core/backend.h"

#include <cuda_runtime_api.h>

#include <utility>

#include "cresset/cuda/api.h"
#include "cresset/cuda/runtime/caching_allocator.h"
#include "cresset/cuda/runtime/capture.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/conv_settings.h"
#include "cresset/cuda/runtime/device.h"
#include "cresset/cuda/runtime/device_error.h"
#include "cresset/cuda/runtime/generator.h"
#include "cresset/cuda/runtime/graph.h"
#include "cresset/cuda/runtime/handles.h"
#include "cresset/cuda/runtime/pinned.h"
#include "cresset/cuda/runtime/stream.h"

namespace cresset::internal::cuda {
namespace {

class CudaBackend final : public Backend {
 public:
  int device_count() const override { return cuda::device_count(); }

  Allocator& allocator(Device device) override {
    return caching_allocator(device);
  }

  void synchronize(Device device) override {
    check_device(device);
    check_not_captured(device, "synchronize");
    use_device(device);
    CRESSET_CUDA_CHECK(cudaDeviceSynchronize(), "device ", device);
    check_device_error(device);
  }

  void manual_seed(uint64_t seed) override {
    // GPUs that come to be used later start with the seed, too.
    for (int i = 0; i < cuda::device_count(); ++i) {
      generator_of(Device(DeviceType::kCuda, i)).manual_seed(seed);
    }
  }
};

cudaStream_t as_stream(void* stream) {
  return static_cast<cudaStream_t>(stream);
}
cudaEvent_t as_event(void* event) { return static_cast<cudaEvent_t>(event); }

bool is_done(cudaError_t status) {
  if (status == cudaErrorNotReady) {
    cudaGetLastError();
    return false;
  }
  CRESSET_CUDA_CHECK(status, "");
  return true;
}

class Api final : public CudaApi {
 public:
  void check(Device device) override { check_device(device); }

  cresset::cuda::DeviceProperties properties(Device device) override {
    const Properties& p = cuda::properties(device);
    return {p.name,         p.major,           p.minor, p.multiprocessors,
            p.total_memory, p.shared_per_block};
  }

  void* new_stream(Device device, int priority) override {
    return next_stream(device, priority);
  }
  void* current_stream(Device device) override {
    check_device(device);
    return cuda::current_stream(device);
  }
  void set_current_stream(Device device, void* stream) override {
    cuda::set_current_stream(device, as_stream(stream));
  }
  void wait_for_stream(Device device, void* stream) override {
    cuda::wait_for_stream(device, as_stream(stream));
  }
  bool stream_is_done(Device, void* stream) override {
    return is_done(cudaStreamQuery(as_stream(stream)));
  }
  void stream_waits(Device device, void* stream, void* event) override {
    const DeviceGuard guard(device);
    CRESSET_CUDA_CHECK(
        cudaStreamWaitEvent(as_stream(stream), as_event(event), 0), "device ",
        device);
  }
  void record_stream(const Tensor& x, void* stream) override {
    caching_allocator(x.device())
        .record_stream(x.storage()->data(), as_stream(stream));
  }

  void* new_event(Device device, bool timing) override {
    const DeviceGuard guard(device);
    cudaEvent_t event = nullptr;
    CRESSET_CUDA_CHECK(
        cudaEventCreateWithFlags(
            &event, timing ? cudaEventDefault : cudaEventDisableTiming),
        "device ", device);
    return event;
  }
  void delete_event(void* event) noexcept override {
    if (cudaEventDestroy(as_event(event)) != cudaSuccess) cudaGetLastError();
  }
  void record_event(Device device, void* event, void* stream) override {
    const DeviceGuard guard(device);
    CRESSET_CUDA_CHECK(cudaEventRecord(as_event(event), as_stream(stream)),
                       "device ", device);
  }
  bool event_is_done(void* event) override {
    return is_done(cudaEventQuery(as_event(event)));
  }
  void wait_for_event(Device device, void* event) override {
    CRESSET_CUDA_CHECK(cudaEventSynchronize(as_event(event)), "");
    check_device_error(device);
  }
  double elapsed_time(void* begin, void* end) override {
    float milliseconds = 0;
    CRESSET_CUDA_CHECK(
        cudaEventElapsedTime(&milliseconds, as_event(begin), as_event(end)),
        "");
    return milliseconds;
  }

  cresset::cuda::MemoryStats memory_stats(Device device) override {
    return caching_allocator(device).stats();
  }
  void reset_peak_memory_stats(Device device) override {
    caching_allocator(device).reset_peak_stats();
  }
  std::pair<size_t, size_t> mem_get_info(Device device) override {
    const DeviceGuard guard(device);
    size_t free = 0, total = 0;
    CRESSET_CUDA_CHECK(cudaMemGetInfo(&free, &total), "device ", device);
    return {free, total};
  }
  void set_memory_limit(Device device, size_t bytes) override {
    caching_allocator(device).set_limit(bytes);
  }
  cresset::cuda::HostMemoryStats host_memory_stats() override {
    return pinned_stats();
  }
  void reset_peak_host_memory_stats() override { reset_peak_pinned_stats(); }
  void empty_host_cache() override { empty_pinned_cache(); }
  Tensor pinned_empty(IntSpan shape, IntSpan strides, Dtype dtype) override {
    const size_t bytes = static_cast<size_t>(numel_of(shape)) * itemsize(dtype);
    std::shared_ptr<void> memory = pinned_memory(bytes);
    void* const data = memory.get();
    return over_storage(
        make_ref<Storage>(data, bytes, Device(), std::move(memory)), dtype,
        shape, strides, 0);
  }
  bool is_pinned(const void* data) override { return cuda::is_pinned(data); }
  bool set_copies_without_waiting(bool value) override {
    return cuda::set_copies_without_waiting(value);
  }

  void manual_seed(Device device, uint64_t seed) override {
    check_device(device);
    generator_of(device).manual_seed(seed);
  }
  uint64_t initial_seed(Device device) override {
    check_device(device);
    return generator_of(device).initial_seed();
  }
  std::pair<uint64_t, uint64_t> random_state(Device device) override {
    check_device(device);
    return generator_of(device).state();
  }
  void set_random_state(Device device, uint64_t seed,
                        uint64_t offset) override {
    check_device(device);
    generator_of(device).set_state(seed, offset);
  }

  bool allows_tf32(bool conv) override {
    return conv ? conv_allows_tf32() : matmul_allows_tf32();
  }
  void set_allows_tf32(bool conv, bool allow) override {
    conv ? set_conv_allows_tf32(allow) : set_matmul_allows_tf32(allow);
  }
  bool conv_benchmark() override { return cuda::conv_benchmark(); }
  void set_conv_benchmark(bool value) override {
    cuda::set_conv_benchmark(value);
  }
  bool conv_deterministic() override { return cuda::conv_deterministic(); }
  void set_conv_deterministic(bool value) override {
    cuda::set_conv_deterministic(value);
  }

  std::unique_ptr<CudaGraph> new_graph() override {
    return std::make_unique<Graph>();
  }
};

// Objects of static lifetime elsewhere may use these to the end.
const bool registered = [] {
  register_backend(DeviceType::kCuda, new CudaBackend);
  register_cuda_api(new Api);
  return true;
}();

}  // namespace
}  // namespace cresset::internal::cuda
