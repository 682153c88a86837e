// Devices: how many, which one, what they can do.

#include <cstdio>
#include <cstring>

#include "cresset/tests/cuda_sim/api.h"
#include "cresset/tests/cuda_sim/capture.h"
#include "cresset/tests/cuda_sim/settings.h"
#include "cresset/tests/cuda_sim/shared_memory.h"
#include "cresset/tests/cuda_sim/stream.h"
#include "cresset/tests/cuda_sim/world.h"

namespace cuda_sim {
namespace {

// Few and no power of two: loops over a grid that fills the device take more
// than one turn in tests.
constexpr int kMultiprocessors = 6;

bool is_device(int index) { return index >= 0 && index < device_count(); }

}  // namespace
}  // namespace cuda_sim

using namespace cuda_sim;  // NOLINT: a file of the simulator

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  *count = 0;
  if (settings().driver != Driver::kThere) {
    return remember(cudaErrorInsufficientDriver);
  }
  if (device_count() == 0) return remember(cudaErrorNoDevice);
  *count = device_count();
  return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) {
  *version = settings().driver == Driver::kNone  ? 0
             : settings().driver == Driver::kOld ? 12020
                                                 : CUDART_VERSION;
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int index) {
  return call([&] {
    if (!is_device(index)) return cudaErrorInvalidDevice;
    current_index() = index;
    return device(index).error;
  });
}

cudaError_t cudaGetDevice(int* index) {
  return call([&] {
    *index = current_index();
    return cudaSuccess;
  });
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* p, int index) {
  return call([&] {
    if (!is_device(index)) return cudaErrorInvalidDevice;
    *p = cudaDeviceProp{};
    std::snprintf(p->name, sizeof(p->name), "Simulated device %d", index);
    p->totalGlobalMem = arena(index).total();
    p->sharedMemPerBlock = kSharedDefault;
    p->sharedMemPerBlockOptin = kSharedMost;
    p->sharedMemPerMultiprocessor = kSharedMost + 1024;
    p->reservedSharedMemPerBlock = 1024;
    p->regsPerBlock = p->regsPerMultiprocessor = 65536;
    p->warpSize = 32;
    p->maxThreadsPerBlock = 1024;
    p->maxThreadsPerMultiProcessor = 2048;
    p->maxBlocksPerMultiProcessor = 32;
    p->maxThreadsDim[0] = p->maxThreadsDim[1] = 1024;
    p->maxThreadsDim[2] = 64;
    p->maxGridSize[0] = 2147483647;
    p->maxGridSize[1] = p->maxGridSize[2] = 65535;
    p->totalConstMem = 65536;
    p->major = 9;
    p->multiProcessorCount = kMultiprocessors;
    p->memoryBusWidth = 5120;
    p->l2CacheSize = 50 << 20;
    p->textureAlignment = 512;
    p->memPitch = 2147483647;
    p->asyncEngineCount = 3;
    p->concurrentKernels = 1;
    p->unifiedAddressing = 1;
    p->canMapHostMemory = 1;
    p->streamPrioritiesSupported = 1;
    p->memoryPoolsSupported = 1;
    p->cooperativeLaunch = 0;
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute,
                                   int index) {
  cudaDeviceProp p;
  const cudaError_t error = cudaGetDeviceProperties(&p, index);
  if (error != cudaSuccess) return error;
  switch (attribute) {
    case cudaDevAttrMultiProcessorCount:
      *value = p.multiProcessorCount;
      return cudaSuccess;
    case cudaDevAttrMaxThreadsPerBlock:
      *value = p.maxThreadsPerBlock;
      return cudaSuccess;
    case cudaDevAttrMaxThreadsPerMultiProcessor:
      *value = p.maxThreadsPerMultiProcessor;
      return cudaSuccess;
    case cudaDevAttrMaxSharedMemoryPerBlock:
      *value = static_cast<int>(p.sharedMemPerBlock);
      return cudaSuccess;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = static_cast<int>(p.sharedMemPerBlockOptin);
      return cudaSuccess;
    case cudaDevAttrWarpSize:
      *value = p.warpSize;
      return cudaSuccess;
    case cudaDevAttrComputeCapabilityMajor:
      *value = p.major;
      return cudaSuccess;
    case cudaDevAttrComputeCapabilityMinor:
      *value = p.minor;
      return cudaSuccess;
    case cudaDevAttrL2CacheSize:
      *value = p.l2CacheSize;
      return cudaSuccess;
    case cudaDevAttrMemoryPoolsSupported:
    case cudaDevAttrUnifiedAddressing:
    case cudaDevAttrCanMapHostMemory:
      *value = 1;
      return cudaSuccess;
    default:
      return remember(refuse(cudaErrorInvalidValue,
                             "attribute " + std::to_string(attribute) +
                                 " of devices is not simulated"));
  }
}

cudaError_t cudaDeviceSynchronize() {
  return device_call([] {
    const cudaError_t error = check_device_not_captured(current_index());
    return error != cudaSuccess
               ? error
               : drain_device(current_index(), Arena::Look::kAtAll);
  });
}

cudaError_t cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
  return call([&] {
    *least = 0;
    *greatest = -5;
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceCanAccessPeer(int* can, int index, int peer) {
  return call([&] {
    if (!is_device(index) || !is_device(peer)) return cudaErrorInvalidDevice;
    *can = index != peer;
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceEnablePeerAccess(int peer, unsigned flags) {
  return device_call([&] {
    if (flags != 0) return cudaErrorInvalidValue;
    if (!is_device(peer) || peer == current_index()) {
      return cudaErrorInvalidDevice;
    }
    std::vector<bool>& peers = device(current_index()).peers;
    if (peers[peer]) return cudaErrorPeerAccessAlreadyEnabled;
    peers[peer] = true;
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceDisablePeerAccess(int peer) {
  return device_call([&] {
    if (!is_device(peer)) return cudaErrorInvalidDevice;
    std::vector<bool>& peers = device(current_index()).peers;
    if (!peers[peer]) return cudaErrorPeerAccessNotEnabled;
    drain_device(current_index());
    peers[peer] = false;
    return cudaSuccess;
  });
}

}  // extern "C"
