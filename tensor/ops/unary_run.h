// How a unary op struct becomes a function; for the .cc files of the families.

#ifndef CRESSET_TENSOR_OPS_UNARY_RUN_H_
#define CRESSET_TENSOR_OPS_UNARY_RUN_H_

#include <utility>

#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/unary_defs.h"

namespace cresset::internal {

extern ElementwiseKernel unary_kernel;

// y = op(x) into memory that exists; not recorded.
template <class Op>
void unary_into(const Op& op, const Tensor& x, const Tensor& y) {
  const Operand operands[] = {x};
  unary_kernel(y.device(), ElementwiseCall{UnaryOps::index<Op>(), false, &op,
                                           compute_type(y.dtype(), Op::kName),
                                           compute_type(y.dtype(), Op::kName),
                                           y, operands});
}

template <class Op>
Tensor unary_grad(const Op& op, const Tensor& g, const Tensor& saved) {
  if (recording()) return op.template grad<Tensor>(g, saved, saved);
  Tensor y = make_empty(g.sizes(), g.dtype(), g.device());
  const Operand operands[] = {g, saved.defined() ? saved : g};
  const Dtype compute = compute_type(g.dtype(), Op::kName);
  unary_kernel(y.device(), ElementwiseCall{UnaryOps::index<Op>(), true, &op,
                                           compute, compute, y, operands});
  return y;
}

template <class Op>
Tensor unary(const Tensor& x, const Op& op = {}) {
  const Dtype dtype =
      Op::kDomain == Domain::kFloating ? to_floating(x.dtype()) : x.dtype();
  Tensor y = make_empty(x.sizes(), dtype, x.device());
  unary_into(op, x, y);
  if (!recording() || !wants_grad(x)) return y;
  if constexpr (Op::kSaves == Saves::kInput) {
    return with_grad(
        Op::kGradName, std::move(y), {x},
        [op, x = keep(x)](const Tensor& g) { return unary_grad(op, g, x()); });
  } else if constexpr (Op::kSaves == Saves::kOutput) {
    return with_grad(Op::kGradName, y, {x},
                     [op, y = keep_output(y)](const Tensor& g) {
                       return unary_grad(op, g, y());
                     });
  } else {
    return with_grad(Op::kGradName, std::move(y), {x}, [op](const Tensor& g) {
      return unary_grad(op, g, Tensor());
    });
  }
}

template <class Op>
const Tensor& unary_(const Tensor& x, const char* name, const Op& op = {}) {
  check_inplace(x, name);
  CRESSET_CHECK(Op::kDomain == Domain::kNumber || is_floating(x.dtype()),
                kDtype, name, ": result type ", get_default_dtype(),
                " can't be cast to the desired output type ", x.dtype());
  if (recording() && wants_grad(x)) return assign(x, unary(x, op), name);
  unary_into(op, x, x);
  bump_version(x);
  return x;
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_UNARY_RUN_H_
