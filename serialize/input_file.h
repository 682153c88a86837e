// The bytes of a whole file, mapped or read.

#ifndef CRESSET_SERIALIZE_INPUT_FILE_H_
#define CRESSET_SERIALIZE_INPUT_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cresset/serialize/mapping_guard.h"

namespace cresset::serialize {

/// A file in memory. Tensors that view it share its ownership, so the memory
/// lives as long as any of them. Writing to the memory never changes the file.
class InputFile {
 public:
  /// Maps the file copy-on-write: nothing is read before it is touched, and
  /// what nobody writes to takes no memory of its own. What cannot be mapped
  /// (pipes, files of /proc) is read. A file that shrinks while it is mapped
  /// makes an error, as mapping_guard.h tells.
  ///
  /// Errors: kIo, naming path and cause, if the file cannot be opened or read.
  static std::shared_ptr<InputFile> map(const std::string& path);

  /// Reads the file into memory of its own.
  static std::shared_ptr<InputFile> read(const std::string& path);

  /// Bytes that are in memory already, under a name for messages.
  static std::shared_ptr<InputFile> from_bytes(std::string bytes,
                                               std::string name);

  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  const std::string& path() const { return path_; }
  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

  /// Has bytes of the file read from the disk in the background, as far as
  /// they are mapped.
  void will_need(const uint8_t* data, size_t bytes) const;

  /// Errors: kIo if the mapped file has been cut short since it was opened and
  ///         a missing part has been touched (mapping_guard.h).
  void check() const;

 private:
  InputFile() = default;

  std::string path_;
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  size_t mapped_ = 0;  // bytes to unmap
  std::optional<MappingGuard> guard_;
  std::string bytes_;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_INPUT_FILE_H_
