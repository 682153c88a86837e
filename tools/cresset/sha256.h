// SHA-256, the checksum of node lists and of the names of published weights.

#ifndef CRESSET_TOOLS_CRESSET_SHA256_H_
#define CRESSET_TOOLS_CRESSET_SHA256_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cresset::cli {

/// The SHA-256 (FIPS 180-4) of bytes that come in pieces.
class Sha256 {
 public:
  void update(const void* data, size_t bytes);
  /// The sum as 64 hexadecimal digits. Nothing may be added after it.
  std::string hex();

 private:
  void blocks(const uint8_t* data, size_t count);

  uint32_t state_[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint8_t rest_[64] = {};
  uint64_t total_ = 0;  // bytes so far
};

std::string sha256_hex(std::string_view bytes);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_SHA256_H_
