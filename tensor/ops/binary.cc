#include "cresset/tensor/ops/binary.h"

#include <utility>

#include "cresset/tensor/ops/binary_defs.h"
#include "cresset/tensor/ops/elementwise_run.h"

namespace cresset {
namespace internal {
namespace {

Add add_op(const Scalar& alpha, double sign) {
  Add op;
  op.alpha = sign * alpha.to<double>();
  if (!alpha.is_floating()) {
    op.int_alpha = static_cast<int64_t>(sign) * alpha.to<int64_t>();
  }
  return op;
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
  CRESSET_CHECK(dtype == bool_ || !alpha.is_bool(), kDtype, name,
                ": boolean alpha only supported for boolean results; got ",
                dtype);
}

void check_no_bool(bool is_bool, const char* name) {
  CRESSET_CHECK(!is_bool, kDtype, name,
                ": subtraction with a bool tensor is not supported; use "
                "logical_xor or logical_not");
}

Tensor add_scaled(const Tensor& a, const Tensor& b, const Scalar& alpha,
                  double sign, const char* grad_name) {
  Tensor y = run_op(add_op(alpha, sign), {a, b});
  check_alpha(y.dtype(), alpha, sign < 0 ? "sub" : "add");
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
  Tensor y = run_op(add_op(alpha, sign), {a, b});
  check_alpha(y.dtype(), alpha, sign < 0 ? "sub" : "add");
  if (!any_wants_grad(TensorRefs{a})) return y;
  return with_grad(grad_name, std::move(y), {a},
                   [home = Home(a)](const Tensor& g) { return home(g); });
}

// What an in-place op may keep of its first input for b's gradient: a copy,
// since the input itself is about to change.
Tensor before_change(const Tensor& a, const Tensor& b) {
  return wants_grad(b) ? a.clone() : a;
}

// The same for its second input, which changes only if it is the first.
Tensor unchanged(const Tensor& a, const Tensor& b) {
  return b.is_same(a) ? b.clone() : b;
}

}  // namespace

bool is_spare(const Tensor& a, const Scalar&) {
  const TensorImpl& impl = a.impl();
  return impl.use_count() == 1 && impl.storage->use_count() == 1 &&
         impl.autograd == nullptr && impl.storage->is_owned() &&
         impl.is_contiguous && is_floating(impl.dtype);
}

bool is_spare(const Tensor& a, const Tensor& b) {
  return is_spare(a, Scalar(0)) && a.dtype() == b.dtype() &&
         a.device() == b.device() && a.sizes() == b.sizes() &&
         !any_wants_grad(TensorRefs{b});
}

constinit ElementwiseKernel BinaryFamily::kernel{
    "binary",
    [](const ElementwiseCall& call) { run_rows(binary_rows()(), call); }};

}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor add(const Tensor& a, const Tensor& b, const Scalar& alpha) {
  return add_scaled(a, b, alpha, 1, "AddBackward");
}
Tensor add(const Tensor& a, const Scalar& b, const Scalar& alpha) {
  return add_scaled(a, b, alpha, 1, "AddBackward");
}
Tensor sub(const Tensor& a, const Tensor& b, const Scalar& alpha) {
  check_no_bool(a.dtype() == bool_ || b.dtype() == bool_, "sub");
  return add_scaled(a, b, alpha, -1, "SubBackward");
}
Tensor sub(const Tensor& a, const Scalar& b, const Scalar& alpha) {
  check_no_bool(a.dtype() == bool_, "sub");
  return add_scaled(a, b, alpha, -1, "SubBackward");
}

Tensor rsub(const Tensor& a, const Tensor& b, const Scalar& alpha) {
  return sub(b, a, alpha);
}

Tensor rsub(const Tensor& a, const Scalar& b, const Scalar& alpha) {
  check_no_bool(a.dtype() == bool_, "rsub");
  Tensor y = run_op(add_op(alpha, -1), {b, a});
  check_alpha(y.dtype(), alpha, "rsub");
  if (!any_wants_grad(TensorRefs{a})) return y;
  return with_grad("RsubBackward", std::move(y), {a},
                   [home = Home(a), factor = -alpha.to<double>()](
                       const Tensor& g) { return home(scaled(g, factor)); });
}

Tensor sub(const Scalar& a, const Tensor& b) { return rsub(b, a); }

const Tensor& add_(const Tensor& a, const Tensor& b, const Scalar& alpha) {
  return run_inplace("add_", add_op(alpha, 1), {a, b},
                     [&] { return add(a, b, alpha); });
}
const Tensor& add_(const Tensor& a, const Scalar& b, const Scalar& alpha) {
  return run_inplace("add_", add_op(alpha, 1), {a, b},
                     [&] { return add(a, b, alpha); });
}
const Tensor& sub_(const Tensor& a, const Tensor& b, const Scalar& alpha) {
  check_no_bool(a.dtype() == bool_ || b.dtype() == bool_, "sub_");
  return run_inplace("sub_", add_op(alpha, -1), {a, b},
                     [&] { return sub(a, b, alpha); });
}
const Tensor& sub_(const Tensor& a, const Scalar& b, const Scalar& alpha) {
  check_no_bool(a.dtype() == bool_, "sub_");
  return run_inplace("sub_", add_op(alpha, -1), {a, b},
                     [&] { return sub(a, b, alpha); });
}

Tensor mul(const Tensor& a, const Tensor& b) {
  Tensor y = run_op(Mul(), {a, b});
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad("MulBackward", std::move(y), {a, b},
                   [a = keep(a), b = keep(b), to_a = Home(a), to_b = Home(b)](
                       const Tensor& g, Grads& grads) {
                     if (grads.needs(0)) grads[0] = to_a(mul(g, b()));
                     if (grads.needs(1)) grads[1] = to_b(mul(g, a()));
                   });
}

Tensor mul(const Tensor& a, const Scalar& b) {
  Tensor y = run_op(Mul(), {a, b});
  if (!any_wants_grad(TensorRefs{a})) return y;
  return with_grad(
      "MulBackward", std::move(y), {a},
      [b, home = Home(a)](const Tensor& g) { return home(mul(g, b)); });
}

const Tensor& mul_(const Tensor& a, const Tensor& b) {
  return run_inplace("mul_", Mul(), {a, b},
                     [&] { return mul(before_change(a, b), unchanged(a, b)); });
}
const Tensor& mul_(const Tensor& a, const Scalar& b) {
  return run_inplace("mul_", Mul(), {a, b}, [&] { return mul(a, b); });
}

Tensor div(const Tensor& a, const Tensor& b) {
  Tensor y = run_op(Div(), {a, b});
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
  Tensor y = run_op(Div(), {a, b});
  if (!any_wants_grad(TensorRefs{a})) return y;
  return with_grad(
      "DivBackward", std::move(y), {a},
      [b, home = Home(a)](const Tensor& g) { return home(div(g, b)); });
}

Tensor div(const Scalar& a, const Tensor& b) {
  Tensor y = run_op(Div(), {a, b});
  if (!any_wants_grad(TensorRefs{b})) return y;
  return with_grad(
      "DivBackward", y, {b},
      [b = keep(b), y = keep_output(y), home = Home(b)](const Tensor& g) {
        return home(mul(mul(g, div(y(), b())), -1));
      });
}

const Tensor& div_(const Tensor& a, const Tensor& b) {
  return run_inplace("div_", Div(), {a, b},
                     [&] { return div(before_change(a, b), unchanged(a, b)); });
}
const Tensor& div_(const Tensor& a, const Scalar& b) {
  return run_inplace("div_", Div(), {a, b}, [&] { return div(a, b); });
}

}  // namespace cresset
