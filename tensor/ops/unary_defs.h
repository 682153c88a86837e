// Values and gradients of the unary ops, each written once.
//
// `value` runs on float, double and (Domain::kNumber) int64_t. `grad` gets the
// gradient of the result, the input and the output, of which only the one named
// by kSaves is real; it runs on float and double as one fused kernel, and on
// Tensor when the gradient itself must be differentiable.

#ifndef CRESSET_TENSOR_OPS_UNARY_DEFS_H_
#define CRESSET_TENSOR_OPS_UNARY_DEFS_H_

#include <cstdint>
#include <type_traits>

#include "cresset/tensor/ops/math.h"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal {

struct Neg {
  static constexpr const char* kName = "neg";
  static constexpr const char* kGradName = "NegBackward";
  static constexpr Domain kDomain = Domain::kNumber;
  static constexpr Saves kSaves = Saves::kNothing;
  template <class V>
  CRESSET_HD V value(V x) const {
    if constexpr (std::is_integral_v<V>) {
      return static_cast<V>(-static_cast<uint64_t>(x));
    } else {
      return -x;
    }
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V&) const {
    return -g;
  }
};

struct Exp {
  static constexpr const char* kName = "exp";
  static constexpr const char* kGradName = "ExpBackward";
  static constexpr Domain kDomain = Domain::kFloating;
  static constexpr Saves kSaves = Saves::kOutput;
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::exp(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return g * y;
  }
};

struct Log {
  static constexpr const char* kName = "log";
  static constexpr const char* kGradName = "LogBackward";
  static constexpr Domain kDomain = Domain::kFloating;
  static constexpr Saves kSaves = Saves::kInput;
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::log(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g / x;
  }
};

using UnaryOps = OpList<Neg, Exp, Log>;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_UNARY_DEFS_H_
