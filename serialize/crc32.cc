#include "cresset/serialize/crc32.h"

#include <zlib.h>

#include <algorithm>
#include <vector>

#include "cresset/tensor/core/parallel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cresset::serialize {
namespace {

// Polynomials modulo P, x^31 in the lowest bit, as the CRC register has them.
constexpr uint32_t kPolynomial = 0xedb88320u;
constexpr uint32_t kOne = 0x80000000u;  // x^0

constexpr uint32_t times_x(uint32_t a) {
  return (a >> 1) ^ ((a & 1) != 0 ? kPolynomial : 0);
}

constexpr uint32_t multiply(uint32_t a, uint32_t b) {
  uint32_t product = 0;
  for (; b != 0; b <<= 1) {
    if ((b & kOne) != 0) product ^= a;
    a = times_x(a);
  }
  return product;
}

// x^n, by squaring.
constexpr uint32_t power_of_x(uint64_t n) {
  uint32_t result = kOne;
  uint32_t square = kOne >> 1;
  for (; n != 0; n >>= 1) {
    if ((n & 1) != 0) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

uint32_t by_zlib(uint32_t crc, const uint8_t* data, size_t bytes) {
  return static_cast<uint32_t>(::crc32_z(crc, data, bytes));
}

#if defined(__x86_64__)

// Carry-less multiplication moves 16 bytes over a distance of `bits`: its two
// halves are multiplied by x^(bits + 32) and x^(bits - 32), modulo P. Eight
// independent accumulators hide the instruction's latency. zlib's tables do
// about 1.3 bytes a cycle, this does about 7.
constexpr int64_t fold_constant(uint64_t exponent) {
  return static_cast<int64_t>(power_of_x(exponent)) << 1;
}
static_assert(fold_constant(4 * 128 + 32) == 0x154442bd4);
static_assert(fold_constant(4 * 128 - 32) == 0x1c6e41596);

constexpr size_t kLanes = 8;
constexpr size_t kBlock = 16 * kLanes;

#define CRESSET_CLMUL __attribute__((target("pclmul,sse4.1")))

CRESSET_CLMUL inline __m128i fold(__m128i a, __m128i constants, __m128i onto) {
  const __m128i low = _mm_clmulepi64_si128(a, constants, 0x00);
  const __m128i high = _mm_clmulepi64_si128(a, constants, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), onto);
}

CRESSET_CLMUL inline __m128i load(const uint8_t* data) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(data));
}

// `bytes` is a multiple of kBlock and not 0.
CRESSET_CLMUL uint32_t by_clmul(uint32_t crc, const uint8_t* data,
                                size_t bytes) {
  const __m128i across = _mm_set_epi64x(fold_constant(kBlock * 8 - 32),
                                        fold_constant(kBlock * 8 + 32));
  const __m128i next =
      _mm_set_epi64x(fold_constant(128 - 32), fold_constant(128 + 32));
  __m128i lane[kLanes];
  for (size_t i = 0; i < kLanes; ++i) lane[i] = load(data + 16 * i);
  lane[0] = _mm_xor_si128(lane[0], _mm_cvtsi32_si128(static_cast<int>(~crc)));
  for (size_t at = kBlock; at < bytes; at += kBlock) {
    for (size_t i = 0; i < kLanes; ++i) {
      lane[i] = fold(lane[i], across, load(data + at + 16 * i));
    }
  }
  __m128i sum = lane[0];
  for (size_t i = 1; i < kLanes; ++i) sum = fold(sum, next, lane[i]);
  // What is left is a message of 16 bytes with the same remainder.
  alignas(16) uint8_t rest[16];
  _mm_store_si128(reinterpret_cast<__m128i*>(rest), sum);
  return by_zlib(0xffffffffu, rest, sizeof(rest));
}

bool has_clmul() {
  static const bool has =
      __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
  return has;
}

#endif  // defined(__x86_64__)

}  // namespace

uint32_t crc32(uint32_t crc, const void* data, size_t bytes) {
  const uint8_t* from = static_cast<const uint8_t*>(data);
#if defined(__x86_64__)
  const size_t blocks = bytes / kBlock * kBlock;
  if (blocks != 0 && has_clmul()) {
    crc = by_clmul(crc, from, blocks);
    from += blocks;
    bytes -= blocks;
  }
#endif
  return bytes == 0 ? crc : by_zlib(crc, from, bytes);
}

uint32_t crc32_combine(uint32_t first, uint32_t second, uint64_t bytes) {
  return multiply(power_of_x(bytes * 8), first) ^ second;
}

uint32_t crc32_parallel(const void* data, size_t bytes) {
  constexpr size_t kPiece = 1 << 20;
  const size_t pieces = (bytes + kPiece - 1) / kPiece;
  const uint8_t* from = static_cast<const uint8_t*>(data);
  std::vector<uint32_t> crcs(pieces);
  parallel_for(0, static_cast<int64_t>(pieces), 1,
               [&](int64_t begin, int64_t end) {
                 for (size_t i = static_cast<size_t>(begin);
                      i < static_cast<size_t>(end); ++i) {
                   const size_t at = i * kPiece;
                   crcs[i] = crc32(0, from + at, std::min(kPiece, bytes - at));
                 }
               });
  uint32_t crc = 0;
  for (size_t i = 0; i < pieces; ++i) {
    crc = crc32_combine(crc, crcs[i], std::min(kPiece, bytes - i * kPiece));
  }
  return crc;
}

}  // namespace cresset::serialize
