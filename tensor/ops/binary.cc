#include "cresset/tensor/ops/binary.h"

#include <utility>

#include "cresset/tensor/ops/binary_run.h"

namespace cresset {
namespace internal {
namespace {

void binary_cpu(const ElementwiseCall& call) {
  run_chunks(binary_rows()()[call.index].columns[column_of(call.compute)],
             call);
}

// How a gradient returns to its input: that input's shape and dtype.
struct Home {
  Shape shape;
  Dtype dtype;

  explicit Home(const Tensor& x) : shape(x.shape()), dtype(x.dtype()) {}
  Tensor operator()(const Tensor& g) const {
    return reduce_grad(g, shape, dtype);
  }
};

Add add_op(const Scalar& alpha, double sign) {
  return {sign * alpha.to<double>(),
          static_cast<int64_t>(sign) * alpha.to<int64_t>()};
}

// g * factor without a multiplication by one.
Tensor scaled(const Tensor& g, double factor) {
  return factor == 1 ? g : factor == -1 ? mul(g, -1) : mul(g, factor);
}

void check_alpha(const Dtype dtype, const Scalar& alpha, const char* name) {
  CRESSET_CHECK(is_floating(dtype) || !alpha.is_floating(), kDtype, name,
                ": for integral input tensors, argument alpha must not be a "
                "floating point number; got ",
                alpha);
}

Tensor add_scaled(const Tensor& a, const Tensor& b, const Scalar& alpha,
                  double sign, const char* grad_name) {
  Tensor y = binary_value<Add>(a, b, add_op(alpha, sign));
  check_alpha(y.dtype(), alpha, grad_name);
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad(
      grad_name, std::move(y), {a, b},
      [to_a = Home(a), to_b = Home(b), factor = sign * alpha.to<double>()](
          const Tensor& g, Grads& grads) {
        if (grads.needs(0)) grads[0] = to_a(g);
        if (grads.needs(1)) grads[1] = to_b(scaled(g, factor));
      });
}

Tensor add_scaled(const Tensor& a, const Scalar& b, const Scalar& alpha,
                  double sign, const char* grad_name) {
  Tensor y = binary_value<Add>(a, b, add_op(alpha, sign));
  check_alpha(y.dtype(), alpha, grad_name);
  if (!any_wants_grad(TensorRefs{a})) return y;
  return with_grad(grad_name, std::move(y), {a},
                   [home = Home(a)](const Tensor& g) { return home(g); });
}

// What an in-place op may keep of its first input for b's gradient: a copy,
// since the input itself is about to change.
Tensor before_change(const Tensor& a, const Tensor& b) {
  return wants_grad(b) ? a.clone() : a;
}

}  // namespace

constinit ElementwiseKernel binary_kernel{"binary", binary_cpu};

}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor add(const Tensor& a, const Tensor& b, const Scalar& alpha) {
  return add_scaled(a, b, alpha, 1, "AddBackward");
}
Tensor add(const Tensor& a, const Scalar& b, const Scalar& alpha) {
  return add_scaled(a, b, alpha, 1, "AddBackward");
}
Tensor sub(const Tensor& a, const Tensor& b, const Scalar& alpha) {
  CRESSET_CHECK(a.dtype() != bool_ && b.dtype() != bool_, kDtype,
                "sub: subtraction with a bool tensor is not supported; use "
                "logical_xor or logical_not");
  return add_scaled(a, b, alpha, -1, "SubBackward");
}
Tensor sub(const Tensor& a, const Scalar& b, const Scalar& alpha) {
  return add_scaled(a, b, alpha, -1, "SubBackward");
}

Tensor sub(const Scalar& a, const Tensor& b) {
  Tensor y = binary_value<Add>(a, b, add_op(1, -1));
  if (!any_wants_grad(TensorRefs{b})) return y;
  return with_grad(
      "RsubBackward", std::move(y), {b},
      [home = Home(b)](const Tensor& g) { return home(scaled(g, -1)); });
}

const Tensor& add_(const Tensor& a, const Tensor& b, const Scalar& alpha) {
  return binary_inplace(a, b, "add_", add_op(alpha, 1),
                        [&] { return add(a, b, alpha); });
}
const Tensor& add_(const Tensor& a, const Scalar& b, const Scalar& alpha) {
  return binary_inplace(a, b, "add_", add_op(alpha, 1),
                        [&] { return add(a, b, alpha); });
}
const Tensor& sub_(const Tensor& a, const Tensor& b, const Scalar& alpha) {
  return binary_inplace(a, b, "sub_", add_op(alpha, -1),
                        [&] { return sub(a, b, alpha); });
}
const Tensor& sub_(const Tensor& a, const Scalar& b, const Scalar& alpha) {
  return binary_inplace(a, b, "sub_", add_op(alpha, -1),
                        [&] { return sub(a, b, alpha); });
}

Tensor mul(const Tensor& a, const Tensor& b) {
  Tensor y = binary_value<Mul>(a, b);
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad("MulBackward", std::move(y), {a, b},
                   [a = keep(a), b = keep(b), to_a = Home(a), to_b = Home(b)](
                       const Tensor& g, Grads& grads) {
                     if (grads.needs(0)) grads[0] = to_a(mul(g, b()));
                     if (grads.needs(1)) grads[1] = to_b(mul(g, a()));
                   });
}

Tensor mul(const Tensor& a, const Scalar& b) {
  Tensor y = binary_value<Mul>(a, b);
  if (!any_wants_grad(TensorRefs{a})) return y;
  return with_grad(
      "MulBackward", std::move(y), {a},
      [b, home = Home(a)](const Tensor& g) { return home(mul(g, b)); });
}

const Tensor& mul_(const Tensor& a, const Tensor& b) {
  return binary_inplace(a, b, "mul_", Mul(),
                        [&] { return mul(before_change(a, b), b); });
}
const Tensor& mul_(const Tensor& a, const Scalar& b) {
  return binary_inplace(a, b, "mul_", Mul(), [&] { return mul(a, b); });
}

Tensor div(const Tensor& a, const Tensor& b) {
  Tensor y = binary_value<Div>(a, b);
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad("DivBackward", std::move(y), {a, b},
                   [a = keep(a), b = keep(b), to_a = Home(a), to_b = Home(b)](
                       const Tensor& g, Grads& grads) {
                     const Tensor to_numerator = div(g, b());
                     if (grads.needs(0)) grads[0] = to_a(to_numerator);
                     if (grads.needs(1)) {
                       grads[1] =
                           to_b(mul(mul(to_numerator, div(a(), b())), -1));
                     }
                   });
}

Tensor div(const Tensor& a, const Scalar& b) {
  Tensor y = binary_value<Div>(a, b);
  if (!any_wants_grad(TensorRefs{a})) return y;
  return with_grad(
      "DivBackward", std::move(y), {a},
      [b, home = Home(a)](const Tensor& g) { return home(div(g, b)); });
}

Tensor div(const Scalar& a, const Tensor& b) {
  Tensor y = binary_value<Div>(a, b);
  if (!any_wants_grad(TensorRefs{b})) return y;
  return with_grad(
      "DivBackward", y, {b},
      [b = keep(b), y = keep_output(y), home = Home(b)](const Tensor& g) {
        return home(mul(mul(g, div(y(), b())), -1));
      });
}

const Tensor& div_(const Tensor& a, const Tensor& b) {
  return binary_inplace(a, b, "div_", Div(),
                        [&] { return div(before_change(a, b), b); });
}
const Tensor& div_(const Tensor& a, const Scalar& b) {
  return binary_inplace(a, b, "div_", Div(), [&] { return div(a, b); });
}

}  // namespace cresset
