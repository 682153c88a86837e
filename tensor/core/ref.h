// Intrusive reference counting: one pointer wide, no control block.

#ifndef CRESSET_TENSOR_CORE_REF_H_
#define CRESSET_TENSOR_CORE_REF_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "cresset/tensor/core/allocator.h"

namespace cresset::internal {

// Base of counted objects. They live in the library's small-object pool.
class RefCounted {
 public:
  RefCounted() = default;
  RefCounted(const RefCounted&) = delete;
  RefCounted& operator=(const RefCounted&) = delete;

  void retain() const { count_.fetch_add(1, std::memory_order_relaxed); }
  void release() const {
    if (count_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      const_cast<RefCounted*>(this)->destroy();
    }
  }
  uint32_t use_count() const { return count_.load(std::memory_order_acquire); }

  static void* operator new(size_t bytes) { return pool_allocate(bytes); }
  static void operator delete(void* object, size_t bytes) {
    pool_deallocate(object, bytes);
  }

 protected:
  virtual ~RefCounted() = default;

  // What happens when the last reference goes; graph nodes queue themselves.
  virtual void destroy() { delete this; }

 private:
  mutable std::atomic<uint32_t> count_{0};
};

template <class T>
class Ref {
 public:
  Ref() = default;
  Ref(std::nullptr_t) {}  // NOLINT
  explicit Ref(T* object) : object_(object) {
    if (object_ != nullptr) object_->retain();
  }
  Ref(const Ref& other) : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(const Ref& other) {
    Ref(other).swap(*this);
    return *this;
  }
  Ref& operator=(Ref&& other) noexcept {
    Ref(std::move(other)).swap(*this);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) object_->release();
  }

  void swap(Ref& other) noexcept { std::swap(object_, other.object_); }
  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }
  friend bool operator==(const Ref& a, const Ref& b) {
    return a.object_ == b.object_;
  }

 private:
  T* object_ = nullptr;
};

template <class T, class... Args>
Ref<T> make_ref(Args&&... args) {
  return Ref<T>(new T(std::forward<Args>(args)...));
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_REF_H_
