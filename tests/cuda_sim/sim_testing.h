// What tests of the simulator share.

#ifndef CRESSET_TESTS_CUDA_SIM_SIM_TESTING_H_
#define CRESSET_TESTS_CUDA_SIM_SIM_TESTING_H_

#include <cuda_runtime.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cresset/tests/catch.h"
#include "cresset/tests/cuda_sim/device.h"
#include "cresset/tests/cuda_sim/sanitizer.h"
#include "cresset/tests/cuda_sim/settings.h"

namespace cuda_sim {

template <class... Params, class... Args>
cudaError_t start(dim3 grid, dim3 block, size_t shared, cudaStream_t stream,
                  void (*kernel)(Params...), Args&&... args) {
  cudaLaunchConfig_t config = {};
  config.gridDim = grid;
  config.blockDim = block;
  config.dynamicSmemBytes = shared;
  config.stream = stream;
  return cudaLaunchKernelEx(&config, kernel, std::forward<Args>(args)...);
}

template <class T>
T* on_device(size_t count) {
  T* data = nullptr;
  REQUIRE(cudaMalloc(&data, count * sizeof(T)) == cudaSuccess);
  return data;
}

template <class T>
T* on_device(const std::vector<T>& values) {
  T* data = on_device<T>(values.size());
  REQUIRE(cudaMemcpy(data, values.data(), values.size() * sizeof(T),
                     cudaMemcpyDefault) == cudaSuccess);
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
  return data;
}

template <class T>
std::vector<T> on_host(const T* data, size_t count) {
  std::vector<T> values(count);
  REQUIRE(cudaMemcpy(values.data(), data, count * sizeof(T),
                     cudaMemcpyDefault) == cudaSuccess);
  return values;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Restores the order of threads, and forgets faults, at the end of a test.
class Clean {
 public:
  explicit Clean(Order order = Order::kForward) { settings().order = order; }
  ~Clean() {
    settings().order = Order::kForward;
    settings().check_each = false;
    forget_faults();
    cudaGetLastError();
  }
  Clean(const Clean&) = delete;
  Clean& operator=(const Clean&) = delete;
};

// What `body` says on stderr in a process of its own, if that dies of it;
// empty if it lives.
inline std::string death_of(const std::function<void()>& body) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    body();
    _exit(0);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "" : text;
}

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_SIM_TESTING_H_
