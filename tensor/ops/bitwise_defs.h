// Values of the ops on bits and divisors of integers; bool is computed as 0
// and 1.

#ifndef CRESSET_TENSOR_OPS_BITWISE_DEFS_H_
#define CRESSET_TENSOR_OPS_BITWISE_DEFS_H_

#include <cstdint>

#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal {

struct BitwiseFamily;

template <Domain domain>
using BitwiseOp = ElementwiseOp<BitwiseFamily, domain, 2>;

#define CRESSET_BITWISE(Name, name, domain, expression) \
  struct Name : BitwiseOp<Domain::domain> {             \
    static constexpr const char* kName = name;          \
    template <class V>                                  \
    CRESSET_HD V value(V a, V b) const {                \
      return expression;                                \
    }                                                   \
  }

CRESSET_BITWISE(BitAnd, "bitwise_and", kInteger, a& b);
CRESSET_BITWISE(BitOr, "bitwise_or", kInteger, a | b);
CRESSET_BITWISE(BitXor, "bitwise_xor", kInteger, a ^ b);
// A shift by more than there are bits leaves none, whatever the machine does.
CRESSET_BITWISE(ShiftLeft, "bitwise_left_shift", kIntegerNoBool,
                b<0 || b> 63 ? 0
                             : static_cast<V>(static_cast<uint64_t>(a) << b));
CRESSET_BITWISE(ShiftRight, "bitwise_right_shift", kIntegerNoBool,
                a >> (b < 0 || b > 63 ? 63 : b));

#undef CRESSET_BITWISE

struct BitNot : ElementwiseOp<BitwiseFamily, Domain::kIntegerNoBool, 1> {
  static constexpr const char* kName = "bitwise_not";
  template <class V>
  CRESSET_HD V value(V x) const {
    return ~x;
  }
};

CRESSET_HD int64_t greatest_divisor(int64_t a, int64_t b) {
  const auto magnitude = [](int64_t x) {
    return x < 0 ? 0 - static_cast<uint64_t>(x) : static_cast<uint64_t>(x);
  };
  uint64_t x = magnitude(a), y = magnitude(b);
  while (y != 0) {
    const uint64_t rest = x % y;
    x = y;
    y = rest;
  }
  return static_cast<int64_t>(x);
}

struct Gcd : BitwiseOp<Domain::kIntegerNoBool> {
  static constexpr const char* kName = "gcd";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    return greatest_divisor(a, b);
  }
};

struct Lcm : BitwiseOp<Domain::kIntegerNoBool> {
  static constexpr const char* kName = "lcm";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    const V divisor = greatest_divisor(a, b);
    if (divisor == 0) return 0;
    const auto y = static_cast<V>(static_cast<uint64_t>(a / divisor) *
                                  static_cast<uint64_t>(b));
    return y < 0 ? static_cast<V>(0 - static_cast<uint64_t>(y)) : y;
  }
};

struct BitwiseFamily {
  using Ops =
      OpList<BitAnd, BitOr, BitXor, ShiftLeft, ShiftRight, BitNot, Gcd, Lcm>;
  static ElementwiseKernel kernel;
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_BITWISE_DEFS_H_
