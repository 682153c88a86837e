#include "cresset/serialize/zip_writer.h"

#include <algorithm>
#include <utility>

#include "cresset/serialize/crc32.h"
#include "cresset/serialize/zip_format.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

// The checksum of a chunk is taken while the chunk is in the cache, right
// before it is written; in chunks of 8 MiB the same work costs a tenth more.
constexpr size_t kChunk = 1 << 18;

void put16(std::string& out, uint64_t value) {
  for (int i = 0; i < 2; ++i) out += static_cast<char>(value >> (8 * i));
}
void put32(std::string& out, uint64_t value) {
  for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i));
}
void put64(std::string& out, uint64_t value) {
  for (int i = 0; i < 8; ++i) out += static_cast<char>(value >> (8 * i));
}

uint16_t flags_of(uint64_t size) {
  return size == 0 ? kFlagUtf8 : kFlagUtf8 | kFlagDescriptor;
}

// The ZIP64 field: only what does not fit 32 bits, in this order.
std::string zip64_field(uint64_t size, uint64_t offset) {
  std::string body;
  if (size >= kIn64) {
    put64(body, size);
    put64(body, size);
  }
  if (offset >= kIn64) put64(body, offset);
  if (body.empty()) return body;
  std::string field;
  put16(field, kZip64Extra);
  put16(field, body.size());
  return field + body;
}

}  // namespace

ZipWriter::ZipWriter(Sink& sink, std::string root, uint64_t alignment)
    : sink_(sink), root_(std::move(root)), alignment_(alignment) {}

void ZipWriter::put(const std::string& bytes) {
  sink_.write(bytes.data(), bytes.size());
  position_ += bytes.size();
}

uint32_t ZipWriter::add(std::string_view name, const void* data, size_t bytes) {
  return add(name, bytes, [&](const ByteTake& take) { take(data, bytes); });
}

uint32_t ZipWriter::add(std::string_view name, uint64_t bytes,
                        const ByteSource& source) {
  Entry entry;
  entry.name = root_.empty() ? "" : root_ + "/";
  entry.name += name;
  entry.size = bytes;
  entry.offset = position_;
  CRESSET_CHECK(entry.name.size() <= 0xffff, kValue,
                "save: a record name has at most 65535 bytes; got ",
                entry.name.size());

  const std::string zip64 = zip64_field(bytes, position_);
  const uint64_t start =
      position_ + kLocalSize + entry.name.size() + zip64.size() + 4;
  const uint64_t padding = (alignment_ - start % alignment_) % alignment_;
  std::string header;
  put32(header, kLocalSignature);
  put16(header, 0);  // version needed
  put16(header, flags_of(bytes));
  for (int i = 0; i < 3; ++i) put16(header, 0);  // method, time, date
  for (int i = 0; i < 3; ++i) put32(header, 0);  // crc and sizes
  put16(header, entry.name.size());
  put16(header, zip64.size() + 4 + padding);
  header += entry.name;
  header += zip64;
  put16(header, kPaddingExtra);
  put16(header, padding);
  header.append(padding, 'Z');
  put(header);

  uint64_t written = 0;
  source([&](const void* data, size_t size) {
    const char* const from = static_cast<const char*>(data);
    for (size_t at = 0; at < size; at += kChunk) {
      const size_t count = std::min(kChunk, size - at);
      entry.crc = crc32(entry.crc, from + at, count);
      sink_.write(from + at, count);
    }
    written += size;
  });
  CRESSET_ASSERT(written == bytes);
  position_ += bytes;

  if (bytes != 0) {
    std::string descriptor;
    put32(descriptor, kDescriptorSignature);
    put32(descriptor, entry.crc);
    const bool wide = !zip64.empty();
    for (int i = 0; i < 2; ++i) {
      wide ? put64(descriptor, bytes) : put32(descriptor, bytes);
    }
    put(descriptor);
  }
  return entries_.emplace_back(std::move(entry)).crc;
}

std::string ZipWriter::directory() const {
  std::string out;
  for (const Entry& entry : entries_) {
    const std::string zip64 = zip64_field(entry.size, entry.offset);
    put32(out, kCentralSignature);
    put16(out, 0);  // version made by
    put16(out, 0);  // version needed
    put16(out, flags_of(entry.size));
    for (int i = 0; i < 3; ++i) put16(out, 0);  // method, time, date
    put32(out, entry.crc);
    const uint64_t size = std::min<uint64_t>(entry.size, kIn64);
    put32(out, size);
    put32(out, size);
    put16(out, entry.name.size());
    put16(out, zip64.size());
    for (int i = 0; i < 3; ++i) put16(out, 0);  // comment, disk, internal
    put32(out, 0);                              // external
    put32(out, std::min<uint64_t>(entry.offset, kIn64));
    out += entry.name;
    out += zip64;
  }
  return out;
}

void ZipWriter::finish() {
  const uint64_t begin = position_;
  put(directory());
  const uint64_t size = position_ - begin;
  const uint64_t count = entries_.size();

  std::string out;
  put32(out, kEnd64Signature);
  put64(out, kEnd64Size - 12);
  put16(out, 0x031e);  // made by Unix, 3.0
  put16(out, 0x002d);  // needs 4.5
  put32(out, 0);
  put32(out, 0);
  put64(out, count);
  put64(out, count);
  put64(out, size);
  put64(out, begin);

  put32(out, kLocatorSignature);
  put32(out, 0);
  put64(out, begin + size);
  put32(out, 1);

  put32(out, kEndSignature);
  put16(out, 0);
  put16(out, 0);
  put16(out, std::min<uint64_t>(count, 0xffff));
  put16(out, std::min<uint64_t>(count, 0xffff));
  put32(out, std::min<uint64_t>(size, kIn64));
  put32(out, std::min<uint64_t>(begin, kIn64));
  put16(out, 0);
  put(out);
}

}  // namespace cresset::serialize
