#include "cresset/tensor/ops/power.h"

#include <cmath>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/binary_defs.h"
#include "cresset/tensor/ops/bitwise.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/elementwise_run.h"
#include "cresset/tensor/ops/math_defs.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/unary_defs.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {
namespace {

void check_exponent(const Tensor& x, const Scalar& exponent) {
  CRESSET_CHECK(!is_integral(x.dtype(), true) || !exponent.is_integral() ||
                    exponent.to<int64_t>() >= 0,
                kValue,
                "pow: integers to negative integer powers are not allowed; "
                "got ",
                exponent);
}

// x^exponent of floats, by an op that is cheaper and more exact where there is
// one.
Tensor float_pow_value(const Tensor& x, const Scalar& exponent) {
  const double e = exponent.to<double>();
  if (e == 2) return run_op(Square(), {x});
  if (e == 3) return run_op(Cube(), {x});
  if (e == 0.5) return run_op(Sqrt(), {x});
  if (e == -0.5) return run_op(Rsqrt(), {x});
  if (e == -1) return run_op(Reciprocal(), {x});
  return run_op(Pow(), {x, exponent});
}

Tensor pow_value(const Tensor& x, const Scalar& exponent) {
  const Operand both[] = {x, exponent};
  const Dtype dtype = op_dtype<Pow>(both);
  if (is_floating(dtype) && dtype == x.dtype()) {
    return float_pow_value(x, exponent);
  }
  return run_op_in(dtype, Pow(), both);
}

// The gradient of x^e to x, e being a number.
Tensor grad_to_base(const Tensor& g, const Tensor& x, double e) {
  if (e == 0) return math::zero_like(g);
  if (e == 1) return g;
  return mul(g, mul(e == 2 ? x : pow(x, e - 1), e));
}

Tensor grad_to_exponent(const Tensor& g, const Tensor& x, const Tensor& e,
                        const Tensor& y) {
  return mul(g, where((x == 0) & (e >= 0), 0, mul(y, log(x))));
}

Tensor unchanged(const Tensor& changing, const Tensor& x) {
  return x.is_same(changing) ? x.clone() : x;
}

Tensor as_float64(const Tensor& x) {
  CRESSET_CHECK(!is_complex(x.dtype()), kDtype, "float_power: ", x.dtype(),
                " is a storage type without arithmetic; convert with to(dtype) "
                "first");
  return x.to(float64);
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor pow(const Tensor& x, const Tensor& exponent) {
  if (autocast_raises_on_cuda(x, exponent))
    return pow(raised(x), raised(exponent));
  Tensor y = run_op(Pow(), {x, exponent});
  if (!any_wants_grad(TensorRefs{x, exponent})) return y;
  return with_grad(
      "PowBackward", y, {x, exponent},
      [x = keep(x), e = keep(exponent), y = keep_output(y), to_x = Home(x),
       to_e = Home(exponent)](const Tensor& g, Grads& grads) {
        if (grads.needs(0)) {
          const Tensor slope = mul(e(), pow(x(), sub(e(), 1)));
          grads[0] = to_x(mul(g, where(e() == 0, 0, slope)));
        }
        if (grads.needs(1)) {
          grads[1] = to_e(grad_to_exponent(g, x(), e(), y()));
        }
      });
}

Tensor pow(const Tensor& x, const Scalar& exponent) {
  if (autocast_raises_on_cuda(x)) return pow(raised(x), exponent);
  check_exponent(x, exponent);
  Tensor y = pow_value(x, exponent);
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad("PowBackward", std::move(y), {x},
                   [x = keep(x), e = exponent.to<double>()](const Tensor& g) {
                     return grad_to_base(g, x(), e);
                   });
}

Tensor pow(const Scalar& x, const Tensor& exponent) {
  if (autocast_raises_on_cuda(exponent)) return pow(x, raised(exponent));
  Tensor y = run_op(Pow(), {x, exponent});
  if (!any_wants_grad(TensorRefs{exponent})) return y;
  return with_grad(
      "PowBackward", y, {exponent},
      [x = x.to<double>(), e = keep(exponent), y = keep_output(y),
       home = Home(exponent)](const Tensor& g) {
        const Tensor slope = mul(y(), std::log(x));
        return home(mul(g, x == 0 ? where(e() >= 0, 0, slope) : slope));
      });
}

const Tensor& pow_(const Tensor& x, const Tensor& exponent) {
  return run_inplace("pow_", Pow(), {x, exponent},
                     [&] { return pow(x.clone(), unchanged(x, exponent)); });
}

const Tensor& pow_(const Tensor& x, const Scalar& exponent) {
  check_exponent(x, exponent);
  return run_inplace("pow_", Pow(), {x, exponent},
                     [&] { return pow(x.clone(), exponent); });
}

Tensor float_power(const Tensor& x, const Tensor& exponent) {
  return pow(as_float64(x), as_float64(exponent));
}
Tensor float_power(const Tensor& x, const Scalar& exponent) {
  return pow(as_float64(x), exponent.to<double>());
}
Tensor float_power(const Scalar& x, const Tensor& exponent) {
  return pow(x.to<double>(), as_float64(exponent));
}

}  // namespace cresset
