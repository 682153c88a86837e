// The level-specific parts of matrix products: micro-kernels on packed panels,
// packing, and dot products. gemm.h has the products themselves.
//
// A product block C[m, n] += A[m, k] B[k, n] runs over tiles of a few rows by
// up to three vectors, whose sums stay in registers. B is packed into panels,
// one a tile column: panel after panel, each k rows of the panel's width. A
// needs no panels: an element is repeated over a vector, so any two strides do,
// and packing A only copies rows together (kAStride apart).

#ifndef CRESSET_TENSOR_OPS_CPU_GEMM_KERNEL_H_
#define CRESSET_TENSOR_OPS_CPU_GEMM_KERNEL_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

// Rows of A packed at a time.
inline constexpr int64_t kGemmRowGroup = 48;

// The depth of a block, at most, and the distance of packed rows of A: not a
// multiple of a page, so that rows do not compete for the same cache sets.
template <class T>
inline constexpr int64_t kGemmDepth = sizeof(T) == 4 ? 384 : 192;
template <class T>
inline constexpr int64_t kGemmAStride = kGemmDepth<T> + 64 / sizeof(T);

template <class T>
struct GemmKernels {
  int64_t lanes;    // elements in a vector; packed panels are multiples of it
  int64_t columns;  // the widest block of B that stays in the L2 cache

  // C = alpha A B + beta C for packed B; A's element (i, p) is at
  // a[i * row_stride + p * depth_stride]. beta == 0 does not read C.
  void (*block)(int64_t m, int64_t n, int64_t k, T alpha, const T* a,
                int64_t row_stride, int64_t depth_stride, const T* packed_b,
                T beta, T* c, int64_t ldc);

  // The same for B as it is, ldb elements between rows; n must be a multiple
  // of `lanes`.
  void (*block_direct)(int64_t m, int64_t n, int64_t k, T alpha, const T* a,
                       int64_t row_stride, int64_t depth_stride, const T* b,
                       int64_t ldb, T beta, T* c, int64_t ldc);

  // Packs B[k, n], stored by rows of n or (transposed) by rows of k, into
  // k * round_up(n, lanes) elements.
  void (*pack_b)(bool transposed, int64_t k, int64_t n, const T* b, int64_t ldb,
                 T* packed);

  // Copies A[m, k], stored by rows of k or (transposed) by rows of m, to rows
  // that are `stride` apart.
  void (*pack_a)(bool transposed, int64_t m, int64_t k, const T* a, int64_t lda,
                 T* packed, int64_t stride);

  // C[i, j] = alpha dot(A row i, B row j) + beta C[i, j] for few rows of A.
  void (*dots)(int64_t m, int64_t n, int64_t k, T alpha, const T* a,
               int64_t lda, const T* b, int64_t ldb, T beta, T* c, int64_t ldc);

  // y[j] = sum over p of x[p] B[p, j], for B stored by rows of n.
  void (*combine_rows)(int64_t n, int64_t k, const T* x, const T* b,
                       int64_t ldb, T* y);
};

CRESSET_CPU_KERNEL(GemmKernels<float>, gemm_kernels_f32, ());
CRESSET_CPU_KERNEL(GemmKernels<double>, gemm_kernels_f64, ());

template <class T>
const GemmKernels<T>& gemm_kernels();
template <>
inline const GemmKernels<float>& gemm_kernels<float>() {
  static const GemmKernels<float> kernels = gemm_kernels_f32()();
  return kernels;
}
template <>
inline const GemmKernels<double>& gemm_kernels<double>() {
  static const GemmKernels<double> kernels = gemm_kernels_f64()();
  return kernels;
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_GEMM_KERNEL_H_
