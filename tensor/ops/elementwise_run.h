// How op structs become functions; for the .cc files of the families.

#ifndef CRESSET_TENSOR_OPS_ELEMENTWISE_RUN_H_
#define CRESSET_TENSOR_OPS_ELEMENTWISE_RUN_H_

#include <utility>

#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/math_tensor.h"

namespace cresset::internal {

// The dtype that the op computes in: promoted, and of the op's domain.
template <class Op>
Dtype op_dtype(std::span<const Operand> x) {
  bool same = x[0].is_tensor();
  for (size_t k = 1; same && k < x.size(); ++k) {
    same = x[k].is_tensor() && x[k].tensor().dtype() == x[0].tensor().dtype();
  }
  const Dtype dtype = same ? x[0].tensor().dtype() : result_type(x);
  if constexpr (Op::kDomain == Domain::kFloating) {
    return to_floating(dtype);
  } else {
    if constexpr (Op::kDomain != Domain::kNumber) {
      check_domain(Op::kDomain, dtype, Op::kName);
    }
    return dtype;
  }
}

// The op without its gradient, computed in `dtype`; a mask among the operands
// takes no part in choosing it.
template <class Op>
Tensor run_op_in(Dtype dtype, const Op& op, std::span<const Operand> x) {
  Tensor y = make_result(x, Op::kWritesBool ? bool_ : dtype, Op::kName);
  run_into(op, x, y, dtype);
  return y;
}

// The same in the promoted dtype of the operands.
template <class Op>
Tensor run_op(const Op& op, std::initializer_list<Operand> operands) {
  const std::span<const Operand> x(operands.begin(), operands.size());
  return run_op_in(op_dtype<Op>(x), op, x);
}

// x = op(x...), where operands[0] is x. `recorded` computes the out-of-place
// result with its gradient.
template <class Op, class Recorded>
const Tensor& run_inplace(const char* name, const Op& op,
                          std::initializer_list<Operand> operands,
                          Recorded&& recorded) {
  const std::span<const Operand> all(operands.begin(), operands.size());
  const Tensor& x = all[0].tensor();
  check_inplace(x, name);
  const Dtype dtype = op_dtype<Op>(all);
  check_result_fits(Op::kWritesBool ? bool_ : dtype, x.dtype(), name);
  common_device(all, name);
  check_writable(x, all, name);
  if (recording()) {
    for (const Operand& operand : all) {
      if (operand.is_tensor() && wants_grad(operand.tensor())) {
        return assign(x, recorded(), name);
      }
    }
  }
  run_into(op, all, x, dtype);
  bump_version(x);
  return x;
}

// The gradient of a unary op: one fused kernel, or public ops if it must be
// differentiable itself.
template <class Op>
Tensor unary_grad(const Op& op, const Tensor& g, const Tensor& saved) {
  if (recording()) return op.template grad<Tensor>(g, saved, saved);
  const Operand operands[] = {g, saved.defined() ? saved : g};
  Tensor y = make_result(operands, g.dtype(), Op::kName);
  run_into(op, operands, y, g.dtype(), true);
  return y;
}

template <class Op>
Tensor unary(const Tensor& x, const Op& op = {}) {
  Tensor y = run_op(op, {x});
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
  return run_inplace(name, op, {x}, [&] {
    // What the gradient reads must outlive the change.
    return unary(Op::kSaves == Saves::kInput ? x.clone() : x, op);
  });
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_ELEMENTWISE_RUN_H_
