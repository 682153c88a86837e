#include "cresset/tensor/ops/special.h"

#include <cmath>

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/binary_defs.h"
#include "cresset/tensor/ops/bitwise.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/elementwise_run.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {
namespace {

// The op with its gradient, which `slope_a` and `slope_b` give from the two
// inputs.
template <class Op, class A, class B>
Tensor with_slopes(const char* name, const Tensor& a, const Tensor& b,
                   A slope_a, B slope_b) {
  Tensor y = run_op(Op(), {a, b});
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad(name, std::move(y), {a, b},
                   [a = keep(a), b = keep(b), to_a = Home(a), to_b = Home(b),
                    slope_a, slope_b](const Tensor& g, Grads& grads) {
                     if (grads.needs(0))
                       grads[0] = to_a(mul(g, slope_a(a(), b())));
                     if (grads.needs(1))
                       grads[1] = to_b(mul(g, slope_b(a(), b())));
                   });
}

// d copysign(a, b) / da: whether the sign was kept.
Tensor sign_kept(const Tensor& a, const Tensor& b) {
  const Tensor kept = where(logical_xor(signbit(a), signbit(b)), -1.0, 1.0);
  return where(a == 0, 0, kept);
}

Tensor zero(const Tensor&, const Tensor& b) {
  return math::zero_like(b.to(to_floating(b.dtype())));
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor atan2(const Tensor& a, const Tensor& b) {
  return with_slopes<Atan2>(
      "Atan2Backward", a, b,
      [](const Tensor& x, const Tensor& z) { return z / (x * x + z * z); },
      [](const Tensor& x, const Tensor& z) { return -x / (x * x + z * z); });
}

Tensor hypot(const Tensor& a, const Tensor& b) {
  return with_slopes<Hypot>(
      "HypotBackward", a, b,
      [](const Tensor& x, const Tensor& z) { return x / hypot(x, z); },
      [](const Tensor& x, const Tensor& z) { return z / hypot(x, z); });
}

Tensor copysign(const Tensor& a, const Tensor& b) {
  return with_slopes<CopySign>("CopysignBackward", a, b, sign_kept, zero);
}

Tensor copysign(const Tensor& a, const Scalar& b) {
  Tensor y = run_op(CopySign(), {a, b});
  if (!any_wants_grad(TensorRefs{a})) return y;
  return with_grad("CopysignBackward", std::move(y), {a},
                   [a = keep(a), negative = std::signbit(b.to<double>()),
                    home = Home(a)](const Tensor& g) {
                     const Tensor kept =
                         where(signbit(a()), negative ? 1.0 : -1.0,
                               negative ? -1.0 : 1.0);
                     return home(mul(g, where(a() == 0, 0, kept)));
                   });
}

Tensor heaviside(const Tensor& x, const Tensor& values) {
  CRESSET_CHECK(x.dtype() == values.dtype(), kDtype,
                "heaviside: both tensors must have one dtype; got ", x.dtype(),
                " and ", values.dtype());
  return run_op(Heaviside(), {x, values});
}

Tensor xlogy(const Tensor& a, const Tensor& b) {
  return with_slopes<XLogY>(
      "XlogyBackward", a, b,
      [](const Tensor& x, const Tensor& z) {
        return where((x == 0) & (z <= 0), 0, log(z));
      },
      [](const Tensor& x, const Tensor& z) { return x / z; });
}

Tensor xlogy(const Tensor& a, const Scalar& b) {
  Tensor y = run_op(XLogY(), {a, b});
  if (!any_wants_grad(TensorRefs{a})) return y;
  return with_grad(
      "XlogyBackward", std::move(y), {a},
      [a = keep(a), b = b.to<double>(), home = Home(a)](const Tensor& g) {
        const Tensor slope = mul(g, std::log(b));
        return home(b > 0 ? slope : where(a() == 0, 0, slope));
      });
}

Tensor xlogy(const Scalar& a, const Tensor& b) {
  Tensor y = run_op(XLogY(), {a, b});
  if (!any_wants_grad(TensorRefs{b})) return y;
  return with_grad("XlogyBackward", std::move(y), {b},
                   [a, b = keep(b), home = Home(b)](const Tensor& g) {
                     return home(mul(g, div(a, b())));
                   });
}

Tensor xlog1py(const Tensor& a, const Tensor& b) {
  return with_slopes<XLog1pY>(
      "SpecialXlog1PyBackward", a, b,
      [](const Tensor& x, const Tensor& z) {
        return where((x == 0) & (z <= -1), 0, log1p(z));
      },
      [](const Tensor& x, const Tensor& z) { return x / (z + 1); });
}

Tensor logaddexp(const Tensor& a, const Tensor& b) {
  return with_slopes<LogAddExp>(
      "LogaddexpBackward", a, b,
      [](const Tensor& x, const Tensor& z) { return sigmoid(x - z); },
      [](const Tensor& x, const Tensor& z) { return sigmoid(z - x); });
}

Tensor logaddexp2(const Tensor& a, const Tensor& b) {
  constexpr double kLn2 = 0.69314718055994530942;
  return with_slopes<LogAddExp2>(
      "Logaddexp2Backward", a, b,
      [](const Tensor& x, const Tensor& z) { return sigmoid((x - z) * kLn2); },
      [](const Tensor& x, const Tensor& z) { return sigmoid((z - x) * kLn2); });
}

}  // namespace cresset
