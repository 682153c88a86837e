// Values and gradients of the transcendental unary ops (unary_defs.h says how).
//
// An op with `small` computes chunks of floats that lie within kSmall by it.

#ifndef CRESSET_TENSOR_OPS_MATH_DEFS_H_
#define CRESSET_TENSOR_OPS_MATH_DEFS_H_

#include <cstdint>
#include <type_traits>

#include "cresset/tensor/ops/math.h"
#include "cresset/tensor/ops/math_tensor.h"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal {

struct MathFamily;

struct Exp : UnaryOp<MathFamily, Domain::kFloating, Saves::kOutput> {
  static constexpr const char* kName = "exp";
  static constexpr const char* kGradName = "ExpBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::exp(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return g * y;
  }
};

struct Exp2 : UnaryOp<MathFamily, Domain::kFloating, Saves::kOutput> {
  static constexpr const char* kName = "exp2";
  static constexpr const char* kGradName = "Exp2Backward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::exp2(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return g * y * Number<V>(0.69314718055994530942);
  }
};

struct Expm1 : UnaryOp<MathFamily, Domain::kFloating, Saves::kOutput> {
  static constexpr const char* kName = "expm1";
  static constexpr const char* kGradName = "Expm1Backward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::expm1(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return g * (y + Number<V>(1));
  }
};

struct Log : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "log";
  static constexpr const char* kGradName = "LogBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::log(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g / x;
  }
};

struct Log2 : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "log2";
  static constexpr const char* kGradName = "Log2Backward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::log2(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g / (x * Number<V>(0.69314718055994530942));
  }
};

struct Log10 : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "log10";
  static constexpr const char* kGradName = "Log10Backward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::log10(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g / (x * Number<V>(2.30258509299404568402));
  }
};

struct Log1p : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "log1p";
  static constexpr const char* kGradName = "Log1PBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::log1p(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g / (x + Number<V>(1));
  }
};

struct Sin : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "sin";
  static constexpr const char* kGradName = "SinBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::sin(x);
  }
  static constexpr float kSmall = math::kSmallAngle;
  CRESSET_HD float small(float x) const { return math::sincos_small(x).sin; }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * math::cos(x);
  }
};

struct Cos : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "cos";
  static constexpr const char* kGradName = "CosBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::cos(x);
  }
  static constexpr float kSmall = math::kSmallAngle;
  CRESSET_HD float small(float x) const { return math::sincos_small(x).cos; }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return -g * math::sin(x);
  }
};

struct Tan : UnaryOp<MathFamily, Domain::kFloating, Saves::kOutput> {
  static constexpr const char* kName = "tan";
  static constexpr const char* kGradName = "TanBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::tan(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return g * (Number<V>(1) + y * y);
  }
};

struct Asin : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "asin";
  static constexpr const char* kGradName = "AsinBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::asin(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * math::rsqrt(Number<V>(1) - x * x);
  }
};

struct Acos : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "acos";
  static constexpr const char* kGradName = "AcosBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::acos(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return -g * math::rsqrt(Number<V>(1) - x * x);
  }
};

struct Atan : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "atan";
  static constexpr const char* kGradName = "AtanBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::atan(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g / (x * x + Number<V>(1));
  }
};

struct Sinh : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "sinh";
  static constexpr const char* kGradName = "SinhBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::sinh(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * math::cosh(x);
  }
};

struct Cosh : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "cosh";
  static constexpr const char* kGradName = "CoshBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::cosh(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * math::sinh(x);
  }
};

struct Asinh : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "asinh";
  static constexpr const char* kGradName = "AsinhBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::asinh(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * math::rsqrt(x * x + Number<V>(1));
  }
};

struct Acosh : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "acosh";
  static constexpr const char* kGradName = "AcoshBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::acosh(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * math::rsqrt(x * x - Number<V>(1));
  }
};

struct Atanh : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "atanh";
  static constexpr const char* kGradName = "AtanhBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::atanh(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g / (Number<V>(1) - x * x);
  }
};

struct Tanh : UnaryOp<MathFamily, Domain::kFloating, Saves::kOutput> {
  static constexpr const char* kName = "tanh";
  static constexpr const char* kGradName = "TanhBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::tanh(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return g * (Number<V>(1) - y * y);
  }
};

struct Sigmoid : UnaryOp<MathFamily, Domain::kFloating, Saves::kOutput> {
  static constexpr const char* kName = "sigmoid";
  static constexpr const char* kGradName = "SigmoidBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::sigmoid(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return g * (Number<V>(1) - y) * y;
  }
};

struct Erf : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "erf";
  static constexpr const char* kGradName = "ErfBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::erf(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * (Number<V>(1.12837916709551257390) * math::exp(-(x * x)));
  }
};

struct Erfc : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "erfc";
  static constexpr const char* kGradName = "ErfcBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::erfc(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * (Number<V>(-1.12837916709551257390) * math::exp(-(x * x)));
  }
};

struct Erfinv : UnaryOp<MathFamily, Domain::kFloating, Saves::kOutput> {
  static constexpr const char* kName = "erfinv";
  static constexpr const char* kGradName = "ErfinvBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::erfinv(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return g * (Number<V>(0.88622692545275801365) * math::exp(y * y));
  }
};

// sin(pi x) / (pi x); 1 at 0.
struct Sinc : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "sinc";
  static constexpr const char* kGradName = "SincBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    const V p = static_cast<V>(3.14159265358979323846) * x;
    return x == 0 ? static_cast<V>(1) : math::sin(p) / p;
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    const V p = Number<V>(3.14159265358979323846) * x;
    const V slope = (p * math::cos(p) - math::sin(p)) / (p * x);
    return g * math::select(x == 0, math::zero_like(slope), slope);
  }
};

struct Logit : UnaryOp<MathFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "logit";
  static constexpr const char* kGradName = "LogitBackward";
  double low;  // x is kept within [low, 1 - low]; negative for no bound
  explicit Logit(double l) : low(l) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    const V l = static_cast<V>(low), h = static_cast<V>(1 - low);
    const V z = low < 0 || x != x ? x : x < l ? l : x > h ? h : x;
    return math::log(z / (static_cast<V>(1) - z));
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    const double end = low < 0 ? 0 : low;
    return math::select((x >= Number<V>(end)) & (x <= Number<V>(1 - end)),
                        g / (x * (Number<V>(1) - x)),
                        math::filled_like(g, low < 0 ? __builtin_nan("") : 0));
  }
};

struct MathFamily {
  using Ops = OpList<Exp, Exp2, Expm1, Log, Log2, Log10, Log1p, Sin, Cos, Tan,
                     Asin, Acos, Atan, Sinh, Cosh, Asinh, Acosh, Atanh, Tanh,
                     Sigmoid, Erf, Erfc, Erfinv, Sinc, Logit>;
  static ElementwiseKernel kernel;
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_MATH_DEFS_H_
