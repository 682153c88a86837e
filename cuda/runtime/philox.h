// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, 2011): four random numbers of 32
// bits for each counter, without any state.

#ifndef CRESSET_CUDA_RUNTIME_PHILOX_H_
#define CRESSET_CUDA_RUNTIME_PHILOX_H_

#include <cstdint>

#include "cresset/tensor/base/math_bits.h"

namespace cresset::internal::cuda {

struct PhiloxNumbers {
  uint32_t at[4];
};

CRESSET_HD PhiloxNumbers philox(PhiloxNumbers counter, uint32_t key0,
                                uint32_t key1) {
  uint32_t(&c)[4] = counter.at;
#ifdef __CUDA_ARCH__
#pragma unroll
#endif
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53u} * c[0];
    const uint64_t b = uint64_t{0xCD9E8D57u} * c[2];
    const auto c0 = static_cast<uint32_t>(b >> 32) ^ c[1] ^ key0;
    const auto c2 = static_cast<uint32_t>(a >> 32) ^ c[3] ^ key1;
    c[1] = static_cast<uint32_t>(b);
    c[3] = static_cast<uint32_t>(a);
    c[0] = c0;
    c[2] = c2;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

// Numbers 4 * counter to 4 * counter + 3 of a seed.
CRESSET_HD PhiloxNumbers philox(uint64_t seed, uint64_t counter) {
  return philox({{static_cast<uint32_t>(counter),
                  static_cast<uint32_t>(counter >> 32), 0, 0}},
                static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32));
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_PHILOX_H_
