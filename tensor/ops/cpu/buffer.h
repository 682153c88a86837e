// Scratch memory of a kernel call, from the host allocator's cache.

#ifndef CRESSET_TENSOR_OPS_CPU_BUFFER_H_
#define CRESSET_TENSOR_OPS_CPU_BUFFER_H_

#include <cstddef>
#include <cstdint>

#include "cresset/tensor/core/allocator.h"

namespace cresset::internal {

// `count` uninitialised elements, at a multiple of 64 bytes.
template <class T>
class Buffer {
 public:
  explicit Buffer(int64_t count)
      : bytes_(static_cast<size_t>(count) * sizeof(T)),
        data_(static_cast<T*>(cpu_allocator().allocate(bytes_))) {}
  ~Buffer() { cpu_allocator().deallocate(data_, bytes_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  T* data() const { return data_; }

 private:
  size_t bytes_;
  T* data_;
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_BUFFER_H_
