// Errors: cudaGetLastError and the words for codes.

#include "cresset/tests/cuda_sim/api.h"
#include "cresset/tests/cuda_sim/execute.h"
#include "cresset/tests/cuda_sim/settings.h"
#include "cresset/tests/cuda_sim/world.h"

namespace cuda_sim {
namespace {

thread_local cudaError_t last_error = cudaSuccess;

struct Words {
  cudaError_t code;
  const char* name;
  const char* text;
};

#define CRESSET_SIM_WORDS(code, text) \
  { code, #code, text }

const Words kWords[] = {
    CRESSET_SIM_WORDS(cudaSuccess, "no error"),
    CRESSET_SIM_WORDS(cudaErrorInvalidValue, "invalid argument"),
    CRESSET_SIM_WORDS(cudaErrorMemoryAllocation, "out of memory"),
    CRESSET_SIM_WORDS(cudaErrorInitializationError, "initialization error"),
    CRESSET_SIM_WORDS(cudaErrorInvalidConfiguration,
                      "invalid configuration argument"),
    CRESSET_SIM_WORDS(cudaErrorInvalidPitchValue, "invalid pitch argument"),
    CRESSET_SIM_WORDS(cudaErrorInvalidHostPointer, "invalid host pointer"),
    CRESSET_SIM_WORDS(cudaErrorInvalidDevicePointer, "invalid device pointer"),
    CRESSET_SIM_WORDS(cudaErrorInvalidMemcpyDirection,
                      "invalid copy direction for memcpy"),
    CRESSET_SIM_WORDS(cudaErrorInsufficientDriver,
                      "CUDA driver version is insufficient for CUDA runtime "
                      "version"),
    CRESSET_SIM_WORDS(cudaErrorInvalidDeviceFunction,
                      "invalid device function"),
    CRESSET_SIM_WORDS(cudaErrorNoDevice, "no CUDA-capable device is detected"),
    CRESSET_SIM_WORDS(cudaErrorInvalidDevice, "invalid device ordinal"),
    CRESSET_SIM_WORDS(cudaErrorInvalidKernelImage,
                      "device kernel image is invalid"),
    CRESSET_SIM_WORDS(cudaErrorInvalidResourceHandle,
                      "invalid resource handle"),
    CRESSET_SIM_WORDS(cudaErrorIllegalState,
                      "the operation cannot be performed in the present "
                      "state"),
    CRESSET_SIM_WORDS(cudaErrorNotReady, "device not ready"),
    CRESSET_SIM_WORDS(cudaErrorIllegalAddress,
                      "an illegal memory access was encountered"),
    CRESSET_SIM_WORDS(cudaErrorLaunchOutOfResources,
                      "too many resources requested for launch"),
    CRESSET_SIM_WORDS(cudaErrorLaunchTimeout,
                      "the launch timed out and was terminated"),
    CRESSET_SIM_WORDS(cudaErrorPeerAccessAlreadyEnabled,
                      "peer access is already enabled"),
    CRESSET_SIM_WORDS(cudaErrorPeerAccessNotEnabled,
                      "peer access has not been enabled"),
    CRESSET_SIM_WORDS(cudaErrorHostMemoryAlreadyRegistered,
                      "part or all of the requested memory range is already "
                      "mapped"),
    CRESSET_SIM_WORDS(cudaErrorHostMemoryNotRegistered,
                      "pointer does not correspond to a registered memory "
                      "region"),
    CRESSET_SIM_WORDS(cudaErrorIllegalInstruction,
                      "an illegal instruction was encountered"),
    CRESSET_SIM_WORDS(cudaErrorMisalignedAddress, "misaligned address"),
    CRESSET_SIM_WORDS(cudaErrorLaunchFailure, "unspecified launch failure"),
    CRESSET_SIM_WORDS(cudaErrorNotPermitted, "operation not permitted"),
    CRESSET_SIM_WORDS(cudaErrorNotSupported, "operation not supported"),
    CRESSET_SIM_WORDS(cudaErrorStreamCaptureUnsupported,
                      "operation not permitted when stream is capturing"),
    CRESSET_SIM_WORDS(cudaErrorStreamCaptureInvalidated,
                      "operation failed due to a previous error during "
                      "capture"),
    CRESSET_SIM_WORDS(cudaErrorStreamCaptureMerge,
                      "operation would result in a merge of separate capture "
                      "sequences"),
    CRESSET_SIM_WORDS(cudaErrorStreamCaptureUnmatched,
                      "capture was not ended in the same stream as it began"),
    CRESSET_SIM_WORDS(cudaErrorStreamCaptureUnjoined,
                      "capturing stream has unjoined work"),
    CRESSET_SIM_WORDS(cudaErrorStreamCaptureIsolation,
                      "dependency created on uncaptured work in another "
                      "stream"),
    CRESSET_SIM_WORDS(cudaErrorStreamCaptureImplicit,
                      "operation would make the legacy stream depend on a "
                      "capturing blocking stream"),
    CRESSET_SIM_WORDS(cudaErrorCapturedEvent,
                      "operation not permitted on an event last recorded in "
                      "a capturing stream"),
    CRESSET_SIM_WORDS(cudaErrorStreamCaptureWrongThread,
                      "attempt to terminate a thread-local capture sequence "
                      "from another thread"),
};

#undef CRESSET_SIM_WORDS

const Words* words_of(cudaError_t error) {
  for (const Words& words : kWords) {
    if (words.code == error) return &words;
  }
  return nullptr;
}

}  // namespace

cudaError_t remember(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

cudaError_t check_call() {
  if (settings().driver != Driver::kThere) return cudaErrorInsufficientDriver;
  if (device_count() == 0) return cudaErrorNoDevice;
  if (in_host_function()) {
    return refuse(cudaErrorNotPermitted,
                  "a function given to cudaLaunchHostFunc calls CUDA");
  }
  return cudaSuccess;
}

cudaError_t device_error() { return device(current_index()).error; }

cudaError_t refuse(cudaError_t error, const std::string& why) {
  complain(why);
  return error;
}

}  // namespace cuda_sim

extern "C" {

cudaError_t cudaGetLastError() {
  const cudaError_t error = cuda_sim::last_error;
  cuda_sim::last_error = cudaSuccess;
  return error;
}

cudaError_t cudaPeekAtLastError() { return cuda_sim::last_error; }

const char* cudaGetErrorName(cudaError_t error) {
  const cuda_sim::Words* words = cuda_sim::words_of(error);
  return words == nullptr ? "unrecognized error code" : words->name;
}

const char* cudaGetErrorString(cudaError_t error) {
  const cuda_sim::Words* words = cuda_sim::words_of(error);
  return words == nullptr ? "unrecognized error code" : words->text;
}

}  // extern "C"
