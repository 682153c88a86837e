// Free lists of one thread: freed small blocks by size class, newest first.
//
// The lists are plain data, so that a thread_local of them needs no guard and
// may be used at any moment of a thread's life, even while its other
// thread_local objects are destroyed. What empties them at thread exit is up to
// the owner.

#ifndef CRESSET_TENSOR_CORE_FREE_LISTS_H_
#define CRESSET_TENSOR_CORE_FREE_LISTS_H_

#include <cstddef>

namespace cresset::internal {

// Sanitizers find overruns and uses after free only in memory that comes from
// them and goes back to them.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kReuseMemory = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
inline constexpr bool kReuseMemory = false;
#else
inline constexpr bool kReuseMemory = true;
#endif
#else
inline constexpr bool kReuseMemory = true;
#endif

// What a thread may do with its lists.
enum class ListState : unsigned char {
  kNew,     // nothing kept yet, and nothing arranged for thread exit
  kOpen,    // in use
  kClosed,  // the thread is ending: keep nothing more
};

template <int kClasses>
struct FreeLists {
  struct Node {
    Node* next;
  };

  Node* head[kClasses] = {};
  int count[kClasses] = {};
  ListState state = ListState::kNew;

  // The newest block of a class, or nullptr.
  void* take(int index) {
    Node* const node = head[index];
    if (node == nullptr) return nullptr;
    head[index] = node->next;
    --count[index];
    return node;
  }

  void keep(int index, void* block) noexcept {
    Node* const node = static_cast<Node*>(block);
    node->next = head[index];
    head[index] = node;
    ++count[index];
  }
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_FREE_LISTS_H_
