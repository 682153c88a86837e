#include "cresset/tools/demos/idx.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "cresset/tensor/base/error.h"

namespace cresset::demos {
namespace {

constexpr uint64_t kMostBytes = uint64_t{1} << 62;

// A file being read; zlib decompresses it if it is compressed.
class Reader {
 public:
  explicit Reader(const std::string& path)
      : path_(path), file_(gzopen(path.c_str(), "rb"), gzclose) {
    CRESSET_CHECK(file_, kIo, path, ": cannot open; ", std::strerror(errno));
    gzbuffer(file_.get(), 1 << 18);
  }

  // Reads up to `size` bytes; fewer only at the end of the file.
  size_t read_some(void* out, size_t size) {
    auto* bytes = static_cast<char*>(out);
    size_t done = 0;
    while (done < size) {
      const auto step =
          static_cast<unsigned>(std::min<size_t>(size - done, 1 << 20));
      const int got = gzread(file_.get(), bytes + done, step);
      check(got);
      if (got == 0) break;
      done += static_cast<size_t>(got);
      at_ += got;
    }
    return done;
  }

  uint32_t big_endian(const char* what) {
    uint8_t b[4];
    const int64_t at = at_;
    const size_t got = read_some(b, 4);
    CRESSET_CHECK(got == 4, kFormat, path_, ": ", what, " at byte ", at,
                  ": needs 4 bytes; the file ends after ", got);
    return uint32_t{b[0]} << 24 | uint32_t{b[1]} << 16 | uint32_t{b[2]} << 8 |
           b[3];
  }

  int64_t at() const { return at_; }

 private:
  void check(int got) {
    int code = Z_OK;
    const char* text = gzerror(file_.get(), &code);
    if (got >= 0 && code == Z_OK) return;
    CRESSET_CHECK(code != Z_ERRNO, kIo, path_, ": read at byte ", at_, ": ",
                  std::strerror(errno));
    CRESSET_CHECK(code == Z_BUF_ERROR, kFormat, path_,
                  ": compressed data at byte ", at_, ": ", text);
    CRESSET_CHECK(got > 0, kFormat, path_, ": compressed data at byte ", at_,
                  ": the file ends too early");
  }

  std::string path_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
  int64_t at_ = 0;
};

}  // namespace

Idx read_idx(const std::string& path) {
  Reader in(path);
  const uint32_t magic = in.big_endian("magic number");
  CRESSET_CHECK(magic >> 16 == 0, kFormat, path,
                ": magic number at byte 0: an IDX file starts with two zero "
                "bytes; got ",
                magic >> 24, " and ", magic >> 16 & 255);
  const uint32_t type = magic >> 8 & 255, rank = magic & 255;
  CRESSET_CHECK(type == 8, kFormat, path,
                ": element type at byte 2: only unsigned bytes (8) are read; "
                "got ",
                type);
  CRESSET_CHECK(rank >= 1 && rank <= 8, kFormat, path,
                ": rank at byte 3: must be 1 to 8; got ", rank);

  Idx out;
  uint64_t count = 1;
  for (uint32_t i = 0; i < rank; ++i) {
    const int64_t at = in.at();
    const uint32_t size = in.big_endian("size");
    CRESSET_CHECK(size == 0 || count <= kMostBytes / size, kFormat, path,
                  ": size at byte ", at, ": the array is too large");
    count *= size;
    out.sizes.push_back(size);
  }

  // Grows with what is there, so that a damaged size asks for no memory.
  const int64_t start = in.at();
  while (out.data.size() < count) {
    const size_t have = out.data.size();
    const size_t step = std::min<uint64_t>(count - have, 16 << 20);
    out.data.resize(have + step);
    const size_t got = in.read_some(out.data.data() + have, step);
    CRESSET_CHECK(got == step, kFormat, path, ": data at byte ", start,
                  ": the header promises ", count, " bytes; got ", have + got);
  }
  char extra;
  const int64_t end = in.at();
  CRESSET_CHECK(in.read_some(&extra, 1) == 0, kFormat, path, ": end at byte ",
                end, ": bytes follow the data");
  return out;
}

}  // namespace cresset::demos
