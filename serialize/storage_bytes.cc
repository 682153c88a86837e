#include "cresset/serialize/storage_bytes.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace cresset::serialize {

Tensor tensor_over(uint8_t* data, int64_t numel, Dtype dtype,
                   std::shared_ptr<void> owner) {
  const size_t bytes = static_cast<size_t>(numel) * itemsize(dtype);
  // Complex numbers need the alignment of their parts.
  const size_t alignment = std::min<size_t>(itemsize(dtype), 8);
  if (reinterpret_cast<uintptr_t>(data) % alignment != 0) {
    const Tensor copy = empty({numel}, {.dtype = dtype, .device = Device()});
    if (bytes != 0) std::memcpy(copy.raw_data(), data, bytes);
    return copy;
  }
  return internal::over_storage(
      internal::make_ref<Storage>(data, bytes, Device(), std::move(owner)),
      dtype, {numel}, {1}, 0);
}

Tensor tensor_without_data(int64_t numel, Dtype dtype) {
  const size_t bytes = static_cast<size_t>(numel) * itemsize(dtype);
  return internal::over_storage(
      internal::make_ref<Storage>(nullptr, bytes, Device(), nullptr), dtype,
      {numel}, {1}, 0);
}

Tensor byte_swapped(const Tensor& elements) {
  const Tensor copy =
      empty(elements.sizes(), {.dtype = elements.dtype(), .device = Device()});
  if (copy.nbytes() == 0) return copy;
  auto* const bytes = static_cast<uint8_t*>(copy.raw_data());
  std::memcpy(bytes, elements.raw_data(), copy.nbytes());
  swap_bytes(bytes, copy.nbytes(), copy.dtype());
  return copy;
}

void swap_bytes(uint8_t* data, size_t bytes, Dtype dtype) {
  const size_t size = is_complex(dtype) ? itemsize(dtype) / 2 : itemsize(dtype);
  for (size_t at = 0; size > 1 && at < bytes; at += size) {
    std::reverse(data + at, data + at + size);
  }
}

void normalize_bools(const Tensor& elements) {
  normalize_bools(static_cast<uint8_t*>(elements.raw_data()),
                  elements.nbytes());
}

void normalize_bools(uint8_t* data, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) {
    // Writing only where it is needed leaves mapped pages shared.
    if (data[i] > 1) data[i] = 1;
  }
}

}  // namespace cresset::serialize
