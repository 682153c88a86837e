// Values of ops of three inputs. Gradients are in ternary.cc and where.cc.

#ifndef CRESSET_TENSOR_OPS_TERNARY_DEFS_H_
#define CRESSET_TENSOR_OPS_TERNARY_DEFS_H_

#include <cstdint>
#include <type_traits>

#include "cresset/tensor/ops/math.h"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal {

struct TernaryFamily;

struct Where : ElementwiseOp<TernaryFamily, Domain::kNumber, 3, false, true> {
  static constexpr const char* kName = "where";
  template <class V>
  CRESSET_HD V value(uint8_t c, V a, V b) const {
    return c != 0 ? a : b;
  }
};

// NaN in x or in a bound gives NaN. Bounds that cross give the upper one.
struct Clamp : ElementwiseOp<TernaryFamily, Domain::kNumber, 3> {
  static constexpr const char* kName = "clamp";
  template <class V>
  CRESSET_HD V value(V x, V low, V high) const {
    return math::minimum(math::maximum(x, low), high);
  }
};

// start + weight * (end - start), from whichever end is nearer, so that
// weights 0 and 1 give the ends exactly.
struct Lerp : ElementwiseOp<TernaryFamily, Domain::kFloatOnly, 3> {
  static constexpr const char* kName = "lerp";
  template <class V>
  CRESSET_HD V value(V start, V end, V weight) const {
    const V step = end - start;
    return math::abs(weight) < static_cast<V>(0.5)
               ? start + weight * step
               : end - step * (static_cast<V>(1) - weight);
  }
};

// x + value * a * b
struct AddCMul : ElementwiseOp<TernaryFamily, Domain::kNoBool, 3> {
  static constexpr const char* kName = "addcmul";
  double factor = 1;
  int64_t int_factor = 1;
  AddCMul(double f, int64_t i) : factor(f), int_factor(i) {}
  template <class V>
  CRESSET_HD V value(V x, V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      using U = uint64_t;
      return static_cast<V>(static_cast<U>(x) + static_cast<U>(int_factor) *
                                                    static_cast<U>(a) *
                                                    static_cast<U>(b));
    } else {
      return x + static_cast<V>(factor) * a * b;
    }
  }
};

// x + value * a / b
struct AddCDiv : ElementwiseOp<TernaryFamily, Domain::kFloatOnly, 3> {
  static constexpr const char* kName = "addcdiv";
  double factor = 1;
  explicit AddCDiv(double f) : factor(f) {}
  template <class V>
  CRESSET_HD V value(V x, V a, V b) const {
    return x + static_cast<V>(factor) * a / b;
  }
};

struct TernaryFamily {
  using Ops = OpList<Where, Clamp, Lerp, AddCMul, AddCDiv>;
  static ElementwiseKernel kernel;
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_TERNARY_DEFS_H_
