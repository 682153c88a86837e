// Comparisons and tests: ops that write bool. They have no gradient.

#ifndef CRESSET_TENSOR_OPS_COMPARE_DEFS_H_
#define CRESSET_TENSOR_OPS_COMPARE_DEFS_H_

#include <cstdint>
#include <type_traits>

#include "cresset/tensor/ops/math.h"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal {

struct CompareFamily;

using Comparison = ElementwiseOp<CompareFamily, Domain::kNumber, 2, true>;
using Test = ElementwiseOp<CompareFamily, Domain::kNumber, 1, true>;

#define CRESSET_COMPARISON(Name, name, expression) \
  struct Name : Comparison {                       \
    static constexpr const char* kName = name;     \
    template <class V>                             \
    CRESSET_HD bool value(V a, V b) const {        \
      return expression;                           \
    }                                              \
  }

CRESSET_COMPARISON(Eq, "eq", a == b);
CRESSET_COMPARISON(Ne, "ne", a != b);
CRESSET_COMPARISON(Lt, "lt", a < b);
CRESSET_COMPARISON(Le, "le", a <= b);
CRESSET_COMPARISON(LogicalAnd, "logical_and", (a != 0) & (b != 0));
CRESSET_COMPARISON(LogicalOr, "logical_or", (a != 0) | (b != 0));
CRESSET_COMPARISON(LogicalXor, "logical_xor", (a != 0) != (b != 0));

#undef CRESSET_COMPARISON

// |a - b| <= atol + rtol * |b|, or equal; infinities are close to themselves.
struct IsClose : Comparison {
  static constexpr const char* kName = "isclose";
  double rtol;
  double atol;
  bool equal_nan;
  IsClose(double r, double a, bool nan) : rtol(r), atol(a), equal_nan(nan) {}
  template <class V>
  CRESSET_HD bool value(V a, V b) const {
    using F = std::conditional_t<std::is_same_v<V, float>, float, double>;
    const F x = static_cast<F>(a), y = static_cast<F>(b);
    const F allowed =
        static_cast<F>(atol) + math::abs(static_cast<F>(rtol) * y);
    const F error = math::abs(x - y);
    const bool near = (error <= allowed) & math::isfinite(error);
    return (a == b) | near | (equal_nan & (a != a) & (b != b));
  }
};

// Integers are finite; `of_integer` is the answer for them.
#define CRESSET_TEST(Name, name, of_float, of_integer) \
  struct Name : Test {                                 \
    static constexpr const char* kName = name;         \
    template <class V>                                 \
    CRESSET_HD bool value(V x) const {                 \
      if constexpr (std::is_integral_v<V>) {           \
        return of_integer;                             \
      } else {                                         \
        return of_float;                               \
      }                                                \
    }                                                  \
  }

CRESSET_TEST(IsNan, "isnan", math::isnan(x), false);
CRESSET_TEST(IsInf, "isinf", math::isinf(x), false);
CRESSET_TEST(IsFinite, "isfinite", math::isfinite(x), true);
CRESSET_TEST(IsPosInf, "isposinf", x == math::Ieee<V>::kInfinity, false);
CRESSET_TEST(IsNegInf, "isneginf", x == -math::Ieee<V>::kInfinity, false);
CRESSET_TEST(SignBit, "signbit", math::to_bits(x) < 0, x < 0);
CRESSET_TEST(LogicalNot, "logical_not", x == 0, x == 0);

#undef CRESSET_TEST

struct CompareFamily {
  using Ops =
      OpList<Eq, Ne, Lt, Le, LogicalAnd, LogicalOr, LogicalXor, IsClose, IsNan,
             IsInf, IsFinite, IsPosInf, IsNegInf, SignBit, LogicalNot>;
  static ElementwiseKernel kernel;
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_COMPARE_DEFS_H_
