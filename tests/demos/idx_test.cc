#include "cresset/tools/demos/idx.h"

#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace {

using cresset::Error;
using cresset::ErrorCode;
using cresset::demos::Idx;
using cresset::demos::read_idx;

std::string place(const std::string& name) {
  const char* folder = std::getenv("TEST_TMPDIR");
  return (folder ? std::string(folder)
                 : std::filesystem::temp_directory_path().string()) +
         "/" + name;
}

// Two images of 2 x 3 pixels.
const std::string kTwoImages(
    "\0\0\x08\x03\0\0\0\2\0\0\0\2\0\0\0\3"
    "\0\1\2\3\4\5\xfa\xfb\xfc\xfd\xfe\xff",
    28);

std::string plain_file(const std::string& bytes) {
  const std::string path = place("plain.idx");
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string gzipped_file(const std::string& bytes) {
  const std::string path = place("packed.idx.gz");
  const gzFile out = gzopen(path.c_str(), "wb");
  gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(out);
  return path;
}

// The text of the error that reading `path` gives, after the path itself.
std::string trouble(const std::string& path, ErrorCode code) {
  try {
    read_idx(path);
  } catch (const Error& e) {
    CHECK(e.code() == code);
    const std::string text = e.what();
    CHECK(text.substr(0, path.size() + 2) == path + ": ");
    return text.substr(std::min(text.size(), path.size() + 2));
  }
  return "no error";
}

TEST_CASE("idx: a plain and a compressed file give the same array", "[demos]") {
  for (const auto& path : {plain_file(kTwoImages), gzipped_file(kTwoImages)}) {
    const Idx idx = read_idx(path);
    CHECK(idx.sizes == std::vector<int64_t>{2, 2, 3});
    CHECK(idx.data ==
          std::vector<uint8_t>{0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255});
  }
}

TEST_CASE("idx: an array without elements is read", "[demos]") {
  const Idx idx = read_idx(plain_file(std::string("\0\0\x08\x01\0\0\0\0", 8)));
  CHECK(idx.sizes == std::vector<int64_t>{0});
  CHECK(idx.data.empty());
}

TEST_CASE("idx: a missing file is named", "[demos][error]") {
  CHECK(trouble(place("absent.idx"), ErrorCode::kIo) ==
        "cannot open; No such file or directory");
}

TEST_CASE("idx: errors tell the byte", "[demos][error]") {
  const auto of = [](std::string bytes) {
    return trouble(plain_file(bytes), ErrorCode::kFormat);
  };
  CHECK(of("PK\3\4") ==
        "magic number at byte 0: an IDX file starts with two zero bytes; got "
        "80 and 75");
  CHECK(of(std::string("\0\0\x0d\x01", 4)) ==
        "element type at byte 2: only unsigned bytes (8) are read; got 13");
  CHECK(of(std::string("\0\0\x08\0", 4)) ==
        "rank at byte 3: must be 1 to 8; got 0");
  CHECK(of(kTwoImages.substr(0, 10)) ==
        "size at byte 8: needs 4 bytes; the file ends after 2");
  CHECK(of("") ==
        "magic number at byte 0: needs 4 bytes; the file ends after 0");
  CHECK(of(kTwoImages.substr(0, 20)) ==
        "data at byte 16: the header promises 12 bytes; got 4");
  CHECK(of(kTwoImages + "x") == "end at byte 28: bytes follow the data");
}

TEST_CASE("idx: absurd sizes neither overflow nor ask for memory",
          "[demos][error]") {
  const std::string huge("\0\0\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff", 12);
  CHECK(trouble(plain_file(huge), ErrorCode::kFormat) ==
        "size at byte 8: the array is too large");
  const std::string large("\0\0\x08\x01\xff\xff\xff\xff", 8);
  CHECK(trouble(plain_file(large), ErrorCode::kFormat) ==
        "data at byte 8: the header promises 4294967295 bytes; got 0");
}

TEST_CASE("idx: a cut or damaged compressed file is an error",
          "[demos][error]") {
  const std::string path = gzipped_file(kTwoImages);
  std::ifstream in(path, std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(in), {}};
  for (size_t size = 11; size < packed.size(); ++size) {
    INFO("cut to " << size << " bytes");
    CHECK_THROWS_AS(read_idx(plain_file(packed.substr(0, size))), Error);
  }
  std::string damaged = packed;
  damaged[packed.size() - 6] ^= 1;  // the checksum
  CHECK(trouble(plain_file(damaged), ErrorCode::kFormat)
            .find("incorrect data check") != std::string::npos);
}

}  // namespace
