// Writes zip archives with the very bytes of PyTorch's own writer.
//
// Records are stored, each begins at a multiple of 64 bytes (padding in an
// extra field "FB"), sizes and checksums follow the data, and ZIP64 end
// records are always there.

#ifndef CRESSET_SERIALIZE_ZIP_WRITER_H_
#define CRESSET_SERIALIZE_ZIP_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cresset/serialize/sink.h"

namespace cresset::serialize {

class ZipWriter {
 public:
  /// Every record's name gets "<root>/" in front of it, unless that is empty.
  ZipWriter(Sink& sink, std::string root, uint64_t alignment = 64);

  /// Adds a record and returns its checksum.
  /// Errors: kValue if the name is longer than a zip can hold; what the sink
  ///         throws.
  uint32_t add(std::string_view name, const void* data, size_t bytes);
  /// The same of bytes that come in pieces, `bytes` in all.
  uint32_t add(std::string_view name, uint64_t bytes, const ByteSource& source);
  uint32_t add(std::string_view name, std::string_view text) {
    return add(name, text.data(), text.size());
  }

  /// Writes the directory. Nothing can be added after it.
  void finish();

  uint64_t position() const { return position_; }

 private:
  struct Entry {
    std::string name;
    uint32_t crc = 0;
    uint64_t size = 0;
    uint64_t offset = 0;
  };

  void put(const std::string& bytes);
  std::string directory() const;

  Sink& sink_;
  std::string root_;
  uint64_t alignment_;
  uint64_t position_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_ZIP_WRITER_H_
