// The contents of zip records: inflating and checking them.

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <new>

#include "cresset/serialize/crc32.h"
#include "cresset/serialize/refusal.h"
#include "cresset/serialize/value.h"
#include "cresset/serialize/zip_reader.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/parallel.h"

namespace cresset::serialize {
namespace {

// Weights do not compress 200 to 1; small records may.
constexpr uint64_t kMaxRatio = 200;
constexpr uint64_t kFreeInflation = 64 << 20;
// What the format can do at most, with a little room for short data.
constexpr uint64_t kDeflateLimit = 1100;

[[noreturn]] void broken(const std::string& path, const ZipEntry& entry,
                         std::string_view what) {
  internal::throw_error(ErrorCode::kFormat,
                        internal::concat(path, ": record ", quoted(entry.name),
                                         " at byte ", entry.data, ": ", what));
}

// Memory that takes nothing before it is written to.
struct Inflated {
  explicit Inflated(size_t size)
      : data(static_cast<uint8_t*>(::operator new(size + 1))) {}
  Inflated(const Inflated&) = delete;
  Inflated& operator=(const Inflated&) = delete;
  ~Inflated() { ::operator delete(data); }
  uint8_t* data;
};

// Inflates into exactly `entry.size` bytes.
void inflate_all(const std::string& path, const ZipEntry& entry,
                 const uint8_t* from, uint8_t* out) {
  z_stream stream = {};
  if (::inflateInit2(&stream, -15) != Z_OK) {
    internal::throw_error(ErrorCode::kIo,
                          path + ": inflating: zlib has no memory");
  }
  struct End {
    z_stream* stream;
    ~End() { ::inflateEnd(stream); }
  } end{&stream};
  constexpr uint64_t kStep = 1 << 30;
  uint64_t taken = 0;
  uint64_t made = 0;
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    // One byte more than declared tells a stream that is too long.
    const auto food =
        static_cast<uInt>(std::min<uint64_t>(entry.packed - taken, kStep));
    const auto room =
        static_cast<uInt>(std::min<uint64_t>(entry.size + 1 - made, kStep));
    stream.next_in = const_cast<uint8_t*>(from + taken);
    stream.avail_in = food;
    stream.next_out = out + made;
    stream.avail_out = room;
    status = ::inflate(&stream, Z_NO_FLUSH);
    const bool stuck = stream.avail_in == food && stream.avail_out == room;
    taken += food - stream.avail_in;
    made += room - stream.avail_out;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      broken(path, entry, "its deflated data is damaged");
    }
    if (made > entry.size) {
      broken(path, entry, "it inflates to more than its declared size");
    }
    if (stuck && status != Z_STREAM_END) {
      broken(path, entry, "its deflated data ends early");
    }
  }
  if (made != entry.size || taken != entry.packed) {
    broken(path, entry,
           internal::concat("it inflates to ", made, " bytes; declared ",
                            entry.size));
  }
}

std::string damage(const ZipEntry& entry, uint32_t found) {
  return internal::concat("its contents are damaged (CRC-32 ", found,
                          ", the directory says ", entry.crc,
                          "); fetch or save the file again, or load it "
                          "without verification to look at the rest");
}

}  // namespace

ZipRecord ZipReader::read(const ZipEntry& entry) {
  ZipRecord record;
  record.size = entry.size;
  if (entry.method == 0) {
    record.data = file_->data() + entry.data;
    record.owner = file_;
    return record;
  }
  CRESSET_CHECK(entry.method == 8, kUnsupported, path(), ": record ",
                quoted(entry.name), ": compression method ", entry.method,
                " is not supported; store or deflate it instead");
  if (entry.size / kDeflateLimit > entry.packed + 1) {
    broken(path(), entry,
           internal::concat("deflated data of ", entry.packed,
                            " bytes never makes ", entry.size, " bytes"));
  }
  inflated_ += entry.size;
  CRESSET_ALLOW(
      inflated_ <= kFreeInflation || entry.size / kMaxRatio <= entry.packed,
      path(), ": record ", quoted(entry.name), " at byte ", entry.data,
      ": it inflates from ", entry.packed, " to ", entry.size,
      " bytes, which no weights do");
  const auto bytes = std::make_shared<Inflated>(entry.size);
  inflate_all(path(), entry, file_->data() + entry.data, bytes->data);
  record.data = bytes->data;
  record.owner = bytes;
  return record;
}

void ZipReader::verify(const std::vector<const ZipEntry*>& entries,
                       const std::vector<ZipRecord>& records) const {
  constexpr uint64_t kPiece = 1 << 20;
  struct Piece {
    size_t record;
    uint64_t at;
    uint64_t size;
    uint32_t crc;
  };
  std::vector<Piece> pieces;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i]->crc == 0) continue;
    for (uint64_t at = 0; at < records[i].size; at += kPiece) {
      pieces.push_back({i, at, std::min(kPiece, records[i].size - at), 0});
    }
  }
  parallel_for(0, static_cast<int64_t>(pieces.size()), 1,
               [&](int64_t first, int64_t last) {
                 for (int64_t i = first; i < last; ++i) {
                   Piece& piece = pieces[static_cast<size_t>(i)];
                   piece.crc = crc32(0, records[piece.record].data + piece.at,
                                     piece.size);
                 }
               });
  for (size_t i = 0; i < pieces.size();) {
    const size_t record = pieces[i].record;
    uint32_t crc = 0;
    for (; i < pieces.size() && pieces[i].record == record; ++i) {
      crc = crc32_combine(crc, pieces[i].crc, pieces[i].size);
    }
    verify(*entries[record], crc);
  }
}

void ZipReader::verify(const ZipEntry& entry, uint32_t crc) const {
  if (entry.crc == 0 || crc == entry.crc) return;
  broken(path(), entry, damage(entry, crc));
}

ZipRecord ZipReader::read_checked(const ZipEntry& entry, bool check) {
  ZipRecord record = read(entry);
  if (check) verify({&entry}, {record});
  return record;
}

}  // namespace cresset::serialize
