// Events that mark how far a stream has come, kept for reuse.

#ifndef CRESSET_CUDA_RUNTIME_EVENT_H_
#define CRESSET_CUDA_RUNTIME_EVENT_H_

#include <cuda_runtime_api.h>

#include <vector>

#include "cresset/tensor/base/device.h"

namespace cresset::internal::cuda {

// Places in streams that something waits for. Used under a lock of its owner.
class Marks {
 public:
  // Marks the present end of the stream, which is one of `device`. Where the
  // runtime refuses, because it shuts down or the device is lost, nothing is
  // marked: there is nothing left to wait for.
  void add(Device device, cudaStream_t stream) noexcept;

  // Whether all streams have passed their marks, which are forgotten then.
  bool passed() noexcept;

  // Waits for that.
  void wait() noexcept;

  bool empty() const { return marks_.empty(); }

 private:
  struct Mark {
    Device device;
    cudaEvent_t event;
  };
  std::vector<Mark> marks_;
};

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_EVENT_H_
