#include "cresset/tensor/core/backend.h"

#include "cresset/tensor/base/error.h"

namespace cresset {
namespace {

// Constant-initialised: backends may register before main.
constinit internal::Backend* backends[kNumDeviceTypes] = {};

internal::Backend& backend_of(Device device, const char* what) {
  internal::Backend* const backend = internal::find_backend(device.type);
  CRESSET_CHECK(backend != nullptr, kDevice, what, ": ", device,
                device.is_meta()
                    ? " tensors have no data"
                    : " needs the CUDA backend; build with --config=cuda and "
                      "depend on @cresset//:cresset_cuda");
  return *backend;
}

}  // namespace

bool is_available(DeviceType type) { return device_count(type) > 0; }

int device_count(DeviceType type) {
  if (type == DeviceType::kCpu) return 1;
  const internal::Backend* const backend = internal::find_backend(type);
  return backend == nullptr ? 0 : backend->device_count();
}

void synchronize(Device device) {
  if (device.is_cpu()) return;
  backend_of(device, "synchronize").synchronize(device);
}

void set_default_device(Device device) {
  if (!device.is_cpu() && !device.is_meta()) {
    backend_of(device, "set_default_device").allocator(device);
  }
  internal::default_device_setting = device;
}

Allocator& allocator_of(Device device) {
  if (device.is_cpu()) return cpu_allocator();
  return backend_of(device, "allocator").allocator(device);
}

namespace internal {

void register_backend(DeviceType type, Backend* backend) {
  backends[static_cast<int>(type)] = backend;
}

Backend* find_backend(DeviceType type) {
  return backends[static_cast<int>(type)];
}

}  // namespace internal
}  // namespace cresset
