// How running sums, products and extremes join elements, for the kernels of
// every device.

#ifndef CRESSET_TENSOR_OPS_SCAN_DEFS_H_
#define CRESSET_TENSOR_OPS_SCAN_DEFS_H_

#include <cstdint>
#include <type_traits>

#include "cresset/tensor/ops/math.h"

namespace cresset::internal {

// Floats are accumulated in double, as PyTorch does.
template <class T>
struct ScanState {
  using Type = T;
};
template <>
struct ScanState<float> {
  using Type = double;
};

struct ScanPlus {
  template <class V>
  CRESSET_HD static V identity() {
    return 0;
  }
  template <class V>
  CRESSET_HD V operator()(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      return static_cast<V>(static_cast<uint64_t>(a) +
                            static_cast<uint64_t>(b));
    } else {
      return a + b;
    }
  }
};

struct ScanTimes {
  template <class V>
  CRESSET_HD static V identity() {
    return 1;
  }
  template <class V>
  CRESSET_HD V operator()(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      return static_cast<V>(static_cast<uint64_t>(a) *
                            static_cast<uint64_t>(b));
    } else {
      return a * b;
    }
  }
};

// log(exp(a) + exp(b)).
struct ScanLogPlus {
  template <class V>
  CRESSET_HD static V identity() {
    return -math::Ieee<V>::kInfinity;
  }
  template <class V>
  CRESSET_HD V operator()(V a, V b) const {
    const V top = a > b ? a : b;
    const V low = a > b ? b : a;
    // Equal infinities must not give the NaN of their difference.
    const V sum = top + math::log1p(math::exp(low - top));
    const V safe = math::isinf(top) && low == top ? top : sum;
    return a != a ? a : safe;
  }
};

// Whether a later element a takes the place of the extreme b.
struct ScanLarger {
  template <class T>
  CRESSET_HD static bool holds(T a, T b) {
    return a >= b;
  }
};
struct ScanSmaller {
  template <class T>
  CRESSET_HD static bool holds(T a, T b) {
    return a <= b;
  }
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_SCAN_DEFS_H_
