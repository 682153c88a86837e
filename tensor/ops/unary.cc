#include "cresset/tensor/ops/unary.h"

#include <cmath>
#include <limits>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/bitwise.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/elementwise_run.h"
#include "cresset/tensor/ops/math_defs.h"
#include "cresset/tensor/ops/unary_defs.h"

namespace cresset {
namespace internal {
namespace {

RoundDecimals round_op(int64_t decimals) {
  return {std::pow(10.0, std::fabs(static_cast<double>(decimals))),
          decimals < 0};
}

NanToNum nan_op(Dtype dtype, std::optional<double> nan,
                std::optional<double> posinf, std::optional<double> neginf) {
  double largest = std::numeric_limits<double>::max();
  if (dtype == float32) largest = std::numeric_limits<float>::max();
  if (dtype == float16) largest = 65504;
  if (dtype == bfloat16) largest = 0x1.fep127;
  return {nan.value_or(0), posinf.value_or(largest), neginf.value_or(-largest)};
}

// -1 stands for no bound.
Logit logit_op(std::optional<double> eps) {
  CRESSET_CHECK(!eps || *eps < 0.5, kValue,
                "logit: eps must lie below 0.5; got ", eps.value_or(0));
  return Logit(eps.value_or(-1));
}

}  // namespace

constinit ElementwiseKernel UnaryFamily::kernel{
    "unary",
    [](const ElementwiseCall& call) { run_rows(unary_rows()(), call); }};
constinit ElementwiseKernel MathFamily::kernel{
    "math", [](const ElementwiseCall& call) { run_rows(math_rows()(), call); }};

}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

#define CRESSET_UNARY(name, Op)                         \
  Tensor name(const Tensor& x) { return unary<Op>(x); } \
  const Tensor& name##_(const Tensor& x) { return unary_<Op>(x, #name "_"); }

// Those that autocast computes in float32 on CUDA.
#define CRESSET_UNARY_RAISED(name, Op)                           \
  Tensor name(const Tensor& x) {                                 \
    if (autocast_raises_on_cuda(x)) return unary<Op>(raised(x)); \
    return unary<Op>(x);                                         \
  }                                                              \
  const Tensor& name##_(const Tensor& x) { return unary_<Op>(x, #name "_"); }

CRESSET_UNARY(neg, Neg)
CRESSET_UNARY(abs, Abs)
CRESSET_UNARY(ceil, Ceil)
CRESSET_UNARY(floor, Floor)
CRESSET_UNARY(trunc, Trunc)
CRESSET_UNARY(frac, Frac)
CRESSET_UNARY(sign, Sign)
CRESSET_UNARY(sgn, Sign)
CRESSET_UNARY_RAISED(reciprocal, Reciprocal)
CRESSET_UNARY(sqrt, Sqrt)
CRESSET_UNARY_RAISED(rsqrt, Rsqrt)
CRESSET_UNARY_RAISED(exp, Exp)
CRESSET_UNARY(exp2, Exp2)
CRESSET_UNARY_RAISED(expm1, Expm1)
CRESSET_UNARY_RAISED(log, Log)
CRESSET_UNARY_RAISED(log2, Log2)
CRESSET_UNARY_RAISED(log10, Log10)
CRESSET_UNARY_RAISED(log1p, Log1p)
CRESSET_UNARY(sin, Sin)
CRESSET_UNARY(cos, Cos)
CRESSET_UNARY_RAISED(tan, Tan)
CRESSET_UNARY_RAISED(asin, Asin)
CRESSET_UNARY_RAISED(acos, Acos)
CRESSET_UNARY(atan, Atan)
CRESSET_UNARY_RAISED(sinh, Sinh)
CRESSET_UNARY_RAISED(cosh, Cosh)
CRESSET_UNARY(tanh, Tanh)
CRESSET_UNARY(asinh, Asinh)
CRESSET_UNARY(acosh, Acosh)
CRESSET_UNARY(atanh, Atanh)
CRESSET_UNARY(sigmoid, Sigmoid)
CRESSET_UNARY(erf, Erf)
CRESSET_UNARY(erfc, Erfc)
CRESSET_UNARY_RAISED(erfinv, Erfinv)
CRESSET_UNARY(sinc, Sinc)

#undef CRESSET_UNARY
#undef CRESSET_UNARY_RAISED

Tensor square(const Tensor& x) {
  return unary<Square>(x.dtype() == bool_ ? x.to(int64) : x);
}
const Tensor& square_(const Tensor& x) { return unary_<Square>(x, "square_"); }

Tensor round(const Tensor& x, int64_t decimals) {
  return decimals == 0 ? unary<Round>(x) : unary(x, round_op(decimals));
}
const Tensor& round_(const Tensor& x, int64_t decimals) {
  return decimals == 0 ? unary_<Round>(x, "round_")
                       : unary_(x, "round_", round_op(decimals));
}

Tensor logit(const Tensor& x, std::optional<double> eps) {
  return unary(x, logit_op(eps));
}
const Tensor& logit_(const Tensor& x, std::optional<double> eps) {
  return unary_(x, "logit_", logit_op(eps));
}

Tensor nan_to_num(const Tensor& x, std::optional<double> nan,
                  std::optional<double> posinf, std::optional<double> neginf) {
  return unary(x, nan_op(x.dtype(), nan, posinf, neginf));
}
const Tensor& nan_to_num_(const Tensor& x, std::optional<double> nan,
                          std::optional<double> posinf,
                          std::optional<double> neginf) {
  return unary_(x, "nan_to_num_", nan_op(x.dtype(), nan, posinf, neginf));
}

Tensor positive(const Tensor& x) {
  check_domain(Domain::kNoBool, x.dtype(), "positive");
  return x;
}

Tensor deg2rad(const Tensor& x) { return mul(x, 0.017453292519943295769); }
Tensor rad2deg(const Tensor& x) { return mul(x, 57.295779513082320877); }

}  // namespace cresset
