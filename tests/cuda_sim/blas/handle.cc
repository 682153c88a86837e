#include "cresset/tests/cuda_sim/blas/handle.h"

#include <set>

namespace cuda_sim::blas {
namespace {

std::set<cublasContext*>& handles() {
  static auto* const all = new std::set<cublasContext*>;
  return *all;
}

constexpr size_t kWorkspaceAlignment = 256;

}  // namespace

bool is_good(cublasContext* handle, const char* call) {
  const std::lock_guard guard(lock());
  if (handles().count(handle) == 0) {
    complain(text(call, ": this is no handle"));
    return false;
  }
  if (handle->device != current_device()) {
    complain(text(call, ": the handle belongs to device ", handle->device,
                  ", the current one is ", current_device()));
    return false;
  }
  return true;
}

cublasStatus_t refuse(cublasStatus_t status, const std::string& why) {
  complain(why);
  return status;
}

}  // namespace cuda_sim::blas

using namespace cuda_sim;        // NOLINT: defines the library's functions
using namespace cuda_sim::blas;  // NOLINT

cublasStatus_t cublasCreate_v2(cublasHandle_t* handle) {
  const std::lock_guard guard(lock());
  if (handle == nullptr) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE, "cublasCreate: null");
  }
  *handle = new cublasContext{current_device()};
  handles().insert(*handle);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy_v2(cublasHandle_t handle) {
  const std::lock_guard guard(lock());
  if (handles().erase(handle) == 0) {
    return refuse(CUBLAS_STATUS_NOT_INITIALIZED, "cublasDestroy: no handle");
  }
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, cudaStream_t stream) {
  if (!is_good(handle, "cublasSetStream")) return CUBLAS_STATUS_NOT_INITIALIZED;
  if (device_of(stream) != handle->device) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE,
                  "cublasSetStream: a stream of another device");
  }
  handle->stream = stream;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGetStream_v2(cublasHandle_t handle, cudaStream_t* stream) {
  if (!is_good(handle, "cublasGetStream")) return CUBLAS_STATUS_NOT_INITIALIZED;
  *stream = handle->stream;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t handle, void* workspace,
                                     size_t bytes) {
  if (!is_good(handle, "cublasSetWorkspace")) {
    return CUBLAS_STATUS_NOT_INITIALIZED;
  }
  if (reinterpret_cast<uintptr_t>(workspace) % kWorkspaceAlignment != 0) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE,
                  "cublasSetWorkspace: the workspace is not aligned to 256");
  }
  const std::string problem = range_problem(handle->device, workspace, bytes);
  if (!problem.empty()) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE,
                  "cublasSetWorkspace: " + problem);
  }
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetPointerMode_v2(cublasHandle_t handle,
                                       cublasPointerMode_t mode) {
  if (!is_good(handle, "cublasSetPointerMode")) {
    return CUBLAS_STATUS_NOT_INITIALIZED;
  }
  if (mode != CUBLAS_POINTER_MODE_HOST && mode != CUBLAS_POINTER_MODE_DEVICE) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE,
                  text("cublasSetPointerMode: ", static_cast<int>(mode)));
  }
  handle->pointer_mode = mode;
  return CUBLAS_STATUS_SUCCESS;
}

const char* cublasGetStatusName(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_SUCCESS:
      return "CUBLAS_STATUS_SUCCESS";
    case CUBLAS_STATUS_NOT_INITIALIZED:
      return "CUBLAS_STATUS_NOT_INITIALIZED";
    case CUBLAS_STATUS_ALLOC_FAILED:
      return "CUBLAS_STATUS_ALLOC_FAILED";
    case CUBLAS_STATUS_INVALID_VALUE:
      return "CUBLAS_STATUS_INVALID_VALUE";
    case CUBLAS_STATUS_ARCH_MISMATCH:
      return "CUBLAS_STATUS_ARCH_MISMATCH";
    case CUBLAS_STATUS_EXECUTION_FAILED:
      return "CUBLAS_STATUS_EXECUTION_FAILED";
    case CUBLAS_STATUS_NOT_SUPPORTED:
      return "CUBLAS_STATUS_NOT_SUPPORTED";
    default:
      return "CUBLAS_STATUS_INTERNAL_ERROR";
  }
}

const char* cublasGetStatusString(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_SUCCESS:
      return "success";
    case CUBLAS_STATUS_NOT_INITIALIZED:
      return "the library was not initialized";
    case CUBLAS_STATUS_ALLOC_FAILED:
      return "the resource allocation failed";
    case CUBLAS_STATUS_INVALID_VALUE:
      return "an unsupported value or parameter was passed to the function";
    case CUBLAS_STATUS_EXECUTION_FAILED:
      return "the GPU program failed to execute";
    case CUBLAS_STATUS_NOT_SUPPORTED:
      return "the functionality requested is not supported";
    default:
      return "an internal operation failed";
  }
}
