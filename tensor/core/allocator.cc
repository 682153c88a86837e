// The host allocator, in two tiers: small blocks lie in free lists of each
// thread, large ones in one cache of the process.

#include "cresset/tensor/core/allocator.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/block_cache.h"
#include "cresset/tensor/core/free_lists.h"

namespace cresset {
namespace {

using internal::kReuseMemory;
using internal::ListState;

constexpr size_t kLargestSmall = size_t{32} << 10;
constexpr size_t kLargestRequest = size_t{1} << 46;
// A thread keeps up to this many bytes of each small size.
constexpr size_t kKeptBytes = size_t{256} << 10;
// A thread's count of bytes in use may stay this far from the shared one.
constexpr int64_t kCountSlack = int64_t{64} << 10;

// Small sizes: multiples of 64 up to 512, then eight steps an octave.
constexpr int kSmallClasses = 8 + 8 * 6;

int small_class(size_t bytes) {
  if (bytes <= 512) return static_cast<int>((bytes - 1) / 64);
  const int octave = std::bit_width(bytes - 1) - 1;  // 9 .. 14
  return 8 + (octave - 9) * 8 +
         static_cast<int>(((bytes - 1) >> (octave - 3)) & 7);
}

constexpr size_t small_size(int index) {
  if (index < 8) return (static_cast<size_t>(index) + 1) * 64;
  const int octave = 9 + (index - 8) / 8;
  return (static_cast<size_t>(9 + (index - 8) % 8)) << (octave - 3);
}
static_assert(small_size(kSmallClasses - 1) == kLargestSmall);

// One thread's small blocks and its part of the count of bytes in use. The
// counts are atomic for cpu_memory_stats() of another thread; only their owner
// writes them.
struct ThreadCache {
  internal::FreeLists<kSmallClasses> lists;
  std::atomic<int64_t> in_use{0};  // not yet in Shared::in_use
  std::atomic<int64_t> kept{0};    // bytes in `lists`
  ThreadCache* next = nullptr;     // list of all threads' caches
  ThreadCache* previous = nullptr;
};

constinit thread_local ThreadCache cache;

void add(std::atomic<int64_t>& own_count, int64_t change) {
  own_count.store(own_count.load(std::memory_order_relaxed) + change,
                  std::memory_order_relaxed);
}

// What threads share. Never destroyed: tensors of static lifetime may be freed
// after any destructor of ours.
struct Shared {
  std::mutex mutex;
  internal::BlockCache blocks;
  size_t limit = 0;  // of `blocks`, in bytes
  ThreadCache* threads = nullptr;
  std::atomic<int64_t> in_use{0};
  std::atomic<int64_t> peak{0};
};

size_t cache_limit() {
  if (const char* wish = std::getenv("CRESSET_CPU_CACHE_MB");
      wish != nullptr && *wish != '\0') {
    size_t megabytes = 0;
    const char* const end = wish + std::strlen(wish);
    const auto [stop, code] = std::from_chars(wish, end, megabytes);
    CRESSET_CHECK(
        code == std::errc() && stop == end && megabytes < (size_t{1} << 40),
        kValue, "CRESSET_CPU_CACHE_MB: expected a whole number; got '", wish,
        "'");
    return megabytes << 20;
  }
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page = sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0) return size_t{1} << 30;
  return static_cast<size_t>(pages) / 4 * static_cast<size_t>(page);
}

// For the fork handlers: the instance, and what threads other than the forking
// one had in use.
Shared* at_fork = nullptr;
int64_t in_use_elsewhere = 0;

// A forked child must not find the mutex held by a thread that it does not
// have, nor caches of such threads, whose memory may serve a new thread.
void before_fork() {
  at_fork->mutex.lock();
  in_use_elsewhere = 0;
  for (const ThreadCache* c = at_fork->threads; c != nullptr; c = c->next) {
    if (c != &cache) in_use_elsewhere += c->in_use.load();
  }
}

void after_fork() { at_fork->mutex.unlock(); }

void after_fork_in_child() {
  at_fork->in_use += in_use_elsewhere;
  at_fork->threads = cache.lists.state == ListState::kOpen ? &cache : nullptr;
  cache.next = cache.previous = nullptr;
  at_fork->mutex.unlock();
}

Shared& shared() {
  static Shared* const instance = [] {
    const size_t limit = cache_limit();
    Shared* const made = new Shared;
    made->limit = limit;
    at_fork = made;
    pthread_atfork(before_fork, after_fork, after_fork_in_child);
    return made;
  }();
  return *instance;
}

void raise_peak(Shared& all, int64_t in_use) {
  int64_t peak = all.peak.load(std::memory_order_relaxed);
  while (in_use > peak && !all.peak.compare_exchange_weak(
                              peak, in_use, std::memory_order_relaxed)) {
  }
}

// Moves a thread's count into the shared one.
void flush_count(Shared& all, int64_t change) {
  const int64_t before = all.in_use.fetch_add(change);
  raise_peak(all, before + change);
}

void count_large(int64_t change) { flush_count(shared(), change); }

void count_small(int64_t change) {
  // A closed cache is no longer in the list that the statistics add up.
  if (cache.lists.state != ListState::kOpen) return count_large(change);
  const int64_t own = cache.in_use.load(std::memory_order_relaxed) + change;
  if (own > kCountSlack || own < -kCountSlack) [[unlikely]] {
    cache.in_use.store(0, std::memory_order_relaxed);
    flush_count(shared(), own);
  } else {
    cache.in_use.store(own, std::memory_order_relaxed);
  }
}

void release_lists() noexcept {
  for (int i = 0; i < kSmallClasses; ++i) {
    while (void* const block = cache.lists.take(i)) {
      internal::system_deallocate(block, small_size(i));
    }
  }
  cache.kept.store(0, std::memory_order_relaxed);
}

// Puts a thread's cache in the list of caches, and empties it at thread exit.
struct Registration {
  Registration() {
    Shared& all = shared();
    const std::lock_guard<std::mutex> lock(all.mutex);
    cache.next = all.threads;
    if (cache.next != nullptr) cache.next->previous = &cache;
    all.threads = &cache;
    cache.lists.state = ListState::kOpen;
  }
  ~Registration() {
    release_lists();
    Shared& all = shared();
    const std::lock_guard<std::mutex> lock(all.mutex);
    cache.lists.state = ListState::kClosed;
    flush_count(all, cache.in_use.exchange(0));
    (cache.previous != nullptr ? cache.previous->next : all.threads) =
        cache.next;
    if (cache.next != nullptr) cache.next->previous = cache.previous;
  }
};

bool may_keep() {
  if (cache.lists.state == ListState::kOpen) return true;
  if (cache.lists.state == ListState::kClosed) return false;
  static thread_local const Registration registration;
  return true;
}

[[noreturn]] void refuse(size_t bytes) {
  internal::throw_error(
      ErrorCode::kValue,
      internal::concat("cpu allocator: a request must fit in free memory; got "
                       "one of ",
                       bytes, " bytes"));
}

// Memory from the system; gives up what is kept if that makes room.
void* fresh(size_t size) {
  if (void* const block = internal::system_allocate(size)) return block;
  cpu_allocator().empty_cache();
  if (void* const block = internal::system_allocate(size)) return block;
  refuse(size);
}

class CpuAllocator final : public Allocator {
 public:
  void* allocate(size_t bytes) override {
    if (bytes == 0) return nullptr;
    if (kReuseMemory && bytes <= kLargestSmall) [[likely]] {
      const int index = small_class(bytes);
      may_keep();
      void* block = cache.lists.take(index);
      if (block != nullptr) [[likely]] {
        add(cache.kept, -static_cast<int64_t>(small_size(index)));
      } else {
        block = fresh(small_size(index));
      }
      count_small(static_cast<int64_t>(bytes));
      return block;
    }
    return allocate_large(bytes);
  }

  void deallocate(void* data, size_t bytes) noexcept override {
    if (data == nullptr || bytes == 0) return;
    if (kReuseMemory && bytes <= kLargestSmall) [[likely]] {
      const int index = small_class(bytes);
      const size_t size = small_size(index);
      const bool room =
          cache.lists.count[index] < static_cast<int>(kKeptBytes / size);
      if (may_keep() && room) [[likely]] {
        cache.lists.keep(index, data);
        add(cache.kept, static_cast<int64_t>(size));
      } else {
        internal::system_deallocate(data, size);
      }
      count_small(-static_cast<int64_t>(bytes));
      return;
    }
    deallocate_large(data, bytes);
  }

  void empty_cache() override {
    release_lists();
    Shared& all = shared();
    const std::lock_guard<std::mutex> lock(all.mutex);
    all.blocks.clear();
  }

 private:
  static void* allocate_large(size_t bytes) {
    if (bytes > kLargestRequest) refuse(bytes);
    if (!kReuseMemory) {
      // Exact sizes and plain heap blocks, whose ends sanitizers watch.
      void* block = nullptr;
      if (posix_memalign(&block, 64, bytes) != 0) refuse(bytes);
      count_large(static_cast<int64_t>(bytes));
      return block;
    }
    const size_t size = internal::rounded_block_size(bytes);
    Shared& all = shared();
    void* block = nullptr;
    {
      const std::lock_guard<std::mutex> lock(all.mutex);
      block = all.blocks.take(size);
    }
    if (block == nullptr) block = fresh(size);
    count_large(static_cast<int64_t>(bytes));
    return block;
  }

  static void deallocate_large(void* data, size_t bytes) noexcept {
    count_large(-static_cast<int64_t>(bytes));
    if (!kReuseMemory) return std::free(data);
    const size_t size = internal::rounded_block_size(bytes);
    Shared& all = shared();
    const std::lock_guard<std::mutex> lock(all.mutex);
    if (size > all.limit) {
      internal::system_deallocate(data, size);
    } else {
      all.blocks.keep(data, size, all.limit);
    }
  }
};

}  // namespace

Allocator& cpu_allocator() {
  static CpuAllocator* const instance = new CpuAllocator;
  return *instance;
}

MemoryStats cpu_memory_stats() {
  Shared& all = shared();
  const std::lock_guard<std::mutex> lock(all.mutex);
  MemoryStats stats;
  stats.allocated = all.in_use.load();
  stats.cached = static_cast<int64_t>(all.blocks.bytes());
  for (const ThreadCache* thread = all.threads; thread != nullptr;
       thread = thread->next) {
    stats.allocated += thread->in_use.load(std::memory_order_relaxed);
    stats.cached += thread->kept.load(std::memory_order_relaxed);
  }
  raise_peak(all, stats.allocated);
  stats.peak_allocated = all.peak.load();
  return stats;
}

}  // namespace cresset
