// Values of the binary ops. V is float, double or int64_t; integer division
// ops floor, as Python's do. Gradients are in binary.cc.

#ifndef CRESSET_TENSOR_OPS_BINARY_DEFS_H_
#define CRESSET_TENSOR_OPS_BINARY_DEFS_H_

#include <cstdint>
#include <type_traits>

#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal {

// a + alpha * b
struct Add {
  static constexpr const char* kName = "add";
  static constexpr Domain kDomain = Domain::kNumber;
  double alpha = 1;
  int64_t int_alpha = 1;
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      return static_cast<V>(static_cast<uint64_t>(a) +
                            static_cast<uint64_t>(int_alpha) *
                                static_cast<uint64_t>(b));
    } else {
      return a + static_cast<V>(alpha) * b;
    }
  }
};

struct Mul {
  static constexpr const char* kName = "mul";
  static constexpr Domain kDomain = Domain::kNumber;
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      return static_cast<V>(static_cast<uint64_t>(a) *
                            static_cast<uint64_t>(b));
    } else {
      return a * b;
    }
  }
};

// True division: integers are converted before they get here.
struct Div {
  static constexpr const char* kName = "div";
  static constexpr Domain kDomain = Domain::kFloating;
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    return a / b;
  }
};

using BinaryOps = OpList<Add, Mul, Div>;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_BINARY_DEFS_H_
