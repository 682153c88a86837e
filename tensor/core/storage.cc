#include "cresset/tensor/core/storage.h"

#include <utility>

#include "cresset/tensor/core/lost_memory.h"

namespace cresset {

Storage::Storage(size_t bytes, Device device)
    : nbytes_(bytes), device_(device) {
  internal::check_lost_memory();
  if (device.is_meta()) return;
  allocator_ = &allocator_of(device);
  data_ = allocator_->allocate(bytes);
}

Storage::Storage(void* data, size_t bytes, Device device,
                 std::shared_ptr<void> owner)
    : data_(data), nbytes_(bytes), device_(device), owner_(std::move(owner)) {}

Storage::~Storage() {
  if (allocator_ != nullptr) allocator_->deallocate(data_, nbytes_);
}

}  // namespace cresset
