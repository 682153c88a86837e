// The bytes behind one or more tensors.

#ifndef CRESSET_TENSOR_CORE_STORAGE_H_
#define CRESSET_TENSOR_CORE_STORAGE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "cresset/tensor/base/device.h"
#include "cresset/tensor/core/allocator.h"
#include "cresset/tensor/core/ref.h"

namespace cresset {

/// A block of device memory, shared by all tensors that view it. The version
/// counts in-place changes, so that backward notices a saved tensor that has
/// changed since.
class Storage : public internal::RefCounted {
 public:
  /// Uninitialised memory from the device's allocator.
  Storage(size_t bytes, Device device);

  /// Foreign memory, kept alive by `owner`: a mapped file, a user's array.
  Storage(void* data, size_t bytes, Device device, std::shared_ptr<void> owner);

  ~Storage() override;

  void* data() const { return data_; }
  size_t nbytes() const { return nbytes_; }
  Device device() const { return device_; }
  /// Whether the memory is the library's own, seen through tensors alone.
  bool is_owned() const { return allocator_ != nullptr; }

  uint32_t version() const { return version_.load(std::memory_order_relaxed); }
  void bump_version() { version_.fetch_add(1, std::memory_order_relaxed); }

 private:
  void* data_ = nullptr;
  size_t nbytes_ = 0;
  Device device_;
  std::atomic<uint32_t> version_{0};
  Allocator* allocator_ = nullptr;
  std::shared_ptr<void> owner_;
};

using StoragePtr = internal::Ref<Storage>;

}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_STORAGE_H_
