// Storages of a file on the devices where they are wanted.

#ifndef CRESSET_SERIALIZE_STORAGE_LOADER_H_
#define CRESSET_SERIALIZE_STORAGE_LOADER_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "cresset/serialize/input_file.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/core/transfer.h"

namespace cresset::serialize {

/// Makes storages from the bytes of one file. On the host they view the file;
/// to a device the bytes go through one staging area, and while it copies a
/// piece, the next one is read and its checksum taken.
///
/// Errors: DeviceFailure if the device has no memory left, or cannot wait.
class StorageLoader {
 public:
  explicit StorageLoader(std::shared_ptr<InputFile> file)
      : file_(std::move(file)) {}

  /// A tensor of one dimension over `numel` elements at `data`, which lie in
  /// the file. Every byte of a bool becomes 0 or 1.
  Tensor load(uint8_t* data, int64_t numel, Dtype dtype, Device device);

  /// The same on another device than the CPU, from bytes that need not lie in
  /// the file; they are read before this returns. `swap`: turns the bytes of
  /// every number around. `crc`: becomes the checksum of the bytes as they are.
  Tensor upload(const uint8_t* data, int64_t numel, Dtype dtype, Device device,
                bool swap = false, uint32_t* crc = nullptr);

  /// Waits until all storages are where they belong.
  void finish();

 private:
  // Has what comes from `next` on read in the background.
  void read_ahead(const uint8_t* next);

  std::shared_ptr<InputFile> file_;
  std::optional<internal::Uploader> uploader_;
  const uint8_t* advised_ = nullptr;  // the end of what is being read
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_STORAGE_LOADER_H_
