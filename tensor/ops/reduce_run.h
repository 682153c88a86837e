// The engine of all reductions; for the .cc files of the family.
//
// A reduction is a struct in reduce_defs.h. Kernels reduce rows and columns of
// dense elements of one compute type; this engine finds rows and columns in
// any layout, converts other dtypes by rows, and splits the work. Pieces and
// the order in which they are joined depend on sizes only, so a result does
// not depend on the number of threads.

#ifndef CRESSET_TENSOR_OPS_REDUCE_RUN_H_
#define CRESSET_TENSOR_OPS_REDUCE_RUN_H_

#include <optional>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/reduce_defs.h"
#include "cresset/tensor/ops/reduce_plan.h"

namespace cresset::internal {

// What a device needs to run a reduction.
struct ReduceCall {
  bool has_state;   // which list the index belongs to
  int index;        // the op's place in ReduceOps or StateReduceOps
  const void* op;   // the op object with its parameters
  Dtype compute;    // float32, float64 or int64
  const Tensor& x;  // at least one element; any dtype and strides
  const DimMask& mask;
};

// One or two tensors with the sizes of the kept dimensions (those that are
// reduced count 1), the first of the compute dtype.
struct Reduced {
  Tensor first;
  Tensor second;
};

using ReduceKernel = Kernel<Reduced(const ReduceCall&)>;
extern ReduceKernel reduce_kernel;

// The dimensions in `dims`; all if it is empty.
// Errors: kIndex out of range; kValue if one is there twice.
DimMask reduced_dims(IntSpan dims, int64_t rank, const char* op);

// x's sizes with 1, or nothing, in place of the reduced ones.
Shape reduced_sizes(IntSpan sizes, const DimMask& mask, bool keepdim);

// Another view of a dense tensor of the same number of elements.
Tensor with_sizes(const Tensor& y, IntSpan sizes);

template <class Op>
inline constexpr bool kHasState = ReduceOps::index<Op>() < 0;

// The reduction with the reduced sizes kept as 1, in the compute dtype and not
// recorded. x has elements.
template <class Op>
Reduced run_reduce(const Tensor& x, const DimMask& mask, Dtype compute,
                   const Op& op = {}) {
  constexpr int kIndex =
      kHasState<Op> ? StateReduceOps::index<Op>() : ReduceOps::index<Op>();
  return reduce_kernel(
      x.device(), ReduceCall{kHasState<Op>, kIndex, &op, compute, x, mask});
}

// The reduction of a one-state op into `dtype`, not recorded. A reduction of
// no elements gives the op's identity.
template <class Op>
Tensor reduce_value(const Tensor& x, const DimMask& mask, bool keepdim,
                    Dtype dtype, const char* name, const Op& op = {}) {
  Dtype compute = compute_type(dtype, name);
  if (dtype == bool_ && is_floating(x.dtype())) {
    compute = compute_type(x.dtype(), name);
  }
  const Shape sizes = reduced_sizes(x.sizes(), mask, keepdim);
  if (x.numel() == 0 || x.device().is_meta()) {
    Tensor y = make_empty(sizes, dtype, x.device());
    if (y.numel() == 0 || x.device().is_meta()) return y;
    return y.fill_(op.template finish<double>(Op::template identity<double>()));
  }
  const Tensor y = run_reduce(x, mask, compute, op).first;
  return with_sizes(dtype == compute ? y : y.to(dtype), sizes);
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_REDUCE_RUN_H_
