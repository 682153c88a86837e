// pool_allocate and pool_deallocate.

#include <algorithm>
#include <new>

#include "cresset/tensor/core/allocator.h"
#include "cresset/tensor/core/free_lists.h"

namespace cresset::internal {
namespace {

constexpr size_t kStep = 16;
constexpr size_t kLargest = 512;
constexpr int kClasses = kLargest / kStep;
// A thread keeps up to this many bytes of each size.
constexpr size_t kKeptBytes = size_t{128} << 10;

constinit thread_local FreeLists<kClasses> lists;

constexpr int class_of(size_t bytes) {
  return bytes == 0 ? 0 : static_cast<int>((bytes - 1) / kStep);
}
constexpr size_t class_size(int index) { return (index + 1) * kStep; }

// Empties the lists when its thread ends.
struct AtThreadExit {
  AtThreadExit() { lists.state = ListState::kOpen; }
  ~AtThreadExit() {
    lists.state = ListState::kClosed;
    for (int i = 0; i < kClasses; ++i) {
      while (void* const block = lists.take(i)) ::operator delete(block);
    }
  }
};

bool may_keep() {
  if (lists.state == ListState::kOpen) return true;
  if (lists.state == ListState::kClosed) return false;
  static thread_local const AtThreadExit at_thread_exit;
  return true;
}

}  // namespace

void* pool_allocate(size_t bytes) {
  if (!kReuseMemory || bytes > kLargest) return ::operator new(bytes);
  const int index = class_of(bytes);
  if (void* const block = lists.take(index)) return block;
  return ::operator new(class_size(index));
}

void pool_deallocate(void* object, size_t bytes) noexcept {
  if (object == nullptr) return;
  if (!kReuseMemory || bytes > kLargest) return ::operator delete(object);
  const int index = class_of(bytes);
  if (lists.count[index] < static_cast<int>(kKeptBytes / class_size(index)) &&
      may_keep()) {
    return lists.keep(index, object);
  }
  ::operator delete(object);
}

}  // namespace cresset::internal
