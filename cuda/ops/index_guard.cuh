// The check of an index in a kernel.

#ifndef CRESSET_CUDA_OPS_INDEX_GUARD_CUH_
#define CRESSET_CUDA_OPS_INDEX_GUARD_CUH_

#include "cresset/cuda/runtime/device_error.cuh"

namespace cresset::internal::cuda {

// A kernel's argument: which op's index along which dimension is checked.
struct IndexGuard {
  DeviceError* error;
  const char* op;
  int64_t dim;

  __device__ void report(int64_t index, int64_t size) const {
    report_index(error, op, index, dim, size);
  }
  // Whether 0 <= index < size; reports an index that is not.
  __device__ bool accepts(int64_t index, int64_t size) const {
    if (static_cast<uint64_t>(index) < static_cast<uint64_t>(size)) return true;
    report(index, size);
    return false;
  }
};

inline IndexGuard index_guard(Device device, const char* op, int64_t dim) {
  return {device_error_word(device), op, dim};
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_INDEX_GUARD_CUH_
