// Products of integers, which cuBLAS does not make.

#ifndef CRESSET_CUDA_OPS_MATMUL_INTEGERS_H_
#define CRESSET_CUDA_OPS_MATMUL_INTEGERS_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset::internal::cuda {

// As MatmulKernel, for integer dtypes: wrapping sums in 64 bits.
void matmul_integers(const Tensor& a, const Tensor& b, const Tensor& y,
                     int beta);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_MATMUL_INTEGERS_H_
