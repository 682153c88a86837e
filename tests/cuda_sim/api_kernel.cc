// Launches of kernels, and what may be asked about them.

#include <algorithm>
#include <map>

#include "cresset/tests/cuda_sim/api.h"
#include "cresset/tests/cuda_sim/fault.h"
#include "cresset/tests/cuda_sim/host_memory.h"
#include "cresset/tests/cuda_sim/kernel/launch.h"
#include "cresset/tests/cuda_sim/scheduler.h"
#include "cresset/tests/cuda_sim/shared_memory.h"
#include "cresset/tests/cuda_sim/stream.h"
#include "cresset/tests/cuda_sim/symbols.h"
#include "cresset/tests/cuda_sim/world.h"

namespace cuda_sim {
namespace {

// Kernels whose limit cudaFuncSetAttribute has raised.
std::map<const void*, size_t>& shared_limits() {
  static auto* all = new std::map<const void*, size_t>;
  return *all;
}

size_t shared_limit(const void* kernel) {
  const auto it = shared_limits().find(kernel);
  return it == shared_limits().end() ? kSharedDefault : it->second;
}

bool shape_is_valid(dim3 grid, dim3 block) {
  const uint64_t threads = uint64_t{block.x} * block.y * block.z;
  return threads > 0 && threads <= 1024 && block.z <= 64 && grid.x > 0 &&
         grid.x <= 2147483647u && grid.y > 0 && grid.y <= 65535 && grid.z > 0 &&
         grid.z <= 65535;
}

// Empty, or which argument is no memory that the device can use.
std::string pointer_problem(int index, const Launch& what) {
  for (size_t i = 0; i < what.pointers.size(); ++i) {
    const void* data = what.pointers[i];
    if (data == nullptr) continue;
    const char* begin = nullptr;
    const int holder = device_holding(data);
    // A pointer to the end of a block is fine: nothing need be read there.
    if (holder == index && arena(holder).find(data, &begin) != nullptr) {
      continue;
    }
    const std::string problem = range_problem(index, data, 1);
    if (problem.empty()) continue;
    return "kernel " + function_name(what.kernel) + ", pointer argument " +
           std::to_string(i) + ": " + problem;
  }
  return "";
}

void run(int index, const cudaLaunchConfig_t& config, const Launch& what) {
  const std::string problem = pointer_problem(index, what);
  if (!problem.empty()) throw Fault{cudaErrorIllegalAddress, problem};
  scheduler().run({what.kernel, config.gridDim, config.blockDim,
                   config.dynamicSmemBytes, &what.thread});
}

}  // namespace

cudaError_t launch(const cudaLaunchConfig_t& config, Launch what) {
  return device_call([&] {
    CUstream_st* stream = find_stream(config.stream);
    if (stream == nullptr || stream->device != current_index()) {
      return cudaErrorInvalidResourceHandle;
    }
    if (!shape_is_valid(config.gridDim, config.blockDim)) {
      return cudaErrorInvalidConfiguration;
    }
    if (config.dynamicSmemBytes > shared_limit(what.kernel)) {
      return cudaErrorInvalidValue;
    }
    if (config.numAttrs > 0) {
      return refuse(cudaErrorNotSupported,
                    "attributes of launches are not simulated");
    }
    const std::string problem = pointer_problem(stream->device, what);
    if (!problem.empty()) {
      // The kernel would have found out by itself, later.
      fail_device(stream->device, cudaErrorIllegalAddress);
      return refuse(cudaErrorIllegalAddress, problem);
    }
    Operation operation;
    operation.kernel = what.kernel;
    operation.touches = Touches::kDevice;
    operation.work = [index = stream->device, config, what = std::move(what)] {
      run(index, config, what);
    };
    return submit(*stream, std::move(operation));
  });
}

}  // namespace cuda_sim

using namespace cuda_sim;  // NOLINT: a file of the simulator

extern "C" {

cudaError_t cudaFuncSetAttribute(const void* kernel,
                                 cudaFuncAttribute attribute, int value) {
  return device_call([&] {
    if (attribute == cudaFuncAttributePreferredSharedMemoryCarveout) {
      return cudaSuccess;
    }
    if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize || value < 0 ||
        static_cast<size_t>(value) > kSharedMost) {
      return cudaErrorInvalidValue;
    }
    shared_limits()[kernel] =
        std::max(kSharedDefault, static_cast<size_t>(value));
    return cudaSuccess;
  });
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes,
                                  const void* kernel) {
  return device_call([&] {
    *attributes = cudaFuncAttributes{};
    attributes->maxThreadsPerBlock = 1024;
    attributes->numRegs = 32;
    attributes->binaryVersion = attributes->ptxVersion = 90;
    attributes->maxDynamicSharedSizeBytes =
        static_cast<int>(shared_limit(kernel));
    return cudaSuccess;
  });
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks,
                                                          const void*,
                                                          int block,
                                                          size_t shared) {
  return device_call([&] {
    if (block <= 0) return cudaErrorInvalidValue;
    const auto by_shared =
        static_cast<int>(kSharedMost / std::max<size_t>(shared, 1024));
    *blocks = std::min({2048 / block, 32, by_shared});
    return cudaSuccess;
  });
}

}  // extern "C"
