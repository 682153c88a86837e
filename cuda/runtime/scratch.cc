#include "cresset/cuda/runtime/scratch.h"

#include <cstring>
#include <memory>

#include "cresset/cuda/runtime/capture.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/device.h"
#include "cresset/cuda/runtime/pinned.h"
#include "cresset/cuda/runtime/stream.h"

namespace cresset::internal::cuda {

Scratch::Scratch(Device device, size_t bytes)
    : storage_(make_ref<Storage>(bytes, device)) {}

Scratch upload(Device device, const void* table, size_t bytes) {
  Scratch copy(device, bytes);
  if (bytes == 0) return copy;
  use_device(device);
  // The runtime has read pageable memory when the call returns.
  CRESSET_CUDA_CHECK(
      cudaMemcpyAsync(copy.as<void>(), table, bytes, cudaMemcpyHostToDevice,
                      current_stream(device)),
      bytes, " bytes to ", device);
  return copy;
}

void download(Device device, const void* from, void* to, size_t bytes) {
  check_not_captured(device, "download");
  use_device(device);
  if (bytes != 0) {
    CRESSET_CUDA_CHECK(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost,
                                       current_stream(device)),
                       bytes, " bytes from ", device);
  }
  wait_for_stream(device);
}

}  // namespace cresset::internal::cuda
