// Constants and little-endian access shared by the zip reader and writer.

#ifndef CRESSET_SERIALIZE_ZIP_FORMAT_H_
#define CRESSET_SERIALIZE_ZIP_FORMAT_H_

#include <cstdint>

namespace cresset::serialize {

inline constexpr uint32_t kLocalSignature = 0x04034b50;
inline constexpr uint32_t kDescriptorSignature = 0x08074b50;
inline constexpr uint32_t kCentralSignature = 0x02014b50;
inline constexpr uint32_t kEndSignature = 0x06054b50;
inline constexpr uint32_t kEnd64Signature = 0x06064b50;
inline constexpr uint32_t kLocatorSignature = 0x07064b50;

inline constexpr uint64_t kLocalSize = 30;
inline constexpr uint64_t kCentralSize = 46;
inline constexpr uint64_t kEndSize = 22;
inline constexpr uint64_t kEnd64Size = 56;
inline constexpr uint64_t kLocatorSize = 20;

inline constexpr uint16_t kFlagEncrypted = 1 << 0;
inline constexpr uint16_t kFlagDescriptor = 1 << 3;
inline constexpr uint16_t kFlagStrongEncryption = 1 << 6;
inline constexpr uint16_t kFlagUtf8 = 1 << 11;
inline constexpr uint16_t kFlagMasked = 1 << 13;

inline constexpr uint16_t kZip64Extra = 0x0001;
inline constexpr uint16_t kPaddingExtra = 0x4246;  // "FB"

/// The 32-bit value that says: look into the ZIP64 field.
inline constexpr uint32_t kIn64 = 0xffffffffu;

inline uint16_t read16(const uint8_t* p) {
  return static_cast<uint16_t>(p[0] | p[1] << 8);
}
inline uint32_t read32(const uint8_t* p) {
  return read16(p) | static_cast<uint32_t>(read16(p + 2)) << 16;
}
inline uint64_t read64(const uint8_t* p) {
  return read32(p) | static_cast<uint64_t>(read32(p + 4)) << 32;
}

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_ZIP_FORMAT_H_
