// What the sorting kernels share: elements as unsigned keys whose order is the
// wanted one, and entries of a key and the place where it stood.

#ifndef CRESSET_CUDA_OPS_SORT_ROWS_CUH_
#define CRESSET_CUDA_OPS_SORT_ROWS_CUH_

#include <cuda_runtime.h>

#include <cstdint>

#include "cresset/tensor/base/device.h"

namespace cresset::internal::cuda {

// A number whose order among keys is that of x: zeros of both signs are equal,
// NaN comes last.
__device__ inline uint32_t sort_key(float x) {
  if (x != x) return ~0u;
  const auto bits = __builtin_bit_cast(uint32_t, x + 0.0f);
  return (bits >> 31) != 0 ? ~bits : bits | 0x80000000u;
}
__device__ inline uint64_t sort_key(double x) {
  constexpr uint64_t kTop = UINT64_C(1) << 63;
  if (x != x) return ~UINT64_C(0);
  const auto bits = __builtin_bit_cast(uint64_t, x + 0.0);
  return (bits & kTop) != 0 ? ~bits : bits | kTop;
}
__device__ inline uint64_t sort_key(int64_t x) {
  return static_cast<uint64_t>(x) ^ (UINT64_C(1) << 63);
}

template <class T>
struct SortKey {
  using Type = uint64_t;
};
template <>
struct SortKey<float> {
  using Type = uint32_t;
};

// Rows of keys in global memory, and the places where they stood.
template <class Key>
struct SortBuffers {
  Key* keys;
  uint32_t* places;
};

// Sorts rows [rows, n] of keys, n below 2^32, by their low `bits`. All memory
// is used; the places are only written. Returns the buffers that hold the
// result.
template <class Key>
SortBuffers<Key> radix_sort(Device device, SortBuffers<Key> from,
                            SortBuffers<Key> to, int64_t rows, int64_t n,
                            int bits);

extern template SortBuffers<uint32_t> radix_sort(Device, SortBuffers<uint32_t>,
                                                 SortBuffers<uint32_t>, int64_t,
                                                 int64_t, int);
extern template SortBuffers<uint64_t> radix_sort(Device, SortBuffers<uint64_t>,
                                                 SortBuffers<uint64_t>, int64_t,
                                                 int64_t, int);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_SORT_ROWS_CUH_
