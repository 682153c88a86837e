// The devices of the machine that is simulated.

#ifndef CRESSET_TESTS_CUDA_SIM_WORLD_H_
#define CRESSET_TESTS_CUDA_SIM_WORLD_H_

#include <cuda_runtime_api.h>

#include <memory>
#include <vector>

#include "cresset/tests/cuda_sim/arena.h"
#include "cresset/tests/cuda_sim/stream.h"

namespace cuda_sim {

struct DeviceState {
  explicit DeviceState(int index);

  const int index;
  Arena memory;
  CUstream_st default_stream;
  // All others, in the order of creation; destroyed ones until they are empty.
  std::vector<std::unique_ptr<CUstream_st>> streams;
  cudaError_t error = cudaSuccess;  // sticky
  std::vector<bool> peers;          // with access by cudaDeviceEnablePeerAccess
};

// How many there are, by the settings.
int device_count();

// Made at first use.
DeviceState& device(int index);
Arena& arena(int index);

// The device whose memory an address belongs to, allocated or not; -1: none.
int device_holding(const void* address);

// The device that this thread's calls go to.
int& current_index();

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_WORLD_H_
