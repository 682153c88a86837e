#include "cresset/tensor/ops/activation.h"

#include "cresset/tensor/ops/activation_defs.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/binary_defs.h"
#include "cresset/tensor/ops/bitwise.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/elementwise_run.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {
namespace {

Elu celu_op(double alpha) {
  CRESSET_CHECK(alpha != 0, kValue, "celu: alpha must not be 0; got 0");
  return {alpha, 1, 1 / alpha};
}

constexpr double kSeluAlpha = 1.6732632423543772848;
constexpr double kSeluScale = 1.0507009873554804934;

Hardtanh hardtanh_op(const Tensor& x, double low, double high,
                     const char* name) {
  CRESSET_CHECK(x.dtype() != uint8 || low >= 0, kValue, name,
                ": an unsigned dtype has no negative limits; got min_val ",
                low);
  return {low, high};
}

Threshold threshold_op(const Tensor& x, const Scalar& limit,
                       const Scalar& value) {
  return {narrowed(limit, x.dtype()).to<double>(),
          narrowed(value, x.dtype()).to<double>()};
}

// The weight with its channels where x has them.
Tensor channel_weight(const Tensor& x, const Tensor& weight) {
  CRESSET_CHECK(weight.dim() <= 1, kShape,
                "prelu: weight must be a number or a vector; got ",
                weight.sizes());
  CRESSET_CHECK(x.dtype() == weight.dtype(), kDtype,
                "prelu: input and weight must have one dtype; got ", x.dtype(),
                " and ", weight.dtype());
  if (weight.numel() == 1) return reshape(weight, IntSpan());
  const int64_t channels = x.dim() > 1 ? x.size(1) : 1;
  CRESSET_CHECK(weight.numel() == channels, kShape,
                "prelu: weight must have 1 element or as many as x has "
                "channels, ",
                channels, "; got ", weight.numel());
  Shape shape(static_cast<size_t>(x.dim()), 1);
  shape[1] = channels;
  return reshape(weight, shape);
}

}  // namespace

constinit ElementwiseKernel ActivationFamily::kernel{
    "activation",
    [](const ElementwiseCall& call) { run_rows(activation_rows()(), call); }};

}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

#define CRESSET_UNARY(name, Op)                         \
  Tensor name(const Tensor& x) { return unary<Op>(x); } \
  const Tensor& name##_(const Tensor& x) { return unary_<Op>(x, #name "_"); }

CRESSET_UNARY(relu, Relu)
CRESSET_UNARY(silu, Silu)
CRESSET_UNARY(mish, Mish)
CRESSET_UNARY(hardsigmoid, Hardsigmoid)
CRESSET_UNARY(hardswish, Hardswish)

#undef CRESSET_UNARY

Tensor leaky_relu(const Tensor& x, double negative_slope) {
  return unary(x, LeakyRelu(negative_slope));
}
const Tensor& leaky_relu_(const Tensor& x, double negative_slope) {
  return unary_(x, "leaky_relu_", LeakyRelu(negative_slope));
}

Tensor elu(const Tensor& x, double alpha) { return unary(x, Elu(alpha, 1, 1)); }
const Tensor& elu_(const Tensor& x, double alpha) {
  return unary_(x, "elu_", Elu(alpha, 1, 1));
}
Tensor celu(const Tensor& x, double alpha) { return unary(x, celu_op(alpha)); }
const Tensor& celu_(const Tensor& x, double alpha) {
  return unary_(x, "celu_", celu_op(alpha));
}
Tensor selu(const Tensor& x) {
  return unary(x, Elu(kSeluAlpha, kSeluScale, 1));
}
const Tensor& selu_(const Tensor& x) {
  return unary_(x, "selu_", Elu(kSeluAlpha, kSeluScale, 1));
}

Tensor gelu(const Tensor& x, std::string_view approximate) {
  if (approximate == "tanh") return unary<GeluTanh>(x);
  CRESSET_CHECK(approximate == "none", kValue,
                "gelu: approximate must be \"none\" or \"tanh\"; got \"",
                approximate, "\"");
  return unary<Gelu>(x);
}

Tensor softplus(const Tensor& x, double beta, double threshold) {
  CRESSET_CHECK(beta != 0, kValue, "softplus: beta must not be 0; got 0");
  return unary(x, Softplus(beta, threshold));
}

Tensor softsign(const Tensor& x) { return unary<Softsign>(x); }
Tensor logsigmoid(const Tensor& x) { return unary<LogSigmoid>(x); }
Tensor tanhshrink(const Tensor& x) { return sub(x, tanh(x)); }

Tensor hardtanh(const Tensor& x, double low, double high) {
  return unary(x, hardtanh_op(x, low, high, "hardtanh"));
}
const Tensor& hardtanh_(const Tensor& x, double low, double high) {
  return unary_(x, "hardtanh_", hardtanh_op(x, low, high, "hardtanh_"));
}
Tensor relu6(const Tensor& x) { return hardtanh(x, 0, 6); }
const Tensor& relu6_(const Tensor& x) { return hardtanh_(x, 0, 6); }

Tensor hardshrink(const Tensor& x, double lambd) {
  return unary(x, Hardshrink(lambd));
}

Tensor softshrink(const Tensor& x, double lambd) {
  CRESSET_CHECK(lambd >= 0, kValue, "softshrink: lambda must be >= 0; got ",
                lambd);
  return unary(x, Softshrink(lambd));
}

Tensor threshold(const Tensor& x, const Scalar& limit, const Scalar& value) {
  return unary(x, threshold_op(x, limit, value));
}
const Tensor& threshold_(const Tensor& x, const Scalar& limit,
                         const Scalar& value) {
  return unary_(x, "threshold_", threshold_op(x, limit, value));
}

Tensor prelu(const Tensor& x, const Tensor& weight) {
  const Tensor w = channel_weight(x, weight);
  Tensor y = run_op(PRelu(), {x, w});
  if (!any_wants_grad(TensorRefs{x, w})) return y;
  return with_grad("PreluBackward", std::move(y), {x, w},
                   [x = keep(x), w = keep(w), to_w = Home(w)](const Tensor& g,
                                                              Grads& grads) {
                     const Tensor above = gt(x(), 0);
                     if (grads.needs(0)) {
                       grads[0] = where(above, g, mul(g, w()));
                     }
                     if (grads.needs(1)) {
                       grads[1] = to_w(where(above, 0, mul(g, x())));
                     }
                   });
}

Tensor glu(const Tensor& x, int64_t dim) {
  CRESSET_CHECK(x.dim() > 0, kShape,
                "glu: 0-dim tensors have no halves; got []");
  dim = wrap_dim(dim, x.dim(), "glu");
  const int64_t size = x.size(dim);
  CRESSET_CHECK(size % 2 == 0, kShape,
                "glu: halving dimension must be even; got size ", size,
                " at dimension ", dim);
  check_domain(Domain::kFloatOnly, x.dtype(), "glu");
  return mul(narrow(x, dim, 0, size / 2),
             sigmoid(narrow(x, dim, size / 2, size / 2)));
}

}  // namespace cresset
