// Errors of the CUDA libraries as cresset::Error.
//
//   CRESSET_CUDA_CHECK(cudaMalloc(&data, bytes), "bytes = ", bytes);
//
// throws kCuda with the name of the call, what the library said, the facts
// that follow and, where there is one, a hint. cuBLAS and cuDNN have the same
// macro: the status's type chooses the words.

#ifndef CRESSET_CUDA_RUNTIME_CHECK_H_
#define CRESSET_CUDA_RUNTIME_CHECK_H_

#include <cublas_v2.h>
#include <cuda_runtime_api.h>
#include <cudnn.h>

#include <string>

#include "cresset/tensor/base/error.h"

namespace cresset::internal::cuda {

// `call` is the text of the failed expression.
[[noreturn]] void throw_status(const char* call, cudaError_t status,
                               const std::string& facts);
[[noreturn]] void throw_status(const char* call, cublasStatus_t status,
                               const std::string& facts);
[[noreturn]] void throw_status(const char* call, cudnnStatus_t status,
                               const std::string& facts);

}  // namespace cresset::internal::cuda

// All three libraries call success 0.
#define CRESSET_CUDA_CHECK(call, ...)                                       \
  do {                                                                      \
    const auto cresset_status = (call);                                     \
    if (static_cast<int>(cresset_status) != 0) [[unlikely]] {               \
      ::cresset::internal::cuda::throw_status(                              \
          #call, cresset_status, ::cresset::internal::concat(__VA_ARGS__)); \
    }                                                                       \
  } while (false)

#endif  // CRESSET_CUDA_RUNTIME_CHECK_H_
