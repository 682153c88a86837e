#include "cresset/tensor/ops/clamp.h"

#include <cstdint>
#include <limits>

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/binary_defs.h"
#include "cresset/tensor/ops/bitwise.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/elementwise_run.h"
#include "cresset/tensor/ops/ternary_defs.h"
#include "cresset/tensor/ops/unary_defs.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {
namespace {

using Bound = std::optional<Scalar>;

// The op with its bounds as elements of the result's dtype hold them.
ClampNumbers clamp_op(const Bound& low, const Bound& high, Dtype dtype) {
  ClampNumbers op(-std::numeric_limits<double>::infinity(),
                  std::numeric_limits<double>::infinity(),
                  std::numeric_limits<int64_t>::min(),
                  std::numeric_limits<int64_t>::max());
  const bool integers = is_integral(dtype, true);
  if (low) {
    const Scalar value = narrowed(*low, dtype);
    op.low = value.to<double>();
    if (integers) op.int_low = value.to<int64_t>();
  }
  if (high) {
    const Scalar value = narrowed(*high, dtype);
    op.high = value.to<double>();
    if (integers) op.int_high = value.to<int64_t>();
  }
  return op;
}

Dtype clamp_dtype(const Tensor& x, const Bound& low, const Bound& high) {
  CRESSET_CHECK(low || high, kValue,
                "clamp: at least one of min and max must be given; got none");
  const Operand all[] = {x, low ? *low : *high, high ? *high : *low};
  return result_type(all);
}

// g where `chosen` holds, for the input that `home` leads to.
Tensor part(const Home& home, const Tensor& chosen, const Tensor& g) {
  return home(where(chosen, g, 0));
}

// maximum and minimum: equal elements share the gradient.
template <class Op>
Tensor extremum(const Tensor& a, const Tensor& b, const char* name) {
  Tensor y = run_op(Op(), {a, b});
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad(name, std::move(y), {a, b},
                   [a = keep(a), b = keep(b), to_a = Home(a), to_b = Home(b)](
                       const Tensor& g, Grads& grads) {
                     const Tensor shared = where(eq(a(), b()), mul(g, 0.5), g);
                     const Tensor less = lt(a(), b()), more = gt(a(), b());
                     const bool max = Op::kIsMax;
                     if (grads.needs(0)) {
                       grads[0] = to_a(where(max ? less : more, 0, shared));
                     }
                     if (grads.needs(1)) {
                       grads[1] = to_b(where(max ? more : less, 0, shared));
                     }
                   });
}

// fmax and fmin: the first input wins among equals.
template <class Op>
Tensor number_extremum(const Tensor& a, const Tensor& b, const char* name) {
  Tensor y = run_op(Op(), {a, b});
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad(name, std::move(y), {a, b},
                   [a = keep(a), b = keep(b), to_a = Home(a), to_b = Home(b)](
                       const Tensor& g, Grads& grads) {
                     const Tensor first = logical_or(
                         Op::kIsMax ? ge(a(), b()) : le(a(), b()), isnan(b()));
                     if (grads.needs(0)) grads[0] = to_a(where(first, g, 0));
                     if (grads.needs(1)) grads[1] = to_b(where(first, 0, g));
                   });
}

// clamp_min and clamp_max with a tensor: x wins among equals.
template <class Op>
Tensor clamp_one(const Tensor& x, const Tensor& bound, const char* name) {
  Tensor y = run_op(Op(), {x, bound});
  if (!any_wants_grad(TensorRefs{x, bound})) return y;
  return with_grad(
      name, std::move(y), {x, bound},
      [x = keep(x), bound = keep(bound), to_x = Home(x),
       to_bound = Home(bound)](const Tensor& g, Grads& grads) {
        const bool low = Op::kIsMax;
        if (grads.needs(0)) {
          grads[0] = part(to_x, low ? ge(x(), bound()) : le(x(), bound()), g);
        }
        if (grads.needs(1)) {
          grads[1] =
              part(to_bound, low ? lt(x(), bound()) : gt(x(), bound()), g);
        }
      });
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor clamp(const Tensor& x, const Bound& low, const Bound& high) {
  const Dtype dtype = clamp_dtype(x, low, high);
  return unary(x.to(dtype), clamp_op(low, high, dtype));
}

const Tensor& clamp_(const Tensor& x, const Bound& low, const Bound& high) {
  check_result_fits(clamp_dtype(x, low, high), x.dtype(), "clamp_");
  return unary_(x, "clamp_", clamp_op(low, high, x.dtype()));
}

Tensor clamp_min(const Tensor& x, const Scalar& low) {
  return clamp(x, Bound(low), std::nullopt);
}
const Tensor& clamp_min_(const Tensor& x, const Scalar& low) {
  return clamp_(x, Bound(low), std::nullopt);
}
Tensor clamp_max(const Tensor& x, const Scalar& high) {
  return clamp(x, Bound(), high);
}
const Tensor& clamp_max_(const Tensor& x, const Scalar& high) {
  return clamp_(x, Bound(), high);
}

Tensor clamp_min(const Tensor& x, const Tensor& low) {
  return clamp_one<Maximum>(x, low, "ClampMinBackward");
}
Tensor clamp_max(const Tensor& x, const Tensor& high) {
  return clamp_one<Minimum>(x, high, "ClampMaxBackward");
}

Tensor clamp(const Tensor& x, const std::optional<Tensor>& low,
             const std::optional<Tensor>& high) {
  CRESSET_CHECK(low || high, kValue,
                "clamp: at least one of min and max must be given; got none");
  return !low    ? clamp_max(x, *high)
         : !high ? clamp_min(x, *low)
                 : clamp(x, *low, *high);
}

Tensor clamp(const Tensor& x, const Tensor& low, const Tensor& high) {
  Tensor y = run_op(Clamp(), {x, low, high});
  if (!any_wants_grad(TensorRefs{x, low, high})) return y;
  return with_grad("ClampBackward", std::move(y), {x, low, high},
                   [x = keep(x), low = keep(low), high = keep(high),
                    to_x = Home(x), to_low = Home(low),
                    to_high = Home(high)](const Tensor& g, Grads& grads) {
                     const Tensor v = x(), l = low(), h = high();
                     if (grads.needs(0))
                       grads[0] = part(to_x, (v >= l) & (v <= h), g);
                     if (grads.needs(1))
                       grads[1] = part(to_low, (l < h) & (v < l), g);
                     if (grads.needs(2))
                       grads[2] = part(to_high, (v > h) | (h < l), g);
                   });
}

Tensor maximum(const Tensor& a, const Tensor& b) {
  return extremum<Maximum>(a, b, "MaximumBackward");
}
Tensor minimum(const Tensor& a, const Tensor& b) {
  return extremum<Minimum>(a, b, "MinimumBackward");
}
Tensor fmax(const Tensor& a, const Tensor& b) {
  return number_extremum<Fmax>(a, b, "FmaxBackward");
}
Tensor fmin(const Tensor& a, const Tensor& b) {
  return number_extremum<Fmin>(a, b, "FminBackward");
}

}  // namespace cresset
