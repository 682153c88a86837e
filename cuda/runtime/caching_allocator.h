// The device's memory, kept for reuse.
//
// Memory that a tensor gives up serves the next request on the same stream at
// once, without waiting: the stream's order keeps the old use before the new.
// A tensor that another stream uses too must be named by record_stream(); its
// memory then waits for the point where that stream was when it was given up.
//
// CRESSET_CUDA_NO_CACHING=1 makes every block a cudaMallocAsync of its own, for
// memory checkers; memory of graphs is still kept.
//
// Threads: all functions may be called from any thread.

#ifndef CRESSET_CUDA_RUNTIME_CACHING_ALLOCATOR_H_
#define CRESSET_CUDA_RUNTIME_CACHING_ALLOCATOR_H_

#include <cuda_runtime_api.h>

#include <limits>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "cresset/cuda/cuda.h"
#include "cresset/cuda/runtime/memory_pool.h"
#include "cresset/tensor/core/allocator.h"

namespace cresset::internal::cuda {

class CachingAllocator final : public Allocator {
 public:
  CachingAllocator(Device device, bool is_caching)
      : device_(device), is_caching_(is_caching) {}

  void* allocate(size_t bytes) override;
  void deallocate(void* data, size_t bytes) noexcept override;
  void empty_cache() override;

  // `data` is what allocate() returned; other addresses are ignored.
  void record_stream(void* data, cudaStream_t stream);

  cresset::cuda::MemoryStats stats();
  void reset_peak_stats();

  // cudaMalloc may not give more than this many bytes in all.
  void set_limit(size_t bytes);

  // A pool for a graph, and its end. Blocks that are still in use then go
  // when their tensors do.
  MemoryPool* new_pool();
  void close_pool(MemoryPool* pool) noexcept;

 private:
  Block* new_segment(MemoryPool& pool, size_t size, cudaStream_t stream,
                     bool captured);
  cudaError_t get_segment(size_t bytes, bool exact, cudaStream_t stream,
                          void** data);
  [[noreturn]] void throw_out_of_memory(size_t bytes);
  void drop(Block* block) noexcept;
  void reclaim(bool wait) noexcept;
  void release_all() noexcept;
  void release_closed_pools() noexcept;
  void free_segment(Block* segment) noexcept;

  const Device device_;
  const bool is_caching_;
  std::mutex mutex_;
  MemoryPool shared_;
  std::vector<std::unique_ptr<MemoryPool>> graph_pools_;
  std::unordered_map<void*, Block*> used_;
  std::vector<Block*> waiting_;  // dropped, but another stream may read them
  size_t limit_ = std::numeric_limits<size_t>::max();
  cresset::cuda::MemoryStats stats_;
};

// The allocator of a device, made at first use.
// Errors: kDevice, saying what is missing, if there is no such device.
CachingAllocator& caching_allocator(Device device);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_CACHING_ALLOCATOR_H_
