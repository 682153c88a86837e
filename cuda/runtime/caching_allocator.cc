#include "cresset/cuda/runtime/caching_allocator.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "cresset/cuda/runtime/capture.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/device.h"
#include "cresset/cuda/runtime/stream.h"

namespace cresset::internal::cuda {
namespace {

// "1.50 GiB".
std::string in_words(size_t bytes) {
  const char* const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  for (; value >= 1024 && unit < 5; ++unit) value /= 1024;
  char text[48];
  std::snprintf(text, sizeof(text), unit == 0 ? "%.0f %s" : "%.2f %s", value,
                units[unit]);
  return text;
}

void add(int64_t& value, int64_t& peak, size_t change) {
  value += static_cast<int64_t>(change);
  peak = std::max(peak, value);
}

bool wants_caching() {
  const char* const wish = std::getenv("CRESSET_CUDA_NO_CACHING");
  return wish == nullptr || *wish == '\0' || std::string_view(wish) == "0";
}

}  // namespace

void* CachingAllocator::allocate(size_t bytes) {
  if (bytes == 0) return nullptr;
  if (bytes > std::numeric_limits<size_t>::max() / 4)
    throw_out_of_memory(bytes);
  const size_t size = rounded_request(bytes);
  const cudaStream_t stream = current_stream(device_);
  Capture* const capture = capture_on(device_);
  MemoryPool& pool = capture != nullptr ? *capture->pool : shared_;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!waiting_.empty() && !any_capture()) reclaim(false);
  Block* block = pool.for_size(size).take(size, stream);
  if (block == nullptr) {
    // Without caching a segment is as long as asked for, to the byte.
    const bool exact = !is_caching_ && capture == nullptr;
    block = new_segment(pool, exact ? bytes : size, stream, capture != nullptr);
  }
  used_.emplace(block->data, block);
  ++stats_.allocations;
  add(stats_.allocated, stats_.peak_allocated, block->size);
  return block->data;
}

Block* CachingAllocator::new_segment(MemoryPool& pool, size_t size,
                                     cudaStream_t stream, bool captured) {
  const bool exact = !is_caching_ && !captured;
  const size_t bytes = exact ? size : segment_size(size);
  void* data = nullptr;
  cudaError_t status = get_segment(bytes, exact, stream, &data);
  if (status == cudaErrorMemoryAllocation && !any_capture()) {
    ++stats_.retries;
    release_all();
    status = get_segment(bytes, exact, stream, &data);
  }
  if (status == cudaErrorMemoryAllocation) {
    ++stats_.out_of_memory;
    throw_out_of_memory(size);
  }
  CRESSET_CUDA_CHECK(status, "cudaMalloc of ", bytes, " bytes on ", device_);
  ++pool.segments;
  ++stats_.segments;
  add(stats_.reserved, stats_.peak_reserved, bytes);
  return pool.for_size(size).take_from(static_cast<char*>(data), bytes, size,
                                       stream);
}

cudaError_t CachingAllocator::get_segment(size_t bytes, bool exact,
                                          cudaStream_t stream, void** data) {
  if (static_cast<size_t>(stats_.reserved) + bytes > limit_) {
    return cudaErrorMemoryAllocation;
  }
  use_device(device_);
  const RelaxedCapture relaxed;
  const cudaError_t status =
      exact ? cudaMallocAsync(data, bytes, stream) : cudaMalloc(data, bytes);
  if (status != cudaSuccess) cudaGetLastError();
  return status;
}

void CachingAllocator::throw_out_of_memory(size_t bytes) {
  size_t free = 0, total = 0;
  use_device(device_);
  if (cudaMemGetInfo(&free, &total) != cudaSuccess) cudaGetLastError();
  const auto allocated = static_cast<size_t>(stats_.allocated);
  const auto cached = static_cast<size_t>(stats_.reserved) - allocated;
  const bool limited = limit_ != std::numeric_limits<size_t>::max();
  throw_error(
      ErrorCode::kValue,
      concat(device_, ": CUDA out of memory. Tried to allocate ",
             in_words(bytes), " (", bytes, " bytes); the GPU has ",
             in_words(total), " in all, of which ", in_words(free),
             " are free; this program's tensors hold ", in_words(allocated),
             ", ", in_words(cached), " are cached for reuse",
             limited ? concat(", and it may use ", in_words(limit_)) : "",
             "; free tensors, use smaller batches or a smaller dtype",
             cached > allocated ? ", or call cuda::empty_cache()" : ""));
}

void CachingAllocator::deallocate(void* data, size_t) noexcept {
  if (data == nullptr) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto place = used_.find(data);
  if (place == used_.end()) return;
  Block* const block = place->second;
  used_.erase(place);
  stats_.allocated -= static_cast<int64_t>(block->size);
  // While a graph is captured marks cannot be set, nor memory freed;
  // reclaim() does both later.
  const bool captures = any_capture();
  const bool frees = !is_caching_ && block->home->owner() == &shared_;
  if (block->used_by.empty() && !(captures && frees)) return drop(block);
  if (!captures) {
    for (cudaStream_t stream : block->used_by) {
      block->marks.add(device_, stream);
    }
    block->used_by.clear();
  }
  waiting_.push_back(block);
}

// Makes a block that no stream uses free.
void CachingAllocator::drop(Block* block) noexcept {
  MemoryPool& pool = *block->home->owner();
  if (is_caching_ || &pool != &shared_) return block->home->give(block);
  free_segment(block);
}

// Frees blocks whose other streams have passed their marks.
void CachingAllocator::reclaim(bool wait) noexcept {
  std::erase_if(waiting_, [&](Block* block) {
    for (cudaStream_t stream : block->used_by) {
      block->marks.add(device_, stream);
    }
    block->used_by.clear();
    if (wait) block->marks.wait();
    if (!block->marks.passed()) return false;
    drop(block);
    return true;
  });
}

// Gives a segment back to the driver, in the order of the stream without
// caching, else when all work of the device is done. After the end of main()
// the runtime may be gone, and the memory with it.
void CachingAllocator::free_segment(Block* segment) noexcept {
  const bool exact = !is_caching_ && segment->home->owner() == &shared_;
  const cudaError_t status = exact
                                 ? cudaFreeAsync(segment->data, segment->stream)
                                 : cudaFree(segment->data);
  if (status != cudaSuccess) cudaGetLastError();
  stats_.reserved -= static_cast<int64_t>(segment->size);
  --stats_.segments;
  --segment->home->owner()->segments;
  delete segment;
}

void CachingAllocator::release_all() noexcept {
  reclaim(true);
  for (Block* segment : shared_.release()) free_segment(segment);
  release_closed_pools();
}

void CachingAllocator::release_closed_pools() noexcept {
  for (const auto& pool : graph_pools_) {
    if (pool->is_open) continue;
    for (Block* segment : pool->release()) free_segment(segment);
  }
  std::erase_if(graph_pools_, [](const std::unique_ptr<MemoryPool>& pool) {
    return !pool->is_open && pool->segments == 0;
  });
}

void CachingAllocator::empty_cache() {
  check_not_captured(device_, "empty_cache");
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!any_capture()) release_all();
}

void CachingAllocator::record_stream(void* data, cudaStream_t stream) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto place = used_.find(data);
  if (place == used_.end() || place->second->stream == stream) return;
  std::vector<cudaStream_t>& users = place->second->used_by;
  if (std::find(users.begin(), users.end(), stream) == users.end()) {
    users.push_back(stream);
  }
}

cresset::cuda::MemoryStats CachingAllocator::stats() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return stats_;
}

void CachingAllocator::reset_peak_stats() {
  const std::lock_guard<std::mutex> lock(mutex_);
  stats_.peak_allocated = stats_.allocated;
  stats_.peak_reserved = stats_.reserved;
}

void CachingAllocator::set_limit(size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  limit_ = bytes;
}

MemoryPool* CachingAllocator::new_pool() {
  const std::lock_guard<std::mutex> lock(mutex_);
  graph_pools_.push_back(std::make_unique<MemoryPool>());
  return graph_pools_.back().get();
}

void CachingAllocator::close_pool(MemoryPool* pool) noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  pool->is_open = false;
  if (!any_capture()) release_closed_pools();
}

CachingAllocator& caching_allocator(Device device) {
  static std::once_flag made[std::numeric_limits<int8_t>::max()];
  static constinit CachingAllocator* all[std::numeric_limits<int8_t>::max()] =
      {};
  check_device(device);
  const auto index = static_cast<size_t>(device.index);
  std::call_once(made[index], [&] {
    // Never destroyed: tensors of static lifetime may outlive it.
    all[index] = new CachingAllocator(device, wants_caching());
  });
  return *all[index];
}

}  // namespace cresset::internal::cuda
