// How a binary op struct becomes a function; for the .cc files of the families.

#ifndef CRESSET_TENSOR_OPS_BINARY_RUN_H_
#define CRESSET_TENSOR_OPS_BINARY_RUN_H_

#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary_defs.h"
#include "cresset/tensor/ops/elementwise.h"

namespace cresset::internal {

extern ElementwiseKernel binary_kernel;

// y = op(a, b) into memory that exists; not recorded.
template <class Op>
void binary_into(const Op& op, const Operand& a, const Operand& b,
                 const Tensor& y, Dtype dtype) {
  const Operand operands[] = {a, b};
  const Dtype compute = compute_type(dtype, Op::kName);
  binary_kernel(y.device(), ElementwiseCall{BinaryOps::index<Op>(), false, &op,
                                            compute, compute, y, operands});
}

// The dtype that the op computes in: promoted, and floating if it must be.
template <class Op>
Dtype binary_dtype(const Operand& a, const Operand& b) {
  if (a.is_tensor() && b.is_tensor() &&
      a.tensor().dtype() == b.tensor().dtype()) {
    const Dtype dtype = a.tensor().dtype();
    return Op::kDomain == Domain::kFloating ? to_floating(dtype) : dtype;
  }
  const Operand operands[] = {a, b};
  const Dtype dtype = result_type(operands);
  return Op::kDomain == Domain::kFloating ? to_floating(dtype) : dtype;
}

// The op without its gradient, which differs from op to op (binary.cc).
template <class Op>
Tensor binary_value(const Operand& a, const Operand& b, const Op& op = {}) {
  const Operand operands[] = {a, b};
  const Dtype dtype = binary_dtype<Op>(a, b);
  Tensor y = make_empty(broadcast_sizes(operands), dtype,
                        common_device(operands, Op::kName));
  binary_into(op, a, b, y, dtype);
  return y;
}

// The in-place form: `recorded` computes the recorded out-of-place result.
template <class Op, class Recorded>
const Tensor& binary_inplace(const Tensor& a, const Operand& b,
                             const char* name, const Op& op,
                             Recorded&& recorded) {
  check_inplace(a, name);
  const Dtype dtype = binary_dtype<Op>(a, b);
  check_result_fits(dtype, a.dtype(), name);
  const Operand operands[] = {a, b};
  common_device(operands, name);
  CRESSET_CHECK(broadcast_sizes(operands) == a.shape(), kShape, name,
                ": the result must have the shape of the first tensor, ",
                a.sizes(), "; got ", broadcast_sizes(operands));
  const bool record =
      recording() &&
      (wants_grad(a) || (b.is_tensor() && wants_grad(b.tensor())));
  if (record) return assign(a, recorded(), name);
  binary_into(op, a, b, a, dtype);
  bump_version(a);
  return a;
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_BINARY_RUN_H_
