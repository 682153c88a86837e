// Reads zip archives strictly: what two readers could understand differently
// is refused.

#ifndef CRESSET_SERIALIZE_ZIP_READER_H_
#define CRESSET_SERIALIZE_ZIP_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cresset/serialize/input_file.h"

namespace cresset::serialize {

/// One record of an archive.
struct ZipEntry {
  std::string name;
  uint16_t flags = 0;
  uint16_t method = 0;  ///< 0 stored, 8 deflated
  uint32_t crc = 0;     ///< 0 may mean that it was not computed
  uint64_t packed = 0;  ///< bytes in the file
  uint64_t size = 0;    ///< bytes of contents
  uint64_t header = 0;  ///< place of the local header
  uint64_t data = 0;    ///< place of the first packed byte
};

/// The contents of a record and what keeps them alive.
struct ZipRecord {
  uint8_t* data = nullptr;
  size_t size = 0;
  std::shared_ptr<void> owner;

  std::string_view text() const {
    return {reinterpret_cast<const char*>(data), size};
  }
};

class ZipReader {
 public:
  /// Reads the directory and checks every header against it.
  ///
  /// Errors: kFormat, with path and place, for a truncated file, records that
  ///         overlap, repeat a name (in any letter case), lie outside the
  ///         file or differ from their local header; kUnsupported for
  ///         encrypted, split and otherwise compressed archives.
  explicit ZipReader(std::shared_ptr<InputFile> file);

  const std::string& path() const { return file_->path(); }
  const std::shared_ptr<InputFile>& file() const { return file_; }
  const std::vector<ZipEntry>& entries() const { return entries_; }
  /// The record of that name, or null.
  const ZipEntry* find(std::string_view name) const;

  /// A stored record is a view of the file, a deflated one is inflated.
  /// Checks no checksum; verify() does.
  ///
  /// Errors: kFormat if deflated data is broken, has another length than
  ///         declared, or expands beyond all measure.
  ZipRecord read(const ZipEntry& entry);

  /// Compares the checksums of the contents with the directory's, with all
  /// threads. A checksum of 0 counts as not computed.
  /// Errors: kFormat naming the first damaged record.
  void verify(const std::vector<const ZipEntry*>& entries,
              const std::vector<ZipRecord>& records) const;

  /// The same of one record whose contents have the checksum `crc`.
  void verify(const ZipEntry& entry, uint32_t crc) const;

  /// read() and verify() of one record.
  ZipRecord read_checked(const ZipEntry& entry, bool check = true);

 private:
  struct Directory {
    uint64_t begin = 0;
    uint64_t size = 0;
    uint64_t count = 0;
  };
  [[noreturn]] void fail(uint64_t at, std::string_view what) const;
  const uint8_t* bytes(uint64_t at, uint64_t count, const char* part) const;
  Directory find_directory() const;
  void read_zip64(uint64_t end, Directory& directory) const;
  void read_directory(const Directory& directory);
  void check_local(ZipEntry& entry) const;
  bool wide_size(const ZipEntry& entry, uint64_t wanted) const;
  bool descriptor_agrees(const ZipEntry& entry) const;
  void check_overlaps(uint64_t directory) const;

  std::shared_ptr<InputFile> file_;
  std::vector<ZipEntry> entries_;
  std::unordered_map<std::string, size_t> index_;
  uint64_t inflated_ = 0;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_ZIP_READER_H_
