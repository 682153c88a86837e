// Running the operations of streams, with memory open only as long as needed.

#ifndef CRESSET_TESTS_CUDA_SIM_EXECUTE_H_
#define CRESSET_TESTS_CUDA_SIM_EXECUTE_H_

#include "cresset/tests/cuda_sim/arena.h"
#include "cresset/tests/cuda_sim/operation.h"

namespace cuda_sim {

// Operations run inside the scope of one of these. Memory that they open stays
// open up to the end of the outermost.
class DeviceWork {
 public:
  DeviceWork();
  ~DeviceWork();
  DeviceWork(const DeviceWork&) = delete;
  DeviceWork& operator=(const DeviceWork&) = delete;
};

// A fault becomes the device's sticky error.
void execute(int device, const Operation& operation);

// Makes damage around blocks, and in freed ones, the device's sticky error.
void check_memory(int device, Arena::Look look = Arena::Look::kAtSome);

// Whether this thread is in a function that cudaLaunchHostFunc was given.
bool in_host_function();

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_EXECUTE_H_
