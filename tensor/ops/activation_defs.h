// Values and gradients of the activation functions (unary_defs.h says how).

#ifndef CRESSET_TENSOR_OPS_ACTIVATION_DEFS_H_
#define CRESSET_TENSOR_OPS_ACTIVATION_DEFS_H_

#include <cstdint>
#include <type_traits>

#include "cresset/tensor/ops/math.h"
#include "cresset/tensor/ops/math_tensor.h"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal {

struct ActivationFamily;

struct Relu : UnaryOp<ActivationFamily, Domain::kNoBool, Saves::kOutput> {
  static constexpr const char* kName = "relu";
  static constexpr const char* kGradName = "ReluBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return x < 0 ? static_cast<V>(0) : x;
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V&, const V& y) const {
    return math::select(y > Number<V>(0), g, Number<V>(0));
  }
};

struct LeakyRelu
    : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "leaky_relu";
  static constexpr const char* kGradName = "LeakyReluBackward";
  double slope;
  explicit LeakyRelu(double s) : slope(s) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    return x > 0 ? x : static_cast<V>(slope) * x;
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return math::select(x > Number<V>(0), g, g * Number<V>(slope));
  }
};

// scale * x above 0, scale * alpha * (exp(input_scale * x) - 1) below: elu,
// selu and celu.
struct Elu : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "elu";
  static constexpr const char* kGradName = "EluBackward";
  double alpha, scale, input_scale;
  Elu(double a, double s, double i) : alpha(a), scale(s), input_scale(i) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    const V low =
        static_cast<V>(alpha) * math::expm1(x * static_cast<V>(input_scale));
    return static_cast<V>(scale) * (x > 0 ? x : low);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    const V low = g * (Number<V>(scale * alpha * input_scale) *
                       math::exp(x * Number<V>(input_scale)));
    return math::select(x > Number<V>(0), g * Number<V>(scale), low);
  }
};

// x times the normal distribution function of x.
struct Gelu : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "gelu";
  static constexpr const char* kGradName = "GeluBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return static_cast<V>(0.5) * x *
           (static_cast<V>(1) +
            math::erf(x * static_cast<V>(0.70710678118654752440)));
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    const V cdf =
        Number<V>(0.5) *
        (Number<V>(1) + math::erf(x * Number<V>(0.70710678118654752440)));
    const V pdf = Number<V>(0.39894228040143267794) *
                  math::exp(Number<V>(-0.5) * (x * x));
    return g * (cdf + x * pdf);
  }
};

struct GeluTanh : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "gelu";
  static constexpr const char* kGradName = "GeluBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    const V inner = static_cast<V>(0.79788456080286535588) *
                    (x + static_cast<V>(0.044715) * (x * x * x));
    return static_cast<V>(0.5) * x * (static_cast<V>(1) + math::tanh(inner));
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    const V square = x * x;
    const V t = math::tanh(Number<V>(0.79788456080286535588) *
                           (x + Number<V>(0.044715) * (square * x)));
    const V slope = Number<V>(0.79788456080286535588) *
                    (Number<V>(1) + Number<V>(3 * 0.044715) * square);
    return g * (Number<V>(0.5) * (Number<V>(1) + t) +
                Number<V>(0.5) * x * ((Number<V>(1) - t * t) * slope));
  }
};

struct Silu : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "silu";
  static constexpr const char* kGradName = "SiluBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return x * math::sigmoid(x);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    const V s = math::sigmoid(x);
    return g * (s * (Number<V>(1) + x * (Number<V>(1) - s)));
  }
};

struct Mish : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "mish";
  static constexpr const char* kGradName = "MishBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    const V e = math::exp(x > 0 ? -x : x);
    const V softplus = math::log1p(e) + (x > 0 ? x : static_cast<V>(0));
    return x * math::tanh(softplus);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    const V softplus = math::log1p(math::exp(-math::abs(x))) +
                       math::select(x > Number<V>(0), x, Number<V>(0));
    const V t = math::tanh(softplus);
    return g * (t + x * math::sigmoid(x) * (Number<V>(1) - t * t));
  }
};

struct Softplus : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "softplus";
  static constexpr const char* kGradName = "SoftplusBackward";
  double beta, threshold;
  Softplus(double b, double t) : beta(b), threshold(t) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    const V z = x * static_cast<V>(beta);
    return z > static_cast<V>(threshold)
               ? x
               : math::log1p(math::exp(z)) / static_cast<V>(beta);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    const V z = x * Number<V>(beta);
    return math::select(z > Number<V>(threshold), g, g * math::sigmoid(z));
  }
};

struct LogSigmoid
    : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "logsigmoid";
  static constexpr const char* kGradName = "LogSigmoidBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return (x < 0 ? x : static_cast<V>(0)) -
           math::log1p(math::exp(-math::abs(x)));
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return g * math::sigmoid(-x);
  }
};

struct Hardtanh : UnaryOp<ActivationFamily, Domain::kNoBool, Saves::kInput> {
  static constexpr const char* kName = "hardtanh";
  static constexpr const char* kGradName = "HardtanhBackward";
  double low, high;
  Hardtanh(double l, double h) : low(l), high(h) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    const V l = static_cast<V>(low), h = static_cast<V>(high);
    x = x < l ? l : x;
    return x > h ? h : x;
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return math::select((x > Number<V>(low)) & (x < Number<V>(high)), g,
                        Number<V>(0));
  }
};

struct Hardsigmoid
    : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "hardsigmoid";
  static constexpr const char* kGradName = "HardsigmoidBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    const V z = x + static_cast<V>(3);
    const V low = z < 0 ? static_cast<V>(0) : z;
    return (low > 6 ? static_cast<V>(6) : low) / static_cast<V>(6);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return math::select((x > Number<V>(-3)) & (x < Number<V>(3)),
                        g / Number<V>(6), Number<V>(0));
  }
};

struct Hardswish
    : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "hardswish";
  static constexpr const char* kGradName = "HardswishBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    const V z = x + static_cast<V>(3);
    const V low = z < 0 ? static_cast<V>(0) : z;
    return x * (low > 6 ? static_cast<V>(6) : low) / static_cast<V>(6);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    const V inside = math::select(x < Number<V>(-3), Number<V>(0),
                                  x / Number<V>(3) + Number<V>(0.5));
    return g * math::select(x > Number<V>(3), Number<V>(1), inside);
  }
};

struct Hardshrink
    : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "hardshrink";
  static constexpr const char* kGradName = "HardshrinkBackward";
  double lambd;
  explicit Hardshrink(double l) : lambd(l) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    return math::abs(x) <= static_cast<V>(lambd) ? static_cast<V>(0) : x;
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return math::select((x >= Number<V>(-lambd)) & (x <= Number<V>(lambd)),
                        Number<V>(0), g);
  }
};

struct Softshrink
    : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "softshrink";
  static constexpr const char* kGradName = "SoftshrinkBackward";
  double lambd;
  explicit Softshrink(double l) : lambd(l) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    const V l = static_cast<V>(lambd);
    return x > l ? x - l : x < -l ? x + l : static_cast<V>(0);
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return math::select((x >= Number<V>(-lambd)) & (x <= Number<V>(lambd)),
                        Number<V>(0), g);
  }
};

struct Softsign : UnaryOp<ActivationFamily, Domain::kFloating, Saves::kInput> {
  static constexpr const char* kName = "softsign";
  static constexpr const char* kGradName = "SoftsignBackward";
  template <class V>
  CRESSET_HD V value(V x) const {
    return x / (static_cast<V>(1) + math::abs(x));
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    const V d = Number<V>(1) + math::abs(x);
    return g / (d * d);
  }
};

struct Threshold : UnaryOp<ActivationFamily, Domain::kNoBool, Saves::kInput> {
  static constexpr const char* kName = "threshold";
  static constexpr const char* kGradName = "ThresholdBackward";
  double limit, other;
  Threshold(double l, double o) : limit(l), other(o) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    return x <= static_cast<V>(limit) ? static_cast<V>(other) : x;
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V&) const {
    return math::select(x <= Number<V>(limit), Number<V>(0), g);
  }
};

struct ActivationFamily {
  using Ops = OpList<Relu, LeakyRelu, Elu, Gelu, GeluTanh, Silu, Mish, Softplus,
                     LogSigmoid, Hardtanh, Hardsigmoid, Hardswish, Hardshrink,
                     Softshrink, Softsign, Threshold>;
  static ElementwiseKernel kernel;
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_ACTIVATION_DEFS_H_
