// What cuda.h asks of the backend, which fills the hook when it is linked.

#ifndef CRESSET_CUDA_API_H_
#define CRESSET_CUDA_API_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cresset/cuda/cuda.h"

namespace cresset::internal {

class CudaGraph {
 public:
  virtual ~CudaGraph() = default;
  virtual void begin(Device device) = 0;
  virtual void end() = 0;
  virtual void cancel() noexcept = 0;
  virtual void replay() = 0;
};

// Streams and events are the runtime's handles.
class CudaApi {
 public:
  virtual ~CudaApi() = default;

  virtual void check(Device device) = 0;
  virtual cuda::DeviceProperties properties(Device device) = 0;

  virtual void* new_stream(Device device, int priority) = 0;
  virtual void* current_stream(Device device) = 0;
  virtual void set_current_stream(Device device, void* stream) = 0;
  virtual void wait_for_stream(Device device, void* stream) = 0;
  virtual bool stream_is_done(Device device, void* stream) = 0;
  virtual void stream_waits(Device device, void* stream, void* event) = 0;
  virtual void record_stream(const Tensor& x, void* stream) = 0;

  virtual void* new_event(Device device, bool timing) = 0;
  virtual void delete_event(void* event) noexcept = 0;
  virtual void record_event(Device device, void* event, void* stream) = 0;
  virtual bool event_is_done(void* event) = 0;
  virtual void wait_for_event(Device device, void* event) = 0;
  virtual double elapsed_time(void* begin, void* end) = 0;

  virtual cuda::MemoryStats memory_stats(Device device) = 0;
  virtual void reset_peak_memory_stats(Device device) = 0;
  virtual std::pair<size_t, size_t> mem_get_info(Device device) = 0;
  virtual void set_memory_limit(Device device, size_t bytes) = 0;
  virtual cuda::HostMemoryStats host_memory_stats() = 0;
  virtual void reset_peak_host_memory_stats() = 0;
  virtual void empty_host_cache() = 0;
  virtual Tensor pinned_empty(IntSpan shape, IntSpan strides, Dtype dtype) = 0;
  virtual bool is_pinned(const void* data) = 0;
  // Of this thread; returns the setting before.
  virtual bool set_copies_without_waiting(bool value) = 0;

  virtual void manual_seed(Device device, uint64_t seed) = 0;
  virtual uint64_t initial_seed(Device device) = 0;
  // Seed and offset.
  virtual std::pair<uint64_t, uint64_t> random_state(Device device) = 0;
  virtual void set_random_state(Device device, uint64_t seed,
                                uint64_t offset) = 0;

  virtual bool allows_tf32(bool conv) = 0;
  virtual void set_allows_tf32(bool conv, bool allow) = 0;
  virtual bool conv_benchmark() = 0;
  virtual void set_conv_benchmark(bool value) = 0;
  virtual bool conv_deterministic() = 0;
  virtual void set_conv_deterministic(bool value) = 0;

  virtual std::unique_ptr<CudaGraph> new_graph() = 0;
};

// Called during static initialisation of the backend's library.
void register_cuda_api(CudaApi* api);

}  // namespace cresset::internal

#endif  // CRESSET_CUDA_API_H_
