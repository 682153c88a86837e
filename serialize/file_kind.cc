#include "cresset/serialize/file_kind.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace cresset::serialize {
namespace {

bool looks_like_html(std::string_view bytes) {
  std::string head(bytes.substr(0, 64));
  head.erase(0, head.find_first_not_of(" \t\r\n"));
  std::transform(head.begin(), head.end(), head.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return head.starts_with("<!doctype") || head.starts_with("<html") ||
         head.starts_with("<?xml");
}

// The length may be wrong: then the file is a damaged one of this format.
bool looks_like_safetensors(std::string_view bytes) {
  if (bytes.size() < 9) return false;
  const size_t start = bytes.find_first_not_of(" \t\r\n", 8);
  if (start == std::string_view::npos || bytes[start] != '{') return false;
  uint64_t header = 0;
  std::memcpy(&header, bytes.data(), sizeof(header));
  return header < (uint64_t{1} << 40);
}

bool looks_like_json(std::string_view bytes) {
  const size_t start = bytes.find_first_not_of(" \t\r\n");
  return start != std::string_view::npos && bytes[start] == '{';
}

}  // namespace

FileKind file_kind(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.empty()) return FileKind::kEmpty;
  if (bytes.starts_with("PK\x03\x04"sv)) return FileKind::kZip;
  if (bytes.starts_with("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50"
                        "\x19\x2e"sv)) {
    return FileKind::kLegacy;
  }
  // The same magic number in protocols 3 to 5, in a frame or not.
  if (bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] <= 5 &&
      bytes.substr(0, 25).find("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50"
                               "\x19"sv) != std::string_view::npos) {
    return FileKind::kLegacy;
  }
  // And in protocols 0 and 1.
  if (bytes.starts_with("L119547037146038801333356L"sv)) {
    return FileKind::kLegacy;
  }
  if (bytes.starts_with("\x1f\x8b"sv)) return FileKind::kGzip;
  if (bytes.starts_with("\x93NUMPY"sv)) return FileKind::kNumpy;
  if (bytes.starts_with("\x89HDF\r\n\x1a\n"sv)) return FileKind::kHdf5;
  if (bytes.starts_with("version https://git-lfs"sv)) return FileKind::kGitLfs;
  if (bytes.size() > 262 && bytes.substr(257, 5) == "ustar") {
    return FileKind::kTar;
  }
  if (looks_like_safetensors(bytes)) return FileKind::kSafetensors;
  if (looks_like_json(bytes)) return FileKind::kJson;
  if (looks_like_html(bytes)) return FileKind::kHtml;
  if (bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] <= 5) {
    return FileKind::kPickle;
  }
  return FileKind::kUnknown;
}

}  // namespace cresset::serialize
