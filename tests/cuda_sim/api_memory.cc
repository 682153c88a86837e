// Getting and giving back memory, of devices and of the host.

#include "cresset/tests/cuda_sim/api.h"
#include "cresset/tests/cuda_sim/capture.h"
#include "cresset/tests/cuda_sim/fault.h"
#include "cresset/tests/cuda_sim/host_memory.h"
#include "cresset/tests/cuda_sim/stream.h"
#include "cresset/tests/cuda_sim/world.h"

namespace cuda_sim {
namespace {

cudaError_t allocate(DeviceState& home, void** data, size_t bytes) {
  watch_accesses();
  *data = nullptr;
  if (bytes == 0) return cudaSuccess;
  *data = home.memory.allocate(bytes);
  return *data == nullptr ? cudaErrorMemoryAllocation : cudaSuccess;
}

cudaError_t release(void* data) {
  const int holder = device_holding(data);
  if (holder < 0) {
    return refuse(cudaErrorInvalidValue,
                  "cudaFree of what is no device memory");
  }
  // The real call waits for the device as well.
  const cudaError_t error = drain_device(holder);
  if (error != cudaSuccess) return error;
  const Arena::Release result = arena(holder).release(data);
  if (!result.refused.empty()) {
    return refuse(cudaErrorInvalidValue, "cudaFree: " + result.refused);
  }
  if (result.damage.empty()) return cudaSuccess;
  fail_device(holder, cudaErrorIllegalAddress);
  return refuse(cudaErrorIllegalAddress, result.damage);
}

// As an operation of a stream.
void release_later(int holder, void* data) {
  const Arena::Release result = arena(holder).release(data);
  if (!result.refused.empty()) {
    throw Fault{cudaErrorIllegalAddress, "cudaFreeAsync: " + result.refused};
  }
  if (!result.damage.empty()) {
    throw Fault{cudaErrorIllegalAddress, result.damage};
  }
}

void drain_all() {
  for (int i = 0; i < device_count(); ++i) drain_device(i);
}

}  // namespace
}  // namespace cuda_sim

using namespace cuda_sim;  // NOLINT: a file of the simulator

extern "C" {

cudaError_t cudaMalloc(void** data, size_t bytes) {
  return device_call([&] {
    const cudaError_t error = check_capture_allows_unsafe_calls();
    if (error != cudaSuccess) return error;
    return allocate(device(current_index()), data, bytes);
  });
}

cudaError_t cudaFree(void* data) {
  return device_call([&] {
    if (data == nullptr) return cudaSuccess;
    const cudaError_t error = check_capture_allows_unsafe_calls();
    return error != cudaSuccess ? error : release(data);
  });
}

cudaError_t cudaMallocAsync(void** data, size_t bytes, cudaStream_t handle) {
  return device_call([&] {
    CUstream_st* stream = find_stream(handle);
    if (stream == nullptr) return cudaErrorInvalidResourceHandle;
    if (stream->capture) {
      return refuse(cudaErrorStreamCaptureUnsupported,
                    "cudaMallocAsync in a capture is not simulated");
    }
    DeviceState& home = device(stream->device);
    cudaError_t error = allocate(home, data, bytes);
    if (error == cudaErrorMemoryAllocation) {
      // Memory that queued operations will free.
      error = drain_device(stream->device);
      if (error == cudaSuccess) error = allocate(home, data, bytes);
    }
    return error;
  });
}

cudaError_t cudaFreeAsync(void* data, cudaStream_t handle) {
  return device_call([&] {
    CUstream_st* stream = find_stream(handle);
    if (stream == nullptr) return cudaErrorInvalidResourceHandle;
    if (data == nullptr) return cudaSuccess;
    if (stream->capture) {
      return refuse(cudaErrorStreamCaptureUnsupported,
                    "cudaFreeAsync in a capture is not simulated");
    }
    const int holder = device_holding(data);
    if (holder < 0) return cudaErrorInvalidValue;
    Operation operation;
    operation.what = "cudaFreeAsync";
    operation.work = [holder, data] { release_later(holder, data); };
    return submit(*stream, std::move(operation));
  });
}

cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  return device_call([&] {
    const Arena& memory = arena(current_index());
    *total = memory.total();
    *free = memory.total() - memory.used();
    return cudaSuccess;
  });
}

cudaError_t cudaHostAlloc(void** data, size_t bytes, unsigned) {
  return device_call([&] {
    const cudaError_t error = check_capture_allows_unsafe_calls();
    if (error != cudaSuccess) return error;
    *data = bytes == 0 ? nullptr : allocate_pinned(bytes);
    return bytes > 0 && *data == nullptr ? cudaErrorMemoryAllocation
                                         : cudaSuccess;
  });
}

cudaError_t cudaMallocHost(void** data, size_t bytes) {
  return cudaHostAlloc(data, bytes, 0);
}

cudaError_t cudaFreeHost(void* data) {
  return device_call([&] {
    if (data == nullptr) return cudaSuccess;
    const cudaError_t error = check_capture_allows_unsafe_calls();
    if (error != cudaSuccess) return error;
    drain_all();
    return release_pinned(data) ? cudaSuccess : cudaErrorInvalidValue;
  });
}

cudaError_t cudaHostRegister(void* data, size_t bytes, unsigned) {
  return device_call([&] {
    if (data == nullptr || bytes == 0) return cudaErrorInvalidValue;
    if (is_pinned(data)) return cudaErrorHostMemoryAlreadyRegistered;
    register_pinned(data, bytes);
    return cudaSuccess;
  });
}

cudaError_t cudaHostUnregister(void* data) {
  return device_call([&] {
    drain_all();
    return unregister_pinned(data) ? cudaSuccess
                                   : cudaErrorHostMemoryNotRegistered;
  });
}

cudaError_t cudaHostGetDevicePointer(void** data, void* host, unsigned) {
  return device_call([&] {
    if (!is_pinned(host)) return cudaErrorInvalidValue;
    *data = host;
    return cudaSuccess;
  });
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes,
                                     const void* data) {
  return call([&] {
    *attributes = cudaPointerAttributes{};
    const int holder = device_holding(data);
    const char* begin = nullptr;
    void* address = const_cast<void*>(data);
    attributes->device = current_index();
    if (holder >= 0 && arena(holder).find(data, &begin) != nullptr) {
      attributes->type = cudaMemoryTypeDevice;
      attributes->device = holder;
      attributes->devicePointer = address;
    } else if (is_pinned(data)) {
      attributes->type = cudaMemoryTypeHost;
      attributes->devicePointer = attributes->hostPointer = address;
    } else {
      attributes->type = cudaMemoryTypeUnregistered;
      attributes->device = -2;
      attributes->hostPointer = address;
    }
    return cudaSuccess;
  });
}

}  // extern "C"
