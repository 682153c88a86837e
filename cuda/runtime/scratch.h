// Device memory that lives for one op: workspaces, small tables.

#ifndef CRESSET_CUDA_RUNTIME_SCRATCH_H_
#define CRESSET_CUDA_RUNTIME_SCRATCH_H_

#include <cstdint>
#include <span>

#include "cresset/tensor/core/tensor.h"

namespace cresset::internal::cuda {

// Uninitialised bytes from the device's allocator. They may be dropped as soon
// as the work that uses them is in the current stream: the allocator hands
// memory on in stream order.
class Scratch {
 public:
  Scratch(Device device, size_t bytes);

  template <class T>
  T* as() const {
    return static_cast<T*>(storage_->data());
  }

 private:
  StoragePtr storage_;
};

// A table of the host in device memory, copied in stream order; `table` may
// change as soon as this returns.
Scratch upload(Device device, const void* table, size_t bytes);
template <class T>
Scratch upload(Device device, std::span<const T> table) {
  return upload(device, table.data(), table.size_bytes());
}

// Bytes of device memory on the host. Waits for the current stream.
void download(Device device, const void* from, void* to, size_t bytes);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_SCRATCH_H_
