// Page-locked host memory, from and to which the GPU copies by itself while the
// host goes on. Kept for reuse, as locking pages takes long; a block serves the
// next request when all copies that were recorded for it are done.

#ifndef CRESSET_CUDA_RUNTIME_PINNED_H_
#define CRESSET_CUDA_RUNTIME_PINNED_H_

#include <cuda_runtime_api.h>

#include <cstddef>
#include <memory>

#include "cresset/cuda/cuda.h"
#include "cresset/tensor/base/device.h"

namespace cresset::internal::cuda {

// Uninitialised page-locked memory, at a multiple of 64 bytes; nullptr for
// 0 bytes. The owner of the last handle gives it back.
// Errors: kDevice where there is no GPU; kCuda if the memory cannot be had.
std::shared_ptr<void> pinned_memory(size_t bytes);

// Whether `data` points into memory from pinned_memory().
bool is_pinned(const void* data);

// The block around `data`, if it is pinned, is not handed on before the stream,
// one of `device`, has passed its present end. On a captured stream, not
// before the graph is gone.
void record_host_use(const void* data, Device device, cudaStream_t stream);

// Ends what record_host_use() began on a captured stream.
void release_host_use(const void* data) noexcept;

// Whether copies from and to pinned memory leave the waiting to their caller
// (cuda::to_async, cuda::copy_async_). Of this thread.
bool copies_without_waiting();
// Returns the setting before.
bool set_copies_without_waiting(bool value);

// Gives blocks that nobody uses back to the system.
void empty_pinned_cache();

cresset::cuda::HostMemoryStats pinned_stats();
void reset_peak_pinned_stats();

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_PINNED_H_
