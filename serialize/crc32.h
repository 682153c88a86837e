// CRC-32 as zip files use it (zlib's polynomial), at the speed of memory.

#ifndef CRESSET_SERIALIZE_CRC32_H_
#define CRESSET_SERIALIZE_CRC32_H_

#include <cstddef>
#include <cstdint>

namespace cresset::serialize {

/// The CRC-32 of `bytes` bytes that follow those with checksum `crc`; start
/// with 0. Runs in the calling thread.
uint32_t crc32(uint32_t crc, const void* data, size_t bytes);

/// The CRC-32 of two pieces from their own; the second is `bytes` long.
uint32_t crc32_combine(uint32_t first, uint32_t second, uint64_t bytes);

/// crc32(0, data, bytes) on all threads.
uint32_t crc32_parallel(const void* data, size_t bytes);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_CRC32_H_
