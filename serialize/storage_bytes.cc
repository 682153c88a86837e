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

Tensor byte_swapped(const Tensor& elements) {
  size_t size = elements.itemsize();
  if (is_complex(elements.dtype())) size /= 2;
  const Tensor copy =
      empty(elements.sizes(), {.dtype = elements.dtype(), .device = Device()});
  const auto* from = static_cast<const uint8_t*>(elements.raw_data());
  auto* to = static_cast<uint8_t*>(copy.raw_data());
  for (size_t at = 0; at < elements.nbytes(); at += size) {
    std::reverse_copy(from + at, from + at + size, to + at);
  }
  return copy;
}

void normalize_bools(const Tensor& elements) {
  auto* bytes = static_cast<uint8_t*>(elements.raw_data());
  for (int64_t i = 0; i < elements.numel(); ++i) {
    // Writing only where it is needed leaves the mapped pages shared.
    if (bytes[i] > 1) bytes[i] = 1;
  }
}

}  // namespace cresset::serialize
