// Storages from the bytes of a file.

#ifndef CRESSET_SERIALIZE_STORAGE_BYTES_H_
#define CRESSET_SERIALIZE_STORAGE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "cresset/tensor/core/tensor.h"

namespace cresset::serialize {

/// A tensor of one dimension over `numel` elements at `data`, which `owner`
/// keeps alive. Memory that is not aligned for the dtype is copied.
Tensor tensor_over(uint8_t* data, int64_t numel, Dtype dtype,
                   std::shared_ptr<void> owner);

/// A tensor of one dimension that has a place, but no memory: for reading what
/// a file holds without its elements.
Tensor tensor_without_data(int64_t numel, Dtype dtype);

/// A copy with the bytes of every number turned around, for files of
/// big-endian machines.
Tensor byte_swapped(const Tensor& elements);

/// The same in place, of `bytes` bytes of whole numbers.
void swap_bytes(uint8_t* data, size_t bytes, Dtype dtype);

/// Makes every byte of a bool tensor 0 or 1, as C++ needs it.
void normalize_bools(const Tensor& elements);
void normalize_bools(uint8_t* data, size_t bytes);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_STORAGE_BYTES_H_
