// The streams that work goes to.
//
// Every thread has a current stream on each device, at first the device's
// default one, which all threads share. Kernels and copies go to the current
// stream and nothing waits for them; what reads results on the host waits.

#ifndef CRESSET_CUDA_RUNTIME_STREAM_H_
#define CRESSET_CUDA_RUNTIME_STREAM_H_

#include <cuda_runtime_api.h>

#include "cresset/tensor/base/device.h"

namespace cresset::internal::cuda {

cudaStream_t current_stream(Device device);
void set_current_stream(Device device, cudaStream_t stream);

// Waits for the current stream of the device.
void wait_for_stream(Device device);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_STREAM_H_
