#include "cresset/serialize/zip_reader.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "cresset/serialize/value.h"
#include "cresset/serialize/zip_format.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

std::string lower(std::string name) {
  for (char& c : name) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

}  // namespace

ZipReader::ZipReader(std::shared_ptr<InputFile> file) : file_(std::move(file)) {
  const Directory directory = find_directory();
  read_directory(directory);
  for (ZipEntry& entry : entries_) check_local(entry);
  check_overlaps(directory.begin);
}

void ZipReader::fail(uint64_t at, std::string_view what) const {
  internal::throw_error(
      ErrorCode::kFormat,
      internal::concat(path(), ": zip archive at byte ", at, ": ", what));
}

const uint8_t* ZipReader::bytes(uint64_t at, uint64_t count,
                                const char* part) const {
  const uint64_t size = file_->size();
  if (at > size || count > size - at) {
    fail(at, internal::concat(part, " lies outside the file of ", size,
                              " bytes; the file is truncated or damaged"));
  }
  return file_->data() + at;
}

// The end record lies at the end of the file, before a comment of at most
// 64 KiB; files with bytes after it are read as PyTorch does.
ZipReader::Directory ZipReader::find_directory() const {
  const uint64_t size = file_->size();
  const uint64_t lowest =
      size > kEndSize + 0xffff ? size - kEndSize - 0xffff : 0;
  for (uint64_t at = size < kEndSize ? 0 : size - kEndSize + 1;
       at-- > lowest;) {
    const uint8_t* p = file_->data() + at;
    if (read32(p) != kEndSignature) continue;
    if (read16(p + 4) != read16(p + 6) || read16(p + 8) != read16(p + 10)) {
      fail(at, "the archive is split over several files");
    }
    Directory found;
    found.count = read16(p + 10);
    found.size = read32(p + 12);
    found.begin = read32(p + 16);
    read_zip64(at, found);
    if (found.begin > at || found.size > at - found.begin) {
      fail(at, "the directory lies outside the file");
    }
    // A second end record would give another reader another archive.
    const uint64_t end = found.begin + found.size;
    for (uint64_t other = at; other-- > std::max(end, lowest);) {
      if (read32(file_->data() + other) == kEndSignature) {
        fail(other, "there are two end records");
      }
    }
    return found;
  }
  internal::throw_error(
      ErrorCode::kFormat,
      internal::concat(path(), ": zip archive: the file of ", size,
                       " bytes has no directory at its end; the save or the "
                       "download was interrupted; save or fetch it again"));
}

void ZipReader::read_zip64(uint64_t end, Directory& directory) const {
  const bool needed = directory.count == 0xffff || directory.size == kIn64 ||
                      directory.begin == kIn64;
  const uint64_t locator = end - kLocatorSize;
  if (end < kLocatorSize ||
      read32(file_->data() + locator) != kLocatorSignature) {
    if (needed && directory.count != 0xffff) {
      fail(end, "the ZIP64 end record is missing");
    }
    if (directory.begin + directory.size != end) {
      fail(end, "the end record does not follow the directory");
    }
    return;
  }
  const uint8_t* p = file_->data() + locator;
  if (read32(p + 4) != 0 || read32(p + 16) > 1) {
    fail(locator, "the archive is split over several files");
  }
  const uint64_t at = read64(p + 8);
  const uint8_t* q = bytes(at, kEnd64Size, "the ZIP64 end record");
  if (read32(q) != kEnd64Signature) {
    fail(at, "there is no ZIP64 end record where its locator points");
  }
  if (at > locator || read64(q + 4) != locator - at - 12) {
    fail(at, "the ZIP64 end record has a wrong length");
  }
  Directory wide;
  wide.count = read64(q + 32);
  wide.size = read64(q + 40);
  wide.begin = read64(q + 48);
  if (read64(q + 24) != wide.count) {
    fail(at, "the archive is split over several files");
  }
  if ((directory.count != 0xffff && directory.count != wide.count) ||
      (directory.size != kIn64 && directory.size != wide.size) ||
      (directory.begin != kIn64 && directory.begin != wide.begin)) {
    fail(at, "the two end records disagree");
  }
  if (wide.begin > at || wide.size != at - wide.begin) {
    fail(at, "the ZIP64 end record does not follow the directory");
  }
  directory = wide;
}

void ZipReader::read_directory(const Directory& directory) {
  if (directory.count > directory.size / kCentralSize) {
    fail(directory.begin,
         internal::concat("a directory of ", directory.size,
                          " bytes cannot hold ", directory.count, " records"));
  }
  entries_.reserve(directory.count);
  uint64_t at = directory.begin;
  const uint64_t end = directory.begin + directory.size;
  for (uint64_t i = 0; i < directory.count; ++i) {
    if (end - at < kCentralSize) fail(at, "the directory is too short");
    const uint8_t* p = file_->data() + at;
    if (read32(p) != kCentralSignature) {
      fail(at, "there is no directory entry where one is expected");
    }
    const uint64_t name_size = read16(p + 28);
    const uint64_t extra_size = read16(p + 30);
    const uint64_t length =
        kCentralSize + name_size + extra_size + read16(p + 32);
    if (end - at < length) fail(at, "a directory entry is too long");
    ZipEntry entry;
    entry.flags = read16(p + 8);
    entry.method = read16(p + 10);
    entry.crc = read32(p + 16);
    entry.packed = read32(p + 20);
    entry.size = read32(p + 24);
    entry.header = read32(p + 42);
    if (read16(p + 34) != 0)
      fail(at, "the archive is split over several files");
    entry.name.assign(reinterpret_cast<const char*>(p + kCentralSize),
                      name_size);

    // The ZIP64 field holds what the 32-bit fields leave to it, in order.
    const uint8_t* extra = p + kCentralSize + name_size;
    const uint8_t* extra_end = extra + extra_size;
    while (extra_end - extra >= 4) {
      const uint16_t id = read16(extra);
      const uint16_t size = read16(extra + 2);
      extra += 4;
      if (extra_end - extra < size) fail(at, "an extra field is too long");
      if (id == kZip64Extra) {
        const uint8_t* field = extra;
        for (uint64_t* wide : {&entry.size, &entry.packed, &entry.header}) {
          if (*wide != kIn64) continue;
          if (extra + size - field < 8) fail(at, "a ZIP64 field is too short");
          *wide = read64(field);
          field += 8;
        }
      }
      extra += size;
    }
    if ((entry.flags &
         (kFlagEncrypted | kFlagStrongEncryption | kFlagMasked)) != 0) {
      internal::throw_error(
          ErrorCode::kUnsupported,
          internal::concat(path(), ": record ", quoted(entry.name),
                           " is encrypted; unpack the archive first"));
    }
    // Two readers may differ on letter case, so it does not make a difference.
    if (!index_.emplace(lower(entry.name), entries_.size()).second) {
      fail(at, internal::concat("there are two records named ",
                                quoted(entry.name)));
    }
    entries_.push_back(std::move(entry));
    at += length;
  }
  if (at != end) fail(at, "the directory is longer than its entries");
}

void ZipReader::check_local(ZipEntry& entry) const {
  const uint8_t* p = bytes(entry.header, kLocalSize, "a record's header");
  const auto require = [&](bool holds, const char* what) {
    if (!holds) {
      fail(entry.header,
           internal::concat("record ", quoted(entry.name), ": ", what));
    }
  };
  require(read32(p) == kLocalSignature, "there is no header where it begins");
  const uint64_t name_size = read16(p + 26);
  const uint64_t extra_size = read16(p + 28);
  entry.data = entry.header + kLocalSize + name_size + extra_size;
  const uint8_t* name = bytes(entry.header + kLocalSize, name_size + extra_size,
                              "a record's header");
  require(std::string_view(reinterpret_cast<const char*>(name), name_size) ==
              entry.name,
          "its header has another name");
  require(read16(p + 8) == entry.method, "its header has another method");
  require(read16(p + 6) == entry.flags, "its header has other flags");
  // With a descriptor behind the data the header need not know the sizes.
  const bool later = (entry.flags & kFlagDescriptor) != 0;
  const uint32_t packed = read32(p + 18);
  const uint32_t size = read32(p + 22);
  const uint32_t crc = read32(p + 14);
  const auto agrees = [&](uint32_t found, uint64_t wanted) {
    return found == wanted || (found == kIn64 && wide_size(entry, wanted)) ||
           (later && found == 0);
  };
  require(agrees(packed, entry.packed) && agrees(size, entry.size),
          "its header has another size");
  require(crc == entry.crc || (later && crc == 0),
          "its header has another checksum");
  require(entry.method != 0 || entry.packed == entry.size,
          "stored, but of two sizes");
  bytes(entry.data, entry.packed, "a record");
  if (later) {
    require(descriptor_agrees(entry), "its descriptor says otherwise");
  }
}

// Whether the ZIP64 field of the local header has this size, too.
bool ZipReader::wide_size(const ZipEntry& entry, uint64_t wanted) const {
  const uint8_t* p = file_->data() + entry.header;
  const uint8_t* field = p + kLocalSize + read16(p + 26);
  const uint8_t* end = field + read16(p + 28);
  while (end - field >= 4) {
    const uint16_t size = read16(field + 2);
    if (end - field - 4 < size) return false;
    if (read16(field) == kZip64Extra) {
      return size >= 16 &&
             (read64(field + 4) == wanted || read64(field + 12) == wanted);
    }
    field += 4 + size;
  }
  return false;
}

// What a descriptor with its signature says of checksum and sizes, in 32 or
// 64 bits. One without a signature cannot be told from other bytes.
bool ZipReader::descriptor_agrees(const ZipEntry& entry) const {
  const uint64_t at = entry.data + entry.packed;
  if (file_->size() - at < 24) return true;
  const uint8_t* p = file_->data() + at;
  if (read32(p) != kDescriptorSignature) return true;
  if (read32(p + 4) != entry.crc) return false;
  return (read32(p + 8) == static_cast<uint32_t>(entry.packed) &&
          read32(p + 12) == static_cast<uint32_t>(entry.size)) ||
         (read64(p + 8) == entry.packed && read64(p + 16) == entry.size);
}

void ZipReader::check_overlaps(uint64_t directory) const {
  std::vector<const ZipEntry*> order;
  order.reserve(entries_.size());
  for (const ZipEntry& entry : entries_) order.push_back(&entry);
  std::sort(order.begin(), order.end(),
            [](const ZipEntry* a, const ZipEntry* b) {
              return a->header < b->header;
            });
  if (!order.empty() && order.front()->header != 0) {
    fail(0, "it begins with a record that the directory does not list");
  }
  for (size_t i = 0; i < order.size(); ++i) {
    const uint64_t limit =
        i + 1 < order.size() ? order[i + 1]->header : directory;
    if (order[i]->data + order[i]->packed > limit) {
      fail(order[i]->header, internal::concat("record ", quoted(order[i]->name),
                                              " overlaps what follows it"));
    }
  }
}

const ZipEntry* ZipReader::find(std::string_view name) const {
  const auto found = index_.find(lower(std::string(name)));
  if (found == index_.end()) return nullptr;
  const ZipEntry& entry = entries_[found->second];
  return entry.name == name ? &entry : nullptr;
}

}  // namespace cresset::serialize
