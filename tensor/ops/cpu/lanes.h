// Reducing dense elements in many independent lanes; for kernel sources only.
//
// The number of lanes is the same at every instruction set level, so that sums
// round alike on all machines.

#ifndef CRESSET_TENSOR_OPS_CPU_LANES_H_
#define CRESSET_TENSOR_OPS_CPU_LANES_H_

#include <cstdint>

#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

// Four 64-byte registers.
template <class T>
inline constexpr int64_t kLanes = 256 / static_cast<int64_t>(sizeof(T));

// Elements that are reduced lane by lane; more are halved first, so that
// rounding errors grow with the logarithm of n.
inline constexpr int64_t kBlock = 2048;

// Joins the lanes [kWidth, 2 * kWidth) to those before, then halves again.
template <int64_t kWidth, class T, class Combine>
CRESSET_HD T join_lanes(T* lanes, Combine combine) {
  for (int64_t l = 0; l < kWidth; ++l) {
    lanes[l] = combine(lanes[l], lanes[l + kWidth]);
  }
  if constexpr (kWidth > 1) {
    return join_lanes<kWidth / 2>(lanes, combine);
  } else {
    return lanes[0];
  }
}

// The same of `kWidth` or more elements, element i in lane i % kWidth. The
// loops over all lanes are what the compiler turns into vector code.
template <int64_t kWidth, class T, class Map, class Combine>
CRESSET_HD T reduce_lanes(const T* x, int64_t n, Map map, Combine combine) {
  T lanes[kWidth];
  for (int64_t l = 0; l < kWidth; ++l) lanes[l] = map(x[l]);
  int64_t i = kWidth;
  for (; i + kWidth <= n; i += kWidth) {
    for (int64_t l = 0; l < kWidth; ++l) {
      lanes[l] = combine(lanes[l], map(x[i + l]));
    }
  }
  for (int64_t l = 0; l < n - i; ++l) {
    lanes[l] = combine(lanes[l], map(x[i + l]));
  }
  return join_lanes<kWidth / 2>(lanes, combine);
}

// combine(map(x[0]), map(x[1]), ...), n >= 1.
template <class T, class Map, class Combine>
CRESSET_HD T reduce_block(const T* x, int64_t n, Map map, Combine combine) {
  constexpr int64_t kFew = kLanes<T> / 4;
  if (n >= kLanes<T>) return reduce_lanes<kLanes<T>>(x, n, map, combine);
  if (n >= kFew) return reduce_lanes<kFew>(x, n, map, combine);
  T sum = map(x[0]);
  for (int64_t i = 1; i < n; ++i) sum = combine(sum, map(x[i]));
  return sum;
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL

#endif  // CRESSET_TENSOR_OPS_CPU_LANES_H_
