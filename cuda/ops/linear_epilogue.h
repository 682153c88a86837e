// x w + bias in one call of cublasLt.

#ifndef CRESSET_CUDA_OPS_LINEAR_EPILOGUE_H_
#define CRESSET_CUDA_OPS_LINEAR_EPILOGUE_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset::internal::cuda {

// As LinearKernel, where cublasLt has an algorithm for it: false, with nothing
// done, where it has none.
bool linear_with_epilogue(const Tensor& x, const Tensor& w, const Tensor& bias,
                          const Tensor& y);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_LINEAR_EPILOGUE_H_
