#include "cresset/cuda/runtime/pinned.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "cresset/cuda/runtime/capture.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/device.h"
#include "cresset/cuda/runtime/event.h"

namespace cresset::internal::cuda {
namespace {

constexpr size_t kLeast = 512;
constexpr size_t kStep = size_t{2} << 20;

// Powers of two up to 2 MiB, then multiples of it.
size_t rounded(size_t bytes) {
  if (bytes <= kStep) return std::bit_ceil(std::max(bytes, kLeast));
  return (bytes + kStep - 1) / kStep * kStep;
}

struct HostBlock {
  char* data = nullptr;
  size_t size = 0;
  int holds = 0;            // by graphs
  bool is_dropped = false;  // by its owner
  std::vector<std::pair<Device, cudaStream_t>> used_by;
  Marks marks;
};

thread_local bool without_waiting = false;

class HostMemory {
 public:
  void* allocate(size_t bytes);
  void deallocate(void* data) noexcept;
  bool contains(const void* data);
  void record(const void* data, Device device, cudaStream_t stream);
  void hold(Capture& capture, const void* data);
  void release(const void* data) noexcept;
  void empty_cache();
  cresset::cuda::HostMemoryStats stats();
  void reset_peak_stats();

 private:
  HostBlock* find(const void* data);
  void reclaim(bool wait) noexcept;
  void make_free(HostBlock* block);

  std::mutex mutex_;
  std::map<const char*, HostBlock*, std::less<>> used_;  // by address
  std::multimap<size_t, HostBlock*> free_;               // by size
  std::vector<HostBlock*> waiting_;
  cresset::cuda::HostMemoryStats stats_;
};

std::atomic<int64_t> blocks_in_use{0};

HostMemory& memory() {
  static HostMemory* const instance = new HostMemory;
  return *instance;
}

void* HostMemory::allocate(size_t bytes) {
  CRESSET_CHECK(device_count() != 0, kDevice,
                "pinned memory: CUDA is not available: ", why_no_device());
  const size_t size = rounded(bytes);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!any_capture()) reclaim(false);
  HostBlock* block = nullptr;
  const auto place = free_.lower_bound(size);
  // A block that is much too large is left to those who need it.
  if (place != free_.end() && place->first <= size + size / 4) {
    block = place->second;
    free_.erase(place);
  } else {
    const RelaxedCapture relaxed;
    void* data = nullptr;
    CRESSET_CUDA_CHECK(cudaHostAlloc(&data, size, cudaHostAllocPortable), size,
                       " bytes of page-locked memory");
    block = new HostBlock;
    block->data = static_cast<char*>(data);
    block->size = size;
    stats_.reserved += static_cast<int64_t>(size);
    stats_.peak_reserved = std::max(stats_.peak_reserved, stats_.reserved);
  }
  stats_.allocated += static_cast<int64_t>(block->size);
  stats_.peak_allocated = std::max(stats_.peak_allocated, stats_.allocated);
  block->is_dropped = false;
  used_.emplace(block->data, block);
  ++blocks_in_use;
  return block->data;
}

HostBlock* HostMemory::find(const void* data) {
  const char* const address = static_cast<const char*>(data);
  auto place = used_.upper_bound(address);
  if (place == used_.begin()) return nullptr;
  HostBlock* const block = (--place)->second;
  return address < block->data + block->size ? block : nullptr;
}

void HostMemory::deallocate(void* data) noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  HostBlock* const block = find(data);
  block->is_dropped = true;
  if (block->holds != 0) return;
  used_.erase(block->data);
  --blocks_in_use;
  if (block->used_by.empty()) return make_free(block);
  // While a graph is captured marks cannot be set; reclaim() sets them then.
  if (!any_capture()) {
    for (const auto& [device, stream] : block->used_by) {
      block->marks.add(device, stream);
    }
    block->used_by.clear();
  }
  waiting_.push_back(block);
}

void HostMemory::make_free(HostBlock* block) {
  free_.emplace(block->size, block);
  stats_.allocated -= static_cast<int64_t>(block->size);
}

void HostMemory::reclaim(bool wait) noexcept {
  std::erase_if(waiting_, [&](HostBlock* block) {
    for (const auto& [device, stream] : block->used_by) {
      block->marks.add(device, stream);
    }
    block->used_by.clear();
    if (wait) block->marks.wait();
    if (!block->marks.passed()) return false;
    make_free(block);
    return true;
  });
}

bool HostMemory::contains(const void* data) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return find(data) != nullptr;
}

void HostMemory::record(const void* data, Device device, cudaStream_t stream) {
  const std::lock_guard<std::mutex> lock(mutex_);
  HostBlock* const block = find(data);
  if (block == nullptr) return;
  const std::pair use(device, stream);
  if (std::find(block->used_by.begin(), block->used_by.end(), use) ==
      block->used_by.end()) {
    block->used_by.push_back(use);
  }
}

void HostMemory::hold(Capture& capture, const void* data) {
  const std::lock_guard<std::mutex> lock(mutex_);
  HostBlock* const block = find(data);
  if (block == nullptr) return;
  ++block->holds;
  capture.pinned.push_back(block->data);
}

void HostMemory::release(const void* data) noexcept {
  void* dropped = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    HostBlock* const block = find(data);
    if (--block->holds == 0 && block->is_dropped) dropped = block->data;
  }
  if (dropped != nullptr) deallocate(dropped);
}

void HostMemory::empty_cache() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (any_capture()) return;
  reclaim(true);
  while (!free_.empty()) {
    const auto [size, block] = *free_.begin();
    CRESSET_CUDA_CHECK(cudaFreeHost(block->data), size, " bytes");
    free_.erase(free_.begin());
    stats_.reserved -= static_cast<int64_t>(size);
    delete block;
  }
}

cresset::cuda::HostMemoryStats HostMemory::stats() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!any_capture()) reclaim(false);
  return stats_;
}

void HostMemory::reset_peak_stats() {
  const std::lock_guard<std::mutex> lock(mutex_);
  stats_.peak_allocated = stats_.allocated;
  stats_.peak_reserved = stats_.reserved;
}

}  // namespace

std::shared_ptr<void> pinned_memory(size_t bytes) {
  if (bytes == 0) return nullptr;
  return {memory().allocate(bytes),
          [](void* data) { memory().deallocate(data); }};
}

bool is_pinned(const void* data) {
  if (blocks_in_use.load(std::memory_order_relaxed) == 0) return false;
  return memory().contains(data);
}

void record_host_use(const void* data, Device device, cudaStream_t stream) {
  Capture* const capture = capture_on(device);
  if (capture != nullptr && capture->stream == stream) {
    memory().hold(*capture, data);
  } else {
    memory().record(data, device, stream);
  }
}

void release_host_use(const void* data) noexcept { memory().release(data); }

bool copies_without_waiting() { return without_waiting; }
bool set_copies_without_waiting(bool value) {
  return std::exchange(without_waiting, value);
}

void empty_pinned_cache() { memory().empty_cache(); }
cresset::cuda::HostMemoryStats pinned_stats() { return memory().stats(); }
void reset_peak_pinned_stats() { memory().reset_peak_stats(); }

}  // namespace cresset::internal::cuda
