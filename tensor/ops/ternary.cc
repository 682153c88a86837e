#include "cresset/tensor/ops/ternary.h"

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/elementwise_run.h"
#include "cresset/tensor/ops/ternary_defs.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset {
namespace internal {
namespace {

void check_lerp(const Tensor& start, const Tensor& other, const char* what) {
  CRESSET_CHECK(start.dtype() == other.dtype(), kDtype, "lerp: expected dtype ",
                start.dtype(), " for ", what, "; got ", other.dtype());
}

AddCMul addcmul_op(const Scalar& value) {
  return {value.to<double>(), value.to<int64_t>()};
}

void check_addcdiv(const Tensor& a, const Tensor& b) {
  CRESSET_CHECK(!is_integral(a.dtype(), true) || !is_integral(b.dtype(), true),
                kDtype,
                "addcdiv: integer division with addcdiv is not supported; got ",
                a.dtype(), " and ", b.dtype());
}

// For in-place ops: a tensor whose elements the op is about to change, or a
// copy of them.
Tensor unchanged(const Tensor& changing, const Tensor& x) {
  return x.is_same(changing) ? x.clone() : x;
}

}  // namespace

constinit ElementwiseKernel TernaryFamily::kernel{
    "ternary",
    [](const ElementwiseCall& call) { run_rows(ternary_rows()(), call); }};

}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor lerp(const Tensor& start, const Tensor& end, const Tensor& weight) {
  check_lerp(start, end, "end");
  check_lerp(start, weight, "weight");
  Tensor y = run_op(Lerp(), {start, end, weight});
  if (!any_wants_grad(TensorRefs{start, end, weight})) return y;
  return with_grad("LerpBackward", std::move(y), {start, end, weight},
                   [start = keep(start), end = keep(end), weight = keep(weight),
                    to_start = Home(start), to_end = Home(end),
                    to_weight = Home(weight)](const Tensor& g, Grads& grads) {
                     if (grads.needs(0))
                       grads[0] = to_start(mul(g, sub(1, weight())));
                     if (grads.needs(1)) grads[1] = to_end(mul(g, weight()));
                     if (grads.needs(2))
                       grads[2] = to_weight(mul(g, sub(end(), start())));
                   });
}

Tensor lerp(const Tensor& start, const Tensor& end, const Scalar& weight) {
  check_lerp(start, end, "end");
  Tensor y = run_op(Lerp(), {start, end, weight});
  if (!any_wants_grad(TensorRefs{start, end})) return y;
  return with_grad("LerpBackward", std::move(y), {start, end},
                   [w = weight.to<double>(), to_start = Home(start),
                    to_end = Home(end)](const Tensor& g, Grads& grads) {
                     if (grads.needs(0)) grads[0] = to_start(mul(g, 1 - w));
                     if (grads.needs(1)) grads[1] = to_end(mul(g, w));
                   });
}

const Tensor& lerp_(const Tensor& start, const Tensor& end,
                    const Tensor& weight) {
  return run_inplace("lerp_", Lerp(), {start, end, weight}, [&] {
    return lerp(start.clone(), unchanged(start, end), unchanged(start, weight));
  });
}
const Tensor& lerp_(const Tensor& start, const Tensor& end,
                    const Scalar& weight) {
  return run_inplace("lerp_", Lerp(), {start, end, weight},
                     [&] { return lerp(start, end, weight); });
}

Tensor addcmul(const Tensor& x, const Tensor& a, const Tensor& b,
               const Scalar& value) {
  Tensor y = run_op(addcmul_op(value), {x, a, b});
  if (!any_wants_grad(TensorRefs{x, a, b})) return y;
  return with_grad(
      "AddcmulBackward", std::move(y), {x, a, b},
      [a = keep(a), b = keep(b), value, to_x = Home(x), to_a = Home(a),
       to_b = Home(b)](const Tensor& g, Grads& grads) {
        if (grads.needs(0)) grads[0] = to_x(g);
        if (grads.needs(1)) grads[1] = to_a(mul(g, mul(b(), value)));
        if (grads.needs(2)) grads[2] = to_b(mul(g, mul(a(), value)));
      });
}
const Tensor& addcmul_(const Tensor& x, const Tensor& a, const Tensor& b,
                       const Scalar& value) {
  return run_inplace("addcmul_", addcmul_op(value), {x, a, b}, [&] {
    return addcmul(x, unchanged(x, a), unchanged(x, b), value);
  });
}

Tensor addcdiv(const Tensor& x, const Tensor& a, const Tensor& b,
               const Scalar& value) {
  check_addcdiv(a, b);
  Tensor y = run_op(AddCDiv(value.to<double>()), {x, a, b});
  if (!any_wants_grad(TensorRefs{x, a, b})) return y;
  return with_grad(
      "AddcdivBackward", std::move(y), {x, a, b},
      [a = keep(a), b = keep(b), value, to_x = Home(x), to_a = Home(a),
       to_b = Home(b)](const Tensor& g, Grads& grads) {
        if (grads.needs(0)) grads[0] = to_x(g);
        if (grads.needs(1)) grads[1] = to_a(mul(g, div(value, b())));
        if (grads.needs(2)) {
          const Tensor slope = div(mul(a(), value), mul(b(), b()));
          grads[2] = to_b(neg(mul(g, slope)));
        }
      });
}
const Tensor& addcdiv_(const Tensor& x, const Tensor& a, const Tensor& b,
                       const Scalar& value) {
  check_addcdiv(a, b);
  return run_inplace("addcdiv_", AddCDiv(value.to<double>()), {x, a, b}, [&] {
    return addcdiv(x, unchanged(x, a), unchanged(x, b), value);
  });
}

}  // namespace cresset
