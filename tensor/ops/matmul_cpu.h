// The CPU's function behind matmul_kernel.

#ifndef CRESSET_TENSOR_OPS_MATMUL_CPU_H_
#define CRESSET_TENSOR_OPS_MATMUL_CPU_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

void matmul_cpu(const Tensor& a, const Tensor& b, const Tensor& y, int beta);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_MATMUL_CPU_H_
