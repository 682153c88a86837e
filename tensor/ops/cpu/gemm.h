// Matrix products of the host, on raw row-major memory.

#ifndef CRESSET_TENSOR_OPS_CPU_GEMM_H_
#define CRESSET_TENSOR_OPS_CPU_GEMM_H_

#include <cstdint>

namespace cresset::internal {

// C = alpha op(A) op(B) + beta C, with op(A) [m, k], op(B) [k, n], C [m, n]
// and op(X) = X or its transpose. Rows are lda, ldb, ldc elements apart:
// A is stored [m, k], or [k, m] with trans_a; B [k, n], or [n, k] with trans_b.
// beta == 0 never reads C; alpha == 0 never reads A and B.
// Threads: runs on the pool; the result does not depend on the thread count.
template <class T>
void gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, T alpha,
          const T* a, int64_t lda, const T* b, int64_t ldb, T beta, T* c,
          int64_t ldc);

// `batch` products whose operands lie stride_a, stride_b, stride_c apart; a
// stride of 0 repeats an operand (never C).
template <class T>
void gemm_batched(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k,
                  T alpha, const T* a, int64_t lda, int64_t stride_a,
                  const T* b, int64_t ldb, int64_t stride_b, T beta, T* c,
                  int64_t ldc, int64_t stride_c, int64_t batch);

extern template void gemm<float>(bool, bool, int64_t, int64_t, int64_t, float,
                                 const float*, int64_t, const float*, int64_t,
                                 float, float*, int64_t);
extern template void gemm<double>(bool, bool, int64_t, int64_t, int64_t, double,
                                  const double*, int64_t, const double*,
                                  int64_t, double, double*, int64_t);

inline void sgemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k,
                  float alpha, const float* a, int64_t lda, const float* b,
                  int64_t ldb, float beta, float* c, int64_t ldc) {
  gemm<float>(trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

inline void dgemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k,
                  double alpha, const double* a, int64_t lda, const double* b,
                  int64_t ldb, double beta, double* c, int64_t ldc) {
  gemm<double>(trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

inline void sgemm_batched(bool trans_a, bool trans_b, int64_t m, int64_t n,
                          int64_t k, float alpha, const float* a, int64_t lda,
                          int64_t stride_a, const float* b, int64_t ldb,
                          int64_t stride_b, float beta, float* c, int64_t ldc,
                          int64_t stride_c, int64_t batch) {
  gemm_batched<float>(trans_a, trans_b, m, n, k, alpha, a, lda, stride_a, b,
                      ldb, stride_b, beta, c, ldc, stride_c, batch);
}

inline void dgemm_batched(bool trans_a, bool trans_b, int64_t m, int64_t n,
                          int64_t k, double alpha, const double* a, int64_t lda,
                          int64_t stride_a, const double* b, int64_t ldb,
                          int64_t stride_b, double beta, double* c, int64_t ldc,
                          int64_t stride_c, int64_t batch) {
  gemm_batched<double>(trans_a, trans_b, m, n, k, alpha, a, lda, stride_a, b,
                       ldb, stride_b, beta, c, ldc, stride_c, batch);
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_GEMM_H_
