#include "cresset/tools/cresset/file_hash.h"

#include "cresset/serialize/input_file.h"
#include "cresset/tools/cresset/sha256.h"

namespace cresset::cli {

std::string base_name(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string hash_in_name(const std::string& path) {
  const std::string name = base_name(path);
  const size_t dot = name.rfind('.');
  const size_t dash = name.rfind('-', dot);
  if (dot == std::string::npos || dash == std::string::npos) return "";
  const std::string digits = name.substr(dash + 1, dot - dash - 1);
  if (digits.size() < 8 || digits.size() > 64 ||
      digits.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return "";
  }
  return digits;
}

std::string file_sha256(const std::string& path) {
  const auto file = serialize::InputFile::map(path);
  return sha256_hex(
      {reinterpret_cast<const char*>(file->data()), file->size()});
}

}  // namespace cresset::cli
