// How kernels report an index that is out of range, or a rule that is broken.

#ifndef CRESSET_CUDA_RUNTIME_DEVICE_ERROR_CUH_
#define CRESSET_CUDA_RUNTIME_DEVICE_ERROR_CUH_

#include <cuda_runtime.h>

#include <cstdint>

#include "cresset/cuda/runtime/device_error.h"

namespace cresset::internal::cuda {

// Of the threads that report, one that comes early wins; two that come at once
// may leave a mixture. `dim` is negative if no dimension is to be named. The
// caller goes on with a legal index, or skips the element.
__device__ inline void report_index(DeviceError* error, const char* op,
                                    int64_t index, int64_t dim, int64_t size) {
  // Plain stores: the word lies in the host's memory.
  volatile DeviceError* const word = error;
  if (word->set != 0) return;
  word->op = op;
  word->rule = nullptr;
  word->index = index;
  word->dim = dim;
  word->size = size;
  word->set = 1;
}

// The same for the error "<op><rule>"; both are literals of the host.
__device__ inline void report_rule(DeviceError* error, const char* op,
                                   const char* rule) {
  volatile DeviceError* const word = error;
  if (word->set != 0) return;
  word->op = op;
  word->rule = rule;
  word->set = 1;
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_DEVICE_ERROR_CUH_
