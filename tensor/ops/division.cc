#include "cresset/tensor/ops/division.h"

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/binary_defs.h"
#include "cresset/tensor/ops/check_all.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/elementwise_run.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset {
namespace internal {
namespace {

// A number as the divisor or dividend that an integer op sees.
Operand fitted(const Operand& x, Dtype dtype) {
  return x.is_tensor() ? x : Operand(narrowed(x.scalar(), dtype));
}

// The dtype of a division, after the check of its divisor.
template <class Op>
Dtype division_dtype(const Operand& a, const Operand& b) {
  const Operand both[] = {a, b};
  const Dtype dtype = op_dtype<Op>(both);
  if (!is_integral(dtype)) return dtype;
  // An integer has no quotient by 0 that could be stored.
  constexpr const char* kRule =
      ": ZeroDivisionError; got an integer divisor of 0";
  if (b.is_tensor()) {
    check_all(b.tensor(), Op::kName, kRule);
  } else {
    CRESSET_CHECK(narrowed(b.scalar(), dtype).to<int64_t>() != 0, kValue,
                  Op::kName, kRule);
  }
  return dtype;
}

template <class Op>
Tensor divide(const Operand& a, const Operand& b) {
  const Dtype dtype = division_dtype<Op>(a, b);
  const Operand both[] = {fitted(a, dtype), fitted(b, dtype)};
  return run_op_in(dtype, Op(), both);
}

// `recorded` is the out-of-place op.
template <class Op, class Recorded>
const Tensor& divide_(const char* name, const Tensor& a, const Operand& b,
                      Recorded&& recorded) {
  const Dtype dtype = division_dtype<Op>(a, b);
  return run_inplace(name, Op(), {a, fitted(b, dtype)}, recorded);
}

// What an in-place op keeps of a tensor that it changes.
Tensor unchanged(const Tensor& changing, const Tensor& x) {
  return x.is_same(changing) ? x.clone() : x;
}

Tensor no_gradient(Tensor y, const Tensor& a) {
  return with_grad(
      "DivBackward", std::move(y), {a},
      [home = Home(a)](const Tensor& g) { return home(math::zero_like(g)); });
}

// fmod and remainder: a - b * div(a, b, mode).
template <class Op>
Tensor rest(const Tensor& a, const Tensor& b, const char* name,
            const char* mode) {
  Tensor y = divide<Op>(a, b);
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad(name, std::move(y), {a, b},
                   [a = keep(a), b = keep(b), to_a = Home(a), to_b = Home(b),
                    mode](const Tensor& g, Grads& grads) {
                     if (grads.needs(0)) grads[0] = to_a(g);
                     if (grads.needs(1)) {
                       grads[1] = to_b(neg(mul(g, div(a(), b(), mode))));
                     }
                   });
}

template <class Op>
Tensor rest(const Tensor& a, const Scalar& b, const char* name) {
  Tensor y = divide<Op>(a, b);
  if (!any_wants_grad(TensorRefs{a})) return y;
  return with_grad(name, std::move(y), {a},
                   [home = Home(a)](const Tensor& g) { return home(g); });
}

// Calls f with the op of a rounding mode.
template <class F>
Tensor with_mode(std::string_view mode, F&& f) {
  if (mode == "trunc") return f(DivTrunc());
  CRESSET_CHECK(mode == "floor", kValue,
                "div: expected rounding_mode to be \"trunc\" or \"floor\"; "
                "got \"",
                mode, "\"");
  return f(DivFloor());
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor div(const Tensor& a, const Tensor& b, std::string_view rounding_mode) {
  Tensor y = with_mode(rounding_mode,
                       [&](auto op) { return divide<decltype(op)>(a, b); });
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad(
      "DivBackward", std::move(y), {a, b},
      [to_a = Home(a), to_b = Home(b)](const Tensor& g, Grads& grads) {
        const Tensor zero = math::zero_like(g);
        if (grads.needs(0)) grads[0] = to_a(zero);
        if (grads.needs(1)) grads[1] = to_b(zero);
      });
}

Tensor div(const Tensor& a, const Scalar& b, std::string_view rounding_mode) {
  return no_gradient(
      with_mode(rounding_mode,
                [&](auto op) { return divide<decltype(op)>(a, b); }),
      a);
}

Tensor floor_divide(const Tensor& a, const Tensor& b) {
  return divide<DivFloor>(a, b);
}
Tensor floor_divide(const Tensor& a, const Scalar& b) {
  return divide<DivFloor>(a, b);
}
Tensor floor_divide(const Scalar& a, const Tensor& b) {
  return divide<DivFloor>(a, b);
}
const Tensor& floor_divide_(const Tensor& a, const Tensor& b) {
  return divide_<DivFloor>("floor_divide_", a, b,
                           [&] { return div(a, b, "floor"); });
}
const Tensor& floor_divide_(const Tensor& a, const Scalar& b) {
  return divide_<DivFloor>("floor_divide_", a, b,
                           [&] { return div(a, b, "floor"); });
}

Tensor fmod(const Tensor& a, const Tensor& b) {
  return rest<Fmod>(a, b, "FmodBackward", "trunc");
}
Tensor fmod(const Tensor& a, const Scalar& b) {
  return rest<Fmod>(a, b, "FmodBackward");
}
const Tensor& fmod_(const Tensor& a, const Tensor& b) {
  return divide_<Fmod>("fmod_", a, b,
                       [&] { return fmod(a.clone(), unchanged(a, b)); });
}
const Tensor& fmod_(const Tensor& a, const Scalar& b) {
  return divide_<Fmod>("fmod_", a, b, [&] { return fmod(a, b); });
}

Tensor remainder(const Tensor& a, const Tensor& b) {
  return rest<Remainder>(a, b, "RemainderBackward", "floor");
}
Tensor remainder(const Tensor& a, const Scalar& b) {
  return rest<Remainder>(a, b, "RemainderBackward");
}
Tensor remainder(const Scalar& a, const Tensor& b) {
  Tensor y = divide<Remainder>(a, b);
  if (!any_wants_grad(TensorRefs{b})) return y;
  return with_grad("RemainderBackward", std::move(y), {b},
                   [a, b = keep(b), home = Home(b)](const Tensor& g) {
                     return home(neg(mul(g, floor_divide(a, b()))));
                   });
}
const Tensor& remainder_(const Tensor& a, const Tensor& b) {
  return divide_<Remainder>("remainder_", a, b, [&] {
    return remainder(a.clone(), unchanged(a, b));
  });
}
const Tensor& remainder_(const Tensor& a, const Scalar& b) {
  return divide_<Remainder>("remainder_", a, b,
                            [&] { return remainder(a, b); });
}

}  // namespace cresset
