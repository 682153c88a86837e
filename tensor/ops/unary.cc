#include "cresset/tensor/ops/unary.h"

#include "cresset/tensor/ops/unary_run.h"

namespace cresset {
namespace internal {
namespace {

void unary_cpu(const ElementwiseCall& call) {
  const ChunkRow* rows = call.is_grad ? unary_grad_rows()() : unary_rows()();
  run_chunks(rows[call.index].columns[column_of(call.compute)], call);
}

}  // namespace

constinit ElementwiseKernel unary_kernel{"unary", unary_cpu};

}  // namespace internal

using internal::unary;
using internal::unary_;

Tensor neg(const Tensor& x) {
  CRESSET_CHECK(x.dtype() != bool_, kDtype,
                "neg: negation of a bool tensor is not supported; use "
                "logical_not");
  return unary<internal::Neg>(x);
}
const Tensor& neg_(const Tensor& x) { return unary_<internal::Neg>(x, "neg_"); }
Tensor operator-(const Tensor& x) { return neg(x); }

Tensor exp(const Tensor& x) { return unary<internal::Exp>(x); }
const Tensor& exp_(const Tensor& x) { return unary_<internal::Exp>(x, "exp_"); }

Tensor log(const Tensor& x) { return unary<internal::Log>(x); }
const Tensor& log_(const Tensor& x) { return unary_<internal::Log>(x, "log_"); }

}  // namespace cresset
