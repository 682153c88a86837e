// cublasGemmStridedBatchedEx and cublasDotEx.

#include "cresset/tests/cuda_sim/blas/handle.h"
#include "cresset/tests/cuda_sim/blas/product.h"

using namespace cuda_sim;        // NOLINT: defines the library's functions
using namespace cuda_sim::blas;  // NOLINT

namespace {

// The combinations of cuBLAS's table with one type for all matrices.
bool is_supported(cudaDataType type, cublasComputeType_t compute) {
  switch (compute) {
    case CUBLAS_COMPUTE_32F:
    case CUBLAS_COMPUTE_32F_PEDANTIC:
      return type == CUDA_R_32F || type == CUDA_R_16F || type == CUDA_R_16BF;
    case CUBLAS_COMPUTE_32F_FAST_TF32:
      return type == CUDA_R_32F;
    case CUBLAS_COMPUTE_64F:
      return type == CUDA_R_64F;
    default:
      return false;
  }
}

double scalar(const void* data, cublasComputeType_t compute) {
  return read(data, compute == CUBLAS_COMPUTE_64F ? CUDA_R_64F : CUDA_R_32F, 0);
}

Matrices stored(const void* data, cudaDataType type, cublasOperation_t op,
                int64_t rows, int64_t columns, int64_t leading,
                int64_t stride) {
  if (op != CUBLAS_OP_N) std::swap(rows, columns);
  return {data, type, rows, columns, leading, stride};
}

// Checks the product when it is asked for, and again when it runs.
cublasStatus_t queue_product(cublasHandle_t handle, const char* call,
                             const Product& product) {
  const std::string problem = problem_of(handle->device, product);
  if (!problem.empty()) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE, text(call, ": ", problem));
  }
  const cudaError_t error =
      enqueue(handle->stream, call, [product, device = handle->device] {
        const std::string late = problem_of(device, product);
        if (!late.empty()) fault(cudaErrorIllegalAddress, late);
        compute(product);
      });
  return error == cudaSuccess ? CUBLAS_STATUS_SUCCESS
                              : CUBLAS_STATUS_EXECUTION_FAILED;
}

}  // namespace

cublasStatus_t cublasGemmStridedBatchedEx_64(
    cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
    int64_t m, int64_t n, int64_t k, const void* alpha, const void* a,
    cudaDataType type_a, int64_t lda, long long stride_a, const void* b,
    cudaDataType type_b, int64_t ldb, long long stride_b, const void* beta,
    void* c, cudaDataType type_c, int64_t ldc, long long stride_c,
    int64_t batch, cublasComputeType_t compute_type, cublasGemmAlgo_t algo) {
  constexpr const char* kCall = "cublasGemmStridedBatchedEx";
  if (!is_good(handle, kCall)) return CUBLAS_STATUS_NOT_INITIALIZED;
  if (alpha == nullptr || beta == nullptr ||
      handle->pointer_mode != CUBLAS_POINTER_MODE_HOST) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE,
                  text(kCall, ": alpha and beta must be numbers of the host"));
  }
  if (algo != CUBLAS_GEMM_DEFAULT || type_a != type_c || type_b != type_c ||
      !is_supported(type_c, compute_type)) {
    return refuse(CUBLAS_STATUS_NOT_SUPPORTED,
                  text(kCall, ": types ", type_a, ", ", type_b, ", ", type_c,
                       " by ", compute_type));
  }
  const Product product{op_a,
                        op_b,
                        m,
                        n,
                        k,
                        scalar(alpha, compute_type),
                        scalar(beta, compute_type),
                        stored(a, type_a, op_a, m, k, lda, stride_a),
                        stored(b, type_b, op_b, k, n, ldb, stride_b),
                        {c, type_c, m, n, ldc, stride_c},
                        c,
                        batch};
  return queue_product(handle, kCall, product);
}

cublasStatus_t cublasDotEx_64(cublasHandle_t handle, int64_t n, const void* x,
                              cudaDataType type_x, int64_t step_x,
                              const void* y, cudaDataType type_y,
                              int64_t step_y, void* result,
                              cudaDataType type_result,
                              cudaDataType type_compute) {
  constexpr const char* kCall = "cublasDotEx";
  if (!is_good(handle, kCall)) return CUBLAS_STATUS_NOT_INITIALIZED;
  const cudaDataType wanted = type_x == CUDA_R_64F ? CUDA_R_64F : CUDA_R_32F;
  if (size_of(type_x) == 0 || type_y != type_x || type_result != type_x ||
      type_compute != wanted) {
    return refuse(CUBLAS_STATUS_NOT_SUPPORTED, text(kCall, ": types"));
  }
  if (handle->pointer_mode != CUBLAS_POINTER_MODE_DEVICE) {
    return refuse(CUBLAS_STATUS_NOT_SUPPORTED,
                  text(kCall, ": a result on the host waits for the device"));
  }
  if (step_x <= 0 || step_y <= 0) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE, text(kCall, ": steps"));
  }
  // A row and a column with their steps as leading dimensions.
  const Product product{CUBLAS_OP_N,
                        CUBLAS_OP_T,
                        1,
                        1,
                        n,
                        1,
                        0,
                        {x, type_x, 1, n, step_x, 0},
                        {y, type_y, 1, n, step_y, 0},
                        {result, type_result, 1, 1, 1, 0},
                        result,
                        1};
  return queue_product(handle, kCall, product);
}
