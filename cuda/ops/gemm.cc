#include "cresset/cuda/ops/gemm.h"

#include <algorithm>

#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/handles.h"
#include "cresset/tensor/core/copy.h"

namespace cresset::internal::cuda {
namespace {

cublasComputeType_t compute_type_of(const Gemm& call) {
  if (call.dtype == float64) return CUBLAS_COMPUTE_64F;
  return call.dtype == float32 && call.allow_tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32
                                                  : CUBLAS_COMPUTE_32F;
}

// The step through a vector that is one row or column of a matrix.
int64_t vector_step(const GemmOperand& x, bool is_row) {
  return x.transposed == is_row ? x.leading : 1;
}

// A product of one row and one column by many blocks; the result stays on the
// device.
void dot(Device device, cublasHandle_t handle, const Gemm& call) {
  const cudaDataType_t type = cuda_type(call.dtype);
  CRESSET_CUDA_CHECK(cublasSetPointerMode(handle, CUBLAS_POINTER_MODE_DEVICE));
  const cublasStatus_t status = cublasDotEx_64(
      handle, call.k, call.a.data, type, vector_step(call.a, true), call.b.data,
      type, vector_step(call.b, false), call.c, type,
      call.dtype == float64 ? CUDA_R_64F : CUDA_R_32F);
  CRESSET_CUDA_CHECK(cublasSetPointerMode(handle, CUBLAS_POINTER_MODE_HOST));
  CRESSET_CUDA_CHECK(status, "cublasDotEx of ", call.k, " elements of ",
                     call.dtype, " on ", device);
}

}  // namespace

bool gemm_takes(Dtype dtype) {
  return dtype == float32 || dtype == float64 || dtype == float16 ||
         dtype == bfloat16;
}

cudaDataType_t cuda_type(Dtype dtype) {
  switch (dtype) {
    case Dtype::kFloat16:
      return CUDA_R_16F;
    case Dtype::kBfloat16:
      return CUDA_R_16BF;
    case Dtype::kFloat64:
      return CUDA_R_64F;
    default:
      CRESSET_ASSERT(dtype == float32);
      return CUDA_R_32F;
  }
}

GemmOperand gemm_operand(const Tensor& x, Tensor& kept) {
  const int64_t rows = x.size(1), columns = x.size(2);
  const int64_t row_step = x.stride(1), column_step = x.stride(2);
  kept = x;
  GemmOperand operand{x.raw_data(), false, 0, x.stride(0)};
  if ((column_step == 1 || columns == 1) &&
      (row_step >= columns || rows == 1)) {
    operand.leading = rows == 1 ? columns : row_step;
  } else if ((row_step == 1 || rows == 1) &&
             (column_step >= rows || columns == 1)) {
    operand.transposed = true;
    operand.leading = columns == 1 ? rows : column_step;
  } else {
    const bool shared = x.stride(0) == 0;  // one matrix for the whole batch
    kept = dense_copy(shared ? alias(x, {1, rows, columns},
                                     {0, row_step, column_step},
                                     x.storage_offset())
                             : x);
    operand.data = kept.raw_data();
    operand.leading = columns;
    operand.batch = shared ? 0 : rows * columns;
  }
  return operand;
}

void gemm(Device device, const Gemm& call) {
  const cublasHandle_t handle = blas_handle(device);
  if (call.m == 1 && call.n == 1 && call.batch == 1 && call.beta == 0) {
    return dot(device, handle, call);
  }
  const cudaDataType_t type = cuda_type(call.dtype);
  const float one = 1, beta = static_cast<float>(call.beta);
  const double wide_one = 1, wide_beta = call.beta;
  const bool wide = call.dtype == float64;
  // cuBLAS counts by columns: what it sees is c^T = b^T a^T.
  CRESSET_CUDA_CHECK(
      cublasGemmStridedBatchedEx_64(
          handle, call.b.transposed ? CUBLAS_OP_T : CUBLAS_OP_N,
          call.a.transposed ? CUBLAS_OP_T : CUBLAS_OP_N, call.n, call.m, call.k,
          wide ? static_cast<const void*>(&wide_one) : &one, call.b.data, type,
          call.b.leading, call.b.batch, call.a.data, type, call.a.leading,
          call.a.batch, wide ? static_cast<const void*>(&wide_beta) : &beta,
          call.c, type, call.leading_c, call.batch_c, call.batch,
          compute_type_of(call), CUBLAS_GEMM_DEFAULT),
      "a product of ", call.batch, " x [", call.m, ", ", call.k, "] and [",
      call.k, ", ", call.n, "] of ", call.dtype, " on ", device);
}

}  // namespace cresset::internal::cuda
