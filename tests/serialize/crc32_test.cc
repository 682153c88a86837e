#include "cresset/serialize/crc32.h"

#include <string>
#include <string_view>

#include "cresset/tests/catch.h"

namespace cresset::serialize {
namespace {

// The definition, bit by bit.
uint32_t reference(uint32_t crc, std::string_view bytes) {
  crc = ~crc;
  for (const char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int i = 0; i < 8; ++i) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
    }
  }
  return ~crc;
}

std::string noise(size_t size) {
  std::string bytes(size, '\0');
  uint32_t state = 1;
  for (char& c : bytes) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return bytes;
}

TEST_CASE("crc32: known values") {
  CHECK(crc32(0, "123456789", 9) == 0xcbf43926);
  CHECK(crc32(0, "3\n", 2) == 0x55679ed1);
  CHECK(crc32(0, nullptr, 0) == 0);
}

TEST_CASE("crc32: every length and alignment agrees with the definition") {
  const std::string bytes = noise(1200);
  for (size_t offset = 0; offset < 18; ++offset) {
    for (size_t size = 0; size < 600; ++size) {
      const std::string_view piece =
          std::string_view(bytes).substr(offset, size);
      REQUIRE(crc32(77, piece.data(), size) == reference(77, piece));
    }
  }
}

TEST_CASE("crc32: pieces combine to the whole") {
  const std::string bytes = noise(3000000);
  const uint32_t whole = crc32(0, bytes.data(), bytes.size());
  CHECK(whole == reference(0, bytes));
  CHECK(crc32_parallel(bytes.data(), bytes.size()) == whole);
  for (const size_t cut : {size_t{0}, size_t{1}, size_t{12345}, bytes.size()}) {
    const uint32_t first = crc32(0, bytes.data(), cut);
    const uint32_t second = crc32(0, bytes.data() + cut, bytes.size() - cut);
    CHECK(crc32_combine(first, second, bytes.size() - cut) == whole);
    CHECK(crc32(first, bytes.data() + cut, bytes.size() - cut) == whole);
  }
}

}  // namespace
}  // namespace cresset::serialize
