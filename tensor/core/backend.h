// What a kind of device provides besides kernels: how many there are, their
// memory, and waiting for their work. A backend registers itself by being
// linked; the core names none.

#ifndef CRESSET_TENSOR_CORE_BACKEND_H_
#define CRESSET_TENSOR_CORE_BACKEND_H_

#include <cstdint>

#include "cresset/tensor/base/device.h"
#include "cresset/tensor/core/allocator.h"

namespace cresset {

/// Whether tensors can live on devices of this type in this program, on this
/// machine. Never fails: without a backend or a driver the answer is false.
/// Torch: torch.cuda.is_available()
bool is_available(DeviceType type);

/// How many devices of the type there are; 1 for the CPU, 0 where
/// is_available() is false.
/// Torch: torch.cuda.device_count()
int device_count(DeviceType type);

/// Waits until all work that was given to the device is done.
/// Errors: kDevice if there is no such device; kCuda if the work failed.
/// Torch: torch.cuda.synchronize(device)
void synchronize(Device device);

/// Makes factory functions and new modules put their tensors on `device`, in
/// all threads, unless they are told where. Tensors that are there stay.
/// Errors: kDevice if tensors cannot live there.
/// Torch: torch.set_default_device(device)
void set_default_device(Device device);

namespace internal {

/// Threads: all functions may be called from any thread.
class Backend {
 public:
  virtual ~Backend() = default;

  virtual int device_count() const = 0;
  // Throws kDevice, saying what is missing, if `device` is not there.
  virtual Allocator& allocator(Device device) = 0;
  virtual void synchronize(Device device) = 0;
  // Seeds the generators of all its devices.
  virtual void manual_seed(uint64_t seed) = 0;
};

// Called during static initialisation of the backend's library.
void register_backend(DeviceType type, Backend* backend);
// nullptr if none is linked.
Backend* find_backend(DeviceType type);

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_BACKEND_H_
