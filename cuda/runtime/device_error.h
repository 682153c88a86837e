// Errors that only a kernel can see: an index in device memory that is out of
// range, a divisor that is 0.
//
// The kernel stores what it found in a word of the host's memory that it can
// reach, and goes on without using it. The next call that waits for the
// device reads the word, which costs nothing, and throws.

#ifndef CRESSET_CUDA_RUNTIME_DEVICE_ERROR_H_
#define CRESSET_CUDA_RUNTIME_DEVICE_ERROR_H_

#include <cstdint>

#include "cresset/tensor/base/device.h"

namespace cresset::internal::cuda {

struct DeviceError {
  unsigned set;      // 0: no error
  const char* op;    // a literal of the host; kernels only pass it on
  const char* rule;  // another one: what was broken; null: an index
  int64_t index;
  int64_t dim;  // negative: not said
  int64_t size;
};

// What kernels give to report_index() of device_error.cuh.
DeviceError* device_error_word(Device device);

// Throws, once, if a kernel that has ended reported something: kIndex for an
// index, kValue for a rule.
void check_device_error(Device device);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_DEVICE_ERROR_H_
