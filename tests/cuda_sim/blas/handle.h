// Handles of the stand-in for cuBLAS, and what every call checks.

#ifndef CRESSET_TESTS_CUDA_SIM_BLAS_HANDLE_H_
#define CRESSET_TESTS_CUDA_SIM_BLAS_HANDLE_H_

#include <cublas_v2.h>

#include <sstream>
#include <string>

#include "cresset/tests/cuda_sim/device.h"

struct cublasContext {
  int device;
  cudaStream_t stream = nullptr;
  cublasPointerMode_t pointer_mode = CUBLAS_POINTER_MODE_HOST;
};

namespace cuda_sim::blas {

// Whether the handle is alive and its device the current one; complains.
bool is_good(cublasContext* handle, const char* call);

template <class... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

// Complains and gives the status.
cublasStatus_t refuse(cublasStatus_t status, const std::string& why);

}  // namespace cuda_sim::blas

#endif  // CRESSET_TESTS_CUDA_SIM_BLAS_HANDLE_H_
