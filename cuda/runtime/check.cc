#include "cresset/cuda/runtime/check.h"

#include <cstring>
#include <string_view>

namespace cresset::internal::cuda {
namespace {

// What a caller can do about an error of the runtime; nullptr if nothing is
// known.
const char* hint_for(cudaError_t status) {
  switch (status) {
    case cudaErrorMemoryAllocation:
      return "free tensors or use smaller batches";
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorInvalidKernelImage:
    case cudaErrorUnsupportedPtxVersion:
      return "build for this GPU with --//cuda:architectures, as 90 or 80+ptx";
    case cudaErrorInsufficientDriver:
      return "install a newer NVIDIA driver";
    case cudaErrorInitializationError:
      return "a process that was forked after CUDA was used cannot use it; "
             "fork first, or start a new program";
    case cudaErrorDevicesUnavailable:
      return "another process may hold the GPU in exclusive mode";
    case cudaErrorIllegalAddress:
    case cudaErrorMisalignedAddress:
    case cudaErrorLaunchFailure:
    case cudaErrorLaunchTimeout:
    case cudaErrorIllegalInstruction:
    case cudaErrorHardwareStackError:
    case cudaErrorAssert:
      return "a kernel that was started earlier may have failed; run with "
             "CUDA_LAUNCH_BLOCKING=1 to see which, or under "
             "compute-sanitizer. The GPU cannot be used again in this process";
    case cudaErrorStreamCaptureUnsupported:
    case cudaErrorStreamCaptureInvalidated:
    case cudaErrorStreamCaptureImplicit:
    case cudaErrorStreamCaptureIsolation:
    case cudaErrorStreamCaptureUnjoined:
    case cudaErrorStreamCaptureWrongThread:
      return "the call is not possible while a graph is captured; docs/cuda.md "
             "lists what synchronises";
    default:
      return nullptr;
  }
}

const char* hint_for(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_NOT_INITIALIZED:
    case CUBLAS_STATUS_ALLOC_FAILED:
      return "the GPU may be out of memory";
    case CUBLAS_STATUS_ARCH_MISMATCH:
      return "the GPU is too old for this dtype";
    case CUBLAS_STATUS_EXECUTION_FAILED:
      return "a kernel that was started earlier may have failed; run with "
             "CUDA_LAUNCH_BLOCKING=1 to see which";
    default:
      return nullptr;
  }
}

const char* hint_for(cudnnStatus_t status) {
  switch (status) {
    case CUDNN_STATUS_NOT_INITIALIZED:
      return "the GPU may be out of memory, or the libraries of cuDNN are not "
             "of one version";
    case CUDNN_STATUS_EXECUTION_FAILED:
      return "a kernel that was started earlier may have failed; run with "
             "CUDA_LAUNCH_BLOCKING=1 to see which";
    default:
      return nullptr;
  }
}

// "cudaMalloc" of "cudaMalloc(&data, bytes)": the facts name the arguments.
std::string_view function_of(std::string_view call) {
  return call.substr(0, call.find('('));
}

template <class Status>
[[noreturn]] void fail(const char* call, Status status, const char* words,
                       const char* name, const std::string& facts) {
  std::string text = concat(function_of(call), ": failed with ", name, " (",
                            static_cast<int>(status), "), ", words);
  if (!facts.empty()) append(text, "; got " + facts);
  if (const char* const hint = hint_for(status)) {
    append(text, concat("; ", hint));
  }
  throw_error(ErrorCode::kCuda, std::move(text));
}

}  // namespace

void throw_status(const char* call, cudaError_t status,
                  const std::string& facts) {
  // The runtime would report an error that it can live with once more, by a
  // later call.
  cudaGetLastError();
  fail(call, status, cudaGetErrorString(status), cudaGetErrorName(status),
       facts);
}

void throw_status(const char* call, cublasStatus_t status,
                  const std::string& facts) {
  fail(call, status, cublasGetStatusString(status), cublasGetStatusName(status),
       facts);
}

void throw_status(const char* call, cudnnStatus_t status,
                  const std::string& facts) {
  char details[512] = "";
  cudnnGetLastErrorString(details, sizeof(details));
  details[sizeof(details) - 1] = '\0';
  fail(call, status, details[0] != '\0' ? details : "no details",
       cudnnGetErrorString(status), facts);
}

}  // namespace cresset::internal::cuda
