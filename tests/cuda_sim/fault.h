// What ends the work of a device for good.

#ifndef CRESSET_TESTS_CUDA_SIM_FAULT_H_
#define CRESSET_TESTS_CUDA_SIM_FAULT_H_

#include <cuda_runtime_api.h>

#include <string>

namespace cuda_sim {

// Thrown on the stack of the host, once a kernel's threads are left behind.
struct Fault {
  cudaError_t error;
  std::string text;
};

// Makes accesses to device memory by the host end the program with a message,
// and bad accesses in kernels a fault. May be called again.
void watch_accesses();

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_FAULT_H_
