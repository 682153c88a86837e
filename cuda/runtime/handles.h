// cuBLAS and cuDNN handles.

#ifndef CRESSET_CUDA_RUNTIME_HANDLES_H_
#define CRESSET_CUDA_RUNTIME_HANDLES_H_

#include <cublas_v2.h>
#include <cudnn.h>

#include "cresset/tensor/base/device.h"

namespace cresset::internal::cuda {

// This thread's handle for the device, made at first use, with its work going
// to the current stream. cuBLAS has a workspace of its own from the device's
// allocator, so that it allocates nothing itself, not even in a graph.
cublasHandle_t blas_handle(Device device);
cudnnHandle_t dnn_handle(Device device);

// Whether float32 products may use TF32 tensor cores.
// Torch: torch.backends.cuda.matmul.allow_tf32 (default false),
//        torch.backends.cudnn.allow_tf32 (default true)
bool matmul_allows_tf32();
bool conv_allows_tf32();
void set_matmul_allows_tf32(bool allow);
void set_conv_allows_tf32(bool allow);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_HANDLES_H_
