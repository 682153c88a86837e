// Which GPUs there are and which one a thread's calls go to.

#ifndef CRESSET_CUDA_RUNTIME_DEVICE_H_
#define CRESSET_CUDA_RUNTIME_DEVICE_H_

#include <cuda_runtime_api.h>

#include <string>

#include "cresset/tensor/base/device.h"

namespace cresset::internal::cuda {

// How many GPUs can be used; 0 without a driver. Asked once.
int device_count();

// Why device_count() is 0, and what to do: no driver, a driver older than the
// toolkit, no GPU, all hidden by CUDA_VISIBLE_DEVICES.
std::string why_no_device();

// Throws kDevice unless `device` is a GPU that is there.
void check_device(Device device);

// What kernels and planners want to know of a GPU. Asked once per device.
struct Properties {
  std::string name;
  int major, minor;  // compute capability
  int multiprocessors;
  size_t shared_per_block;  // with the opt-in limit
  size_t total_memory;
};
const Properties& properties(Device device);

// Makes `device` the current one of this thread, if it is not yet.
void use_device(Device device);

// The same until the end of a scope.
class DeviceGuard {
 public:
  explicit DeviceGuard(Device device);
  ~DeviceGuard();
  DeviceGuard(const DeviceGuard&) = delete;
  DeviceGuard& operator=(const DeviceGuard&) = delete;

 private:
  int previous_;
};

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_DEVICE_H_
