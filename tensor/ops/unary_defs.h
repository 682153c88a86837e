// Values and gradients of the algebraic unary ops, each written once.
//
// `value` runs on float, double and, where the domain has them, int64_t. `grad`
// gets the gradient of the result, the input and the output, of which only the
// one named by Saves is real; it runs on float and double as one fused kernel,
// and on Tensor when the gradient itself must be differentiable.

#ifndef CRESSET_TENSOR_OPS_UNARY_DEFS_H_
#define CRESSET_TENSOR_OPS_UNARY_DEFS_H_

#include <cstdint>
#include <type_traits>

#include "cresset/tensor/ops/math.h"
#include "cresset/tensor/ops/math_tensor.h"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal {

struct UnaryFamily;

struct Neg : UnaryOp<UnaryFamily, Domain::kNoBool, Saves::kNothing> {
  static constexpr const char* kName = "neg";
  static constexpr const char* kGradName = "NegBackward";
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

struct Abs : UnaryOp<UnaryFamily, Domain::kNoBool, Saves::kInput> {
  static constexpr const char* kName = "abs";
  static constexpr const char* kGradName = "AbsBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    if constexpr (std::is_integral_v<V>) {
      return static_cast<V>(x < 0 ? -static_cast<uint64_t>(x)
                                  : static_cast<uint64_t>(x));
    } else {
      return math::abs(x);
    }
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * math::sgn(x);
  }
};

struct Sign : UnaryOp<UnaryFamily, Domain::kNumber, Saves::kNothing> {
  static constexpr const char* kName = "sign";
  static constexpr const char* kGradName = "SignBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return static_cast<V>(static_cast<V>(x > 0) - static_cast<V>(x < 0));
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V&) const {
    return math::zero_like(g);
  }
};

struct Square : UnaryOp<UnaryFamily, Domain::kNoBool, Saves::kInput> {
  static constexpr const char* kName = "square";
  static constexpr const char* kGradName = "PowBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    if constexpr (std::is_integral_v<V>) {
      return static_cast<V>(static_cast<uint64_t>(x) *
                            static_cast<uint64_t>(x));
    } else {
      return x * x;
    }
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * (Number<V>(2) * x);
  }
};

// Only as a power, for which it is the cheaper way.
struct Cube : UnaryOp<UnaryFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "pow";
  static constexpr const char* kGradName = "PowBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return x * x * x;
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * (Number<V>(3) * x * x);
  }
};

struct Reciprocal : UnaryOp<UnaryFamily, Domain::kFloating, Saves::kOutput> {
  static constexpr const char* kName = "reciprocal";
  static constexpr const char* kGradName = "ReciprocalBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return static_cast<V>(1) / x;
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return -g * (y * y);
  }
};

struct Sqrt : UnaryOp<UnaryFamily, Domain::kFloating, Saves::kOutput> {
  static constexpr const char* kName = "sqrt";
  static constexpr const char* kGradName = "SqrtBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::sqrt(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return g / (Number<V>(2) * y);
  }
};

struct Rsqrt : UnaryOp<UnaryFamily, Domain::kFloating, Saves::kOutput> {
  static constexpr const char* kName = "rsqrt";
  static constexpr const char* kGradName = "RsqrtBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::rsqrt(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return Number<V>(-0.5) * g * (y * y * y);
  }
};

struct Ceil : UnaryOp<UnaryFamily, Domain::kNoBool, Saves::kNothing> {
  static constexpr const char* kName = "ceil";
  static constexpr const char* kGradName = "CeilBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    if constexpr (std::is_integral_v<V>) {
      return x;
    } else {
      return math::ceil(x);
    }
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V&) const {
    return math::zero_like(g);
  }
};

struct Floor : UnaryOp<UnaryFamily, Domain::kNoBool, Saves::kNothing> {
  static constexpr const char* kName = "floor";
  static constexpr const char* kGradName = "FloorBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    if constexpr (std::is_integral_v<V>) {
      return x;
    } else {
      return math::floor(x);
    }
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V&) const {
    return math::zero_like(g);
  }
};

struct Trunc : UnaryOp<UnaryFamily, Domain::kNoBool, Saves::kNothing> {
  static constexpr const char* kName = "trunc";
  static constexpr const char* kGradName = "TruncBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    if constexpr (std::is_integral_v<V>) {
      return x;
    } else {
      return math::trunc(x);
    }
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V&) const {
    return math::zero_like(g);
  }
};

struct Frac : UnaryOp<UnaryFamily, Domain::kFloatOnly, Saves::kNothing> {
  static constexpr const char* kName = "frac";
  static constexpr const char* kGradName = "FracBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return x - math::trunc(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V&) const {
    return g;
  }
};

// Halves go to the even neighbour.
struct Round : UnaryOp<UnaryFamily, Domain::kNoBool, Saves::kNothing> {
  static constexpr const char* kName = "round";
  static constexpr const char* kGradName = "RoundBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    if constexpr (std::is_integral_v<V>) {
      return x;
    } else {
      return math::round(x);
    }
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V&) const {
    return math::zero_like(g);
  }
};

struct RoundDecimals
    : UnaryOp<UnaryFamily, Domain::kFloatOnly, Saves::kNothing> {
  static constexpr const char* kName = "round";
  static constexpr const char* kGradName = "RoundBackward";
  double power;   // 10 to the number of decimals
  bool negative;  // whether the number is: rounds to tens, hundreds, ...
  RoundDecimals(double p, bool n) : power(p), negative(n) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    const V p = static_cast<V>(power);
    return negative ? math::round(x / p) * p : math::round(x * p) / p;
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V&) const {
    return math::zero_like(g);
  }
};

struct NanToNum : UnaryOp<UnaryFamily, Domain::kNumber, Saves::kInput> {
  static constexpr const char* kName = "nan_to_num";
  static constexpr const char* kGradName = "NanToNumBackward";
  double nan, posinf, neginf;
  NanToNum(double n, double p, double m) : nan(n), posinf(p), neginf(m) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    if constexpr (std::is_integral_v<V>) {
      return x;
    } else {
      const V y = x == math::Ieee<V>::kInfinity ? static_cast<V>(posinf) : x;
      const V z = y == -math::Ieee<V>::kInfinity ? static_cast<V>(neginf) : y;
      return x != x ? static_cast<V>(nan) : z;
    }
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return math::select(math::isfinite(x), g, Number<V>(0));
  }
};

// clamp with numbers as bounds; NaN stays.
struct ClampNumbers : UnaryOp<UnaryFamily, Domain::kNumber, Saves::kInput> {
  static constexpr const char* kName = "clamp";
  static constexpr const char* kGradName = "ClampBackward";
  double low, high;
  int64_t int_low, int_high;
  ClampNumbers(double l, double h, int64_t il, int64_t ih)
      : low(l), high(h), int_low(il), int_high(ih) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    if constexpr (std::is_integral_v<V>) {
      x = x < int_low ? int_low : x;
      return x > int_high ? int_high : x;
    } else {
      x = x < static_cast<V>(low) ? static_cast<V>(low) : x;
      return x > static_cast<V>(high) ? static_cast<V>(high) : x;
    }
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return math::select((x >= Number<V>(low)) & (x <= Number<V>(high)), g,
                        Number<V>(0));
  }
};

struct UnaryFamily {
  using Ops =
      OpList<Neg, Abs, Sign, Square, Cube, Reciprocal, Sqrt, Rsqrt, Ceil, Floor,
             Trunc, Frac, Round, RoundDecimals, NanToNum, ClampNumbers>;
  static ElementwiseKernel kernel;
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_UNARY_DEFS_H_
