// Values of the binary ops. V is float, double or int64_t. Gradients are
// written with public ops where the ops are (binary.cc, power.cc, ...).

#ifndef CRESSET_TENSOR_OPS_BINARY_DEFS_H_
#define CRESSET_TENSOR_OPS_BINARY_DEFS_H_

#include <cstdint>
#include <type_traits>

#include "cresset/tensor/ops/math.h"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal {

struct BinaryFamily;

template <Domain domain>
using BinaryOp = ElementwiseOp<BinaryFamily, domain, 2>;

// Products and sums of integers wrap, which only unsigned arithmetic may do.
CRESSET_HD int64_t wrap_mul(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) *
                              static_cast<uint64_t>(b));
}
CRESSET_HD int64_t wrap_add(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) +
                              static_cast<uint64_t>(b));
}

// a + alpha * b
struct Add : BinaryOp<Domain::kNumber> {
  static constexpr const char* kName = "add";
  double alpha = 1;
  int64_t int_alpha = 1;
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      return wrap_add(a, wrap_mul(int_alpha, b));
    } else {
      return a + static_cast<V>(alpha) * b;
    }
  }
};

struct Mul : BinaryOp<Domain::kNumber> {
  static constexpr const char* kName = "mul";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      return wrap_mul(a, b);
    } else {
      return a * b;
    }
  }
};

// True division: integers are converted before they get here.
struct Div : BinaryOp<Domain::kFloating> {
  static constexpr const char* kName = "div";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    return a / b;
  }
};

// Whether an integer divisor is set apart: 0, which only a device sees here
// (division.cc reports it), and -1, since the machine traps on the one quotient
// that overflows. Both quotients are a * b.
CRESSET_HD bool divides_apart(int64_t b) {
  return static_cast<uint64_t>(b) + 1 < 2;
}

// a / b towards zero.
struct DivTrunc : BinaryOp<Domain::kNoBool> {
  static constexpr const char* kName = "div";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      return divides_apart(b) ? wrap_mul(a, b) : a / b;
    } else {
      return math::trunc(a / b);
    }
  }
};

// a / b downwards. Floats follow Python: the quotient of a less the remainder.
struct DivFloor : BinaryOp<Domain::kNoBool> {
  static constexpr const char* kName = "floor_divide";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      if (divides_apart(b)) return wrap_mul(a, b);
      const V q = a / b;
      return q * b != a && (a < 0) != (b < 0) ? q - 1 : q;
    } else {
      if (b == 0) return a / b;
      const V rest = math::fmod(a, b);
      V q = (a - rest) / b;
      if (rest != 0 && (b < 0) != (rest < 0)) q -= 1;
      if (q == 0) return math::copysign(static_cast<V>(0), a / b);
      const V down = math::floor(q);
      return q - down > static_cast<V>(0.5) ? down + 1 : down;
    }
  }
};

// The remainder with the sign of a.
struct Fmod : BinaryOp<Domain::kNoBool> {
  static constexpr const char* kName = "fmod";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      return divides_apart(b) ? 0 : a % b;
    } else {
      return math::fmod(a, b);
    }
  }
};

// The remainder with the sign of b, as Python's %.
struct Remainder : BinaryOp<Domain::kNoBool> {
  static constexpr const char* kName = "remainder";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    V rest;
    if constexpr (std::is_integral_v<V>) {
      rest = divides_apart(b) ? 0 : a % b;
    } else {
      rest = math::fmod(a, b);
    }
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  }
};

struct Pow : BinaryOp<Domain::kNoBool> {
  static constexpr const char* kName = "pow";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      if (b < 0) {
        if (a == 1) return 1;
        return a == -1 ? (b % 2 == 0 ? 1 : -1) : 0;
      }
      V y = 1;
      for (; b != 0; b >>= 1, a = wrap_mul(a, a)) {
        if ((b & 1) != 0) y = wrap_mul(y, a);
      }
      return y;
    } else {
      return math::pow(a, b);
    }
  }
};

struct Maximum : BinaryOp<Domain::kNumber> {
  static constexpr const char* kName = "maximum";
  static constexpr bool kIsMax = true;
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    return math::maximum(a, b);
  }
};

struct Minimum : BinaryOp<Domain::kNumber> {
  static constexpr const char* kName = "minimum";
  static constexpr bool kIsMax = false;
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    return math::minimum(a, b);
  }
};

struct Fmax : BinaryOp<Domain::kNumber> {
  static constexpr const char* kName = "fmax";
  static constexpr bool kIsMax = true;
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    return a > b || b != b ? a : b;
  }
};

struct Fmin : BinaryOp<Domain::kNumber> {
  static constexpr const char* kName = "fmin";
  static constexpr bool kIsMax = false;
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    return a < b || b != b ? a : b;
  }
};

struct Atan2 : BinaryOp<Domain::kFloating> {
  static constexpr const char* kName = "atan2";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    return math::atan2(a, b);
  }
};

struct Hypot : BinaryOp<Domain::kFloatOnly> {
  static constexpr const char* kName = "hypot";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    return math::hypot(a, b);
  }
};

struct CopySign : BinaryOp<Domain::kFloating> {
  static constexpr const char* kName = "copysign";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    return math::copysign(a, b);
  }
};

// The step function of a, whose value at 0 is b.
struct Heaviside : BinaryOp<Domain::kNumber> {
  static constexpr const char* kName = "heaviside";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    const V step = a > 0 ? static_cast<V>(1) : static_cast<V>(0);
    return a == 0 ? b : step;
  }
};

// a * log(b), 0 where a is 0 unless b is NaN.
struct XLogY : BinaryOp<Domain::kFloating> {
  static constexpr const char* kName = "xlogy";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    const V y = a == 0 ? static_cast<V>(0) : a * math::log(b);
    return b != b ? b : y;
  }
};

// a * log(1 + b), likewise.
struct XLog1pY : BinaryOp<Domain::kFloating> {
  static constexpr const char* kName = "xlog1py";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    const V y = a == 0 ? static_cast<V>(0) : a * math::log1p(b);
    return b != b ? b : y;
  }
};

// log(exp(a) + exp(b)). Equal infinities are their own sum.
struct LogAddExp : BinaryOp<Domain::kFloatOnly> {
  static constexpr const char* kName = "logaddexp";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    const V sum =
        math::maximum(a, b) + math::log1p(math::exp(-math::abs(a - b)));
    return (math::isinf(a) & (a == b)) ? a : sum;
  }
};

// log2(2^a + 2^b)
struct LogAddExp2 : BinaryOp<Domain::kFloatOnly> {
  static constexpr const char* kName = "logaddexp2";
  template <class V>
  CRESSET_HD V value(V a, V b) const {
    const V sum =
        math::maximum(a, b) + math::log1p(math::exp2(-math::abs(a - b))) *
                                  static_cast<V>(1.44269504088896340736);
    return (math::isinf(a) & (a == b)) ? a : sum;
  }
};

// x above 0, weight * x elsewhere.
struct PRelu : BinaryOp<Domain::kFloatOnly> {
  static constexpr const char* kName = "prelu";
  template <class V>
  CRESSET_HD V value(V x, V weight) const {
    return x > 0 ? x : weight * x;
  }
};

struct BinaryFamily {
  using Ops = OpList<Add, Mul, Div, DivTrunc, DivFloor, Fmod, Remainder, Pow,
                     Maximum, Minimum, Fmax, Fmin, Atan2, Hypot, CopySign,
                     Heaviside, XLogY, XLog1pY, LogAddExp, LogAddExp2, PRelu>;
  static ElementwiseKernel kernel;
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_BINARY_DEFS_H_
