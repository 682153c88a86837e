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

// Waits for the current stream of the device, or for one that is named.
// Errors: kState on a stream that a graph is captured from; kIndex if a kernel
// met an index that was out of range (device_error.h).
void wait_for_stream(Device device);
void wait_for_stream(Device device, cudaStream_t stream);

// One of the 32 streams that each device has for each priority (0, or -1 for
// preferred ones), in turn. They do not wait for the default stream.
cudaStream_t next_stream(Device device, int priority);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_STREAM_H_
