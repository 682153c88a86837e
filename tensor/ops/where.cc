#include "cresset/tensor/ops/where.h"

#include "cresset/tensor/ops/elementwise_run.h"
#include "cresset/tensor/ops/ternary_defs.h"

namespace cresset {
namespace internal {
namespace {

Tensor choose(const Tensor& condition, const Operand& a, const Operand& b) {
  CRESSET_CHECK(condition.dtype() == bool_ || condition.dtype() == uint8,
                kDtype,
                "where: expected condition to be a boolean tensor; got ",
                condition.dtype());
  const Operand all[] = {condition, a, b};
  const Operand values[] = {a, b};
  return run_op_in(op_dtype<Where>(values), Where(), all);
}

void check_mask(const Tensor& mask, const char* op) {
  CRESSET_CHECK(mask.dtype() == bool_, kDtype, op,
                ": expected the mask to be a boolean tensor; got ",
                mask.dtype());
}

void check_value(const Tensor& value, const char* op) {
  CRESSET_CHECK(value.dim() == 0, kShape, op,
                ": value must be a number or a 0-dim tensor; got ",
                value.sizes());
}

Tensor fill_where(const Tensor& x, const Tensor& mask, const Operand& value) {
  check_mask(mask, "masked_fill");
  const Operand all[] = {mask, value, x};
  return run_op_in(x.dtype(), Where(), all);
}

template <class Value>
const Tensor& fill_in_place(const Tensor& x, const Tensor& mask,
                            const Value& value, bool record) {
  check_mask(mask, "masked_fill_");
  check_inplace(x, "masked_fill_");
  const Operand shapes[] = {x, mask};
  check_writable(x, shapes, "masked_fill_");
  if (record) return assign(x, masked_fill(x, mask, value), "masked_fill_");
  const Operand all[] = {mask, value, x};
  common_device(all, "masked_fill_");
  run_into(Where(), all, x, x.dtype());
  bump_version(x);
  return x;
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  Tensor y = choose(condition, a, b);
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad("WhereBackward", std::move(y), {a, b},
                   [c = keep(condition), to_a = Home(a), to_b = Home(b)](
                       const Tensor& g, Grads& grads) {
                     if (grads.needs(0)) grads[0] = to_a(where(c(), g, 0));
                     if (grads.needs(1)) grads[1] = to_b(where(c(), 0, g));
                   });
}

Tensor where(const Tensor& condition, const Tensor& a, const Scalar& b) {
  Tensor y = choose(condition, a, b);
  if (!any_wants_grad(TensorRefs{a})) return y;
  return with_grad("WhereBackward", std::move(y), {a},
                   [c = keep(condition), home = Home(a)](const Tensor& g) {
                     return home(where(c(), g, 0));
                   });
}

Tensor where(const Tensor& condition, const Scalar& a, const Tensor& b) {
  Tensor y = choose(condition, a, b);
  if (!any_wants_grad(TensorRefs{b})) return y;
  return with_grad("WhereBackward", std::move(y), {b},
                   [c = keep(condition), home = Home(b)](const Tensor& g) {
                     return home(where(c(), 0, g));
                   });
}

Tensor where(const Tensor& condition, const Scalar& a, const Scalar& b) {
  return choose(condition, a, b);
}

Tensor masked_fill(const Tensor& x, const Tensor& mask, const Scalar& value) {
  Tensor y = fill_where(x, mask, value);
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad("MaskedFillBackward", std::move(y), {x},
                   [mask = keep(mask), home = Home(x)](const Tensor& g) {
                     return home(where(mask(), 0, g));
                   });
}

Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value) {
  check_value(value, "masked_fill");
  Tensor y = fill_where(x, mask, value);
  if (!any_wants_grad(TensorRefs{x, value})) return y;
  return with_grad("MaskedFillBackward", std::move(y), {x, value},
                   [mask = keep(mask), to_x = Home(x), to_value = Home(value)](
                       const Tensor& g, Grads& grads) {
                     if (grads.needs(0)) grads[0] = to_x(where(mask(), 0, g));
                     if (grads.needs(1))
                       grads[1] = to_value(where(mask(), g, 0));
                   });
}

const Tensor& masked_fill_(const Tensor& x, const Tensor& mask,
                           const Scalar& value) {
  return fill_in_place(x, mask, value, any_wants_grad(TensorRefs{x}));
}

const Tensor& masked_fill_(const Tensor& x, const Tensor& mask,
                           const Tensor& value) {
  check_value(value, "masked_fill_");
  return fill_in_place(x, mask, value, any_wants_grad(TensorRefs{x, value}));
}

}  // namespace cresset
