// Matrix products by cuBLAS over device memory.

#ifndef CRESSET_CUDA_OPS_GEMM_H_
#define CRESSET_CUDA_OPS_GEMM_H_

#include <library_types.h>

#include <cstdint>

#include "cresset/tensor/core/tensor.h"

namespace cresset::internal::cuda {

// A batch of row-major matrices, each perhaps stored as its transpose.
struct GemmOperand {
  const void* data;
  bool transposed;
  int64_t leading;  // elements from one stored row to the next
  int64_t batch;    // elements from one matrix to the next
};

// c = a b + beta c with a [m, k], b [k, n] and c [m, n], none of them empty.
// beta is 0 or 1. float16 and bfloat16 add up in float32.
struct Gemm {
  Dtype dtype;
  int64_t m, n, k;
  GemmOperand a, b;
  void* c;
  int64_t leading_c, batch_c;
  int64_t batch = 1;
  int beta = 0;
  bool allow_tf32 = false;
};
void gemm(Device device, const Gemm& call);

// Whether gemm() computes in this dtype.
bool gemm_takes(Dtype dtype);

// CUDA's name of a dtype that gemm() takes.
cudaDataType_t cuda_type(Dtype dtype);

// How the matrices x [B, r, c] lie in memory; one that cuBLAS cannot read as
// it is becomes a copy, which `kept` holds.
GemmOperand gemm_operand(const Tensor& x, Tensor& kept);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_GEMM_H_
