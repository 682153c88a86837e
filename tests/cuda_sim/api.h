// What every function of the simulated API goes through.

#ifndef CRESSET_TESTS_CUDA_SIM_API_H_
#define CRESSET_TESTS_CUDA_SIM_API_H_

#include <cuda_runtime_api.h>

#include <mutex>
#include <string>

#include "cresset/tests/cuda_sim/device.h"

namespace cuda_sim {

// Remembers an error for cudaGetLastError.
cudaError_t remember(cudaError_t error);

// Whether there is a driver, and the call may be made here.
cudaError_t check_call();

// The sticky error of the current device.
cudaError_t device_error();

// A status, and on stderr what it is about.
cudaError_t refuse(cudaError_t error, const std::string& why);

// Runs the body of a call.
template <class Body>
cudaError_t call(Body body) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  cudaError_t error = check_call();
  if (error == cudaSuccess) error = body();
  return remember(error);
}

// The same for calls that a device answers, which a fault ends.
template <class Body>
cudaError_t device_call(Body body) {
  return call([&] {
    const cudaError_t error = device_error();
    return error == cudaSuccess ? body() : error;
  });
}

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_API_H_
