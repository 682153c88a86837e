// The members of a tar archive.

#include "cresset/serialize/tar_reader.h"

#include <cstdint>

#include "cresset/serialize/refusal.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

constexpr size_t kBlock = 512;
constexpr uint64_t kMaxMembers = 10000;

// Text up to the first NUL.
std::string_view field(std::string_view block, size_t at, size_t size) {
  const std::string_view whole = block.substr(at, size);
  return whole.substr(0, whole.find('\0'));
}

// An octal number, or in GNU's form for large ones a binary one.
uint64_t number(std::string_view block, size_t at, size_t size) {
  std::string_view digits = block.substr(at, size);
  if ((digits[0] & 0x80) != 0) {
    CRESSET_CHECK(digits[0] == '\x80', kFormat, "a negative number");
    uint64_t value = 0;
    for (const char c : digits.substr(1)) {
      CRESSET_CHECK(value >> 56 == 0, kFormat, "a size beyond 64 bits");
      value = value << 8 | static_cast<uint8_t>(c);
    }
    return value;
  }
  uint64_t value = 0;
  bool any = false;
  for (const char c : digits) {
    if (c == ' ' && !any) continue;
    if (c == ' ' || c == '\0') break;
    CRESSET_CHECK(c >= '0' && c <= '7', kFormat, "an octal number with ",
                  quoted(std::string_view(&c, 1)));
    value = value * 8 + static_cast<uint64_t>(c - '0');
    any = true;
  }
  return value;
}

bool is_zero(std::string_view block) {
  return block.find_first_not_of('\0') == std::string_view::npos;
}

bool checksum_holds(std::string_view block) {
  uint64_t sum = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    sum += i >= 148 && i < 156 ? ' ' : static_cast<uint8_t>(block[i]);
  }
  return sum == number(block, 148, 8);
}

}  // namespace

std::map<std::string, std::string_view> read_tar(const InputFile& file) {
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()),
                               file.size());
  std::map<std::string, std::string_view> members;
  uint64_t count = 0;
  size_t at = 0;
  while (true) {
    const std::string part = internal::concat("tar archive at byte ", at);
    const bool more = with_path(file.path(), part.c_str(), [&] {
      CRESSET_CHECK(bytes.size() - at >= kBlock, kFormat,
                    "the archive ends without its end mark; the file is "
                    "truncated");
      const std::string_view block = bytes.substr(at, kBlock);
      if (is_zero(block)) {
        CRESSET_CHECK(bytes.size() % kBlock == 0 &&
                          bytes.size() - at >= 2 * kBlock &&
                          is_zero(bytes.substr(at + kBlock, kBlock)),
                      kFormat,
                      "the end mark is not whole; the file is "
                      "truncated");
        return false;
      }
      CRESSET_CHECK(checksum_holds(block), kFormat,
                    "the checksum of a member's header is wrong");
      CRESSET_ALLOW(++count <= kMaxMembers, "more than ", kMaxMembers,
                    " members");
      std::string name(field(block, 0, 100));
      const uint64_t size = number(block, 124, 12);
      CRESSET_CHECK(size <= bytes.size() - at - kBlock, kFormat, "member ",
                    quoted(name), " of ", size,
                    " bytes reaches beyond the end of the file");
      const std::string_view data = bytes.substr(at + kBlock, size);
      const char type = block[156];
      if (type == '0' || type == '\0') {
        while (name.starts_with("./")) name.erase(0, 2);
        CRESSET_CHECK(members.emplace(name, data).second, kFormat,
                      "there are two members named ", quoted(name));
      } else {
        // Folders and the extra headers of newer tar programs hold no data.
        CRESSET_ALLOW(type == '5' || type == 'x' || type == 'g', "member ",
                      quoted(name), " is a link or a device");
      }
      const uint64_t padded = (size + kBlock - 1) / kBlock * kBlock;
      at += kBlock + std::min<uint64_t>(padded, bytes.size() - at - kBlock);
      return true;
    });
    if (!more) return members;
  }
}

}  // namespace cresset::serialize
