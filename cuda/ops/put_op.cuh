// Combining one element with another; tensor/ops/put_op.h on the device.

#ifndef CRESSET_CUDA_OPS_PUT_OP_CUH_
#define CRESSET_CUDA_OPS_PUT_OP_CUH_

#include "cresset/cuda/ops/element.cuh"
#include "cresset/tensor/ops/data_kernels.h"

namespace cresset::internal::cuda {

template <class W>
__device__ W combine(PutOp op, W a, W b) {
  switch (op) {
    case PutOp::kAssign:
      return b;
    case PutOp::kAdd:
      return a + b;
    case PutOp::kMul:
      return a * b;
    case PutOp::kMin:
      return a == a && (b < a || b != b) ? b : a;
    default:
      return a == a && (b > a || b != b) ? b : a;
  }
}

// Integers wrap, as in PyTorch.
template <>
__device__ inline int64_t combine(PutOp op, int64_t a, int64_t b) {
  const auto x = static_cast<uint64_t>(a), y = static_cast<uint64_t>(b);
  switch (op) {
    case PutOp::kAssign:
      return b;
    case PutOp::kAdd:
      return static_cast<int64_t>(x + y);
    case PutOp::kMul:
      return static_cast<int64_t>(x * y);
    case PutOp::kMin:
      return b < a ? b : a;
    default:
      return b > a ? b : a;
  }
}

template <>
__device__ inline Complex combine(PutOp op, Complex a, Complex b) {
  return op == PutOp::kAssign ? b : op == PutOp::kAdd ? a + b : a * b;
}

// Bool's sums and products are `or` and `and`: those of 0 and 1, cut to bool
// whenever they are stored. A sum of many must not wrap back to 0, which needs
// 2^64 of them.

// Throws for dtypes that cannot be combined by `op`.
inline void check_put_op(Dtype dtype, PutOp op) {
  CRESSET_CHECK(!is_complex(dtype) || (op != PutOp::kMin && op != PutOp::kMax),
                kDtype, "scatter: complex numbers have no minimum or maximum");
  CRESSET_CHECK(dtype <= Dtype::kComplex128 || op == PutOp::kAssign, kDtype,
                "index: elements of ", dtype, " cannot be combined");
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_PUT_OP_CUH_
