#include "cresset/serialize/storage_loader.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "cresset/serialize/crc32.h"
#include "cresset/serialize/refusal.h"
#include "cresset/serialize/storage_bytes.h"
#include "cresset/tensor/core/parallel.h"

namespace cresset::serialize {
namespace {

constexpr size_t kPiece = size_t{1} << 20;

// Copies on all threads, and goes on with the checksum, unless it is null,
// while the bytes are in the caches.
void copy_bytes(uint8_t* to, const uint8_t* from, size_t bytes, uint32_t* crc) {
  const size_t count = (bytes + kPiece - 1) / kPiece;
  std::vector<uint32_t> sums(count);
  const auto size_of = [&](size_t piece) {
    return std::min(kPiece, bytes - piece * kPiece);
  };
  parallel_for(0, static_cast<int64_t>(count), 1,
               [&](int64_t first, int64_t last) {
                 for (auto i = static_cast<size_t>(first);
                      i < static_cast<size_t>(last); ++i) {
                   const size_t at = i * kPiece, size = size_of(i);
                   std::memcpy(to + at, from + at, size);
                   if (crc != nullptr) sums[i] = crc32(0, to + at, size);
                 }
               });
  for (size_t i = 0; crc != nullptr && i < count; ++i) {
    *crc = crc32_combine(*crc, sums[i], size_of(i));
  }
}

// What fails in `f` is the device's matter.
template <class F>
auto on_device(F f) {
  try {
    return f();
  } catch (const Error& error) {
    throw DeviceFailure(error.code(), error.what());
  }
}

// How far reading is ahead of what is copied: a half, and as much again.
constexpr size_t kAhead = internal::StagingArea::kHalf;

}  // namespace

void StorageLoader::read_ahead(const uint8_t* next) {
  // Few calls, whatever the sizes of the storages.
  if (next + kAhead < advised_) return;
  const uint8_t* const from = std::max(next, advised_);
  file_->will_need(from, 2 * kAhead);
  advised_ = from + 2 * kAhead;
}

Tensor StorageLoader::load(uint8_t* data, int64_t numel, Dtype dtype,
                           Device device) {
  if (!device.is_cpu()) return upload(data, numel, dtype, device);
  const Tensor elements = tensor_over(data, numel, dtype, file_);
  if (dtype == bool_) normalize_bools(elements);
  return elements;
}

Tensor StorageLoader::upload(const uint8_t* data, int64_t numel, Dtype dtype,
                             Device device, bool swap, uint32_t* crc) {
  return on_device([&] {
    const Tensor elements = empty({numel}, {.dtype = dtype, .device = device});
    if (crc != nullptr) *crc = 0;
    if (device.is_meta()) {
      // Its bytes go nowhere, but they are checked.
      if (crc != nullptr) *crc = crc32_parallel(data, elements.nbytes());
      return elements;
    }
    if (!uploader_) uploader_.emplace(file_->size());
    uploader_->send(elements, [&](uint64_t at, size_t count, uint8_t* into) {
      read_ahead(data + at + count);
      copy_bytes(into, data + at, count, crc);
      if (swap) swap_bytes(into, count, dtype);
      if (dtype == bool_) normalize_bools(into, count);
    });
    return elements;
  });
}

void StorageLoader::finish() {
  if (uploader_) on_device([&] { uploader_->finish(); });
}

}  // namespace cresset::serialize
