// Machines without a driver, without a device, with an old driver.

#include <cstring>

#include "cresset/tests/cuda_sim/sim_testing.h"

namespace cuda_sim {
namespace {

class Restore {
 public:
  ~Restore() {
    settings() = before_;
    cudaGetLastError();
  }

 private:
  Settings before_ = settings();
};

TEST_CASE("driver: two devices", "[cuda_sim]") {
  int count = 0, version = 0;
  CHECK(cudaGetDeviceCount(&count) == cudaSuccess);
  CHECK(count == 2);
  cudaDeviceProp p;
  REQUIRE(cudaGetDeviceProperties(&p, 1) == cudaSuccess);
  CHECK(std::string(p.name) == "Simulated device 1");
  CHECK(cudaGetDeviceProperties(&p, 2) == cudaErrorInvalidDevice);
  CHECK(cudaDriverGetVersion(&version) == cudaSuccess);
  CHECK(version == CUDART_VERSION);
}

TEST_CASE("driver: missing, old, without devices", "[cuda_sim][error]") {
  Restore restore;
  int count = 7, version = 7;
  void* data = nullptr;
  settings().driver = Driver::kNone;
  CHECK(cudaGetDeviceCount(&count) == cudaErrorInsufficientDriver);
  CHECK(count == 0);
  CHECK(cudaDriverGetVersion(&version) == cudaSuccess);
  CHECK(version == 0);
  CHECK(cudaMalloc(&data, 4) == cudaErrorInsufficientDriver);
  settings().driver = Driver::kOld;
  CHECK(cudaGetDeviceCount(&count) == cudaErrorInsufficientDriver);
  CHECK(cudaDriverGetVersion(&version) == cudaSuccess);
  CHECK(version < CUDART_VERSION);
  settings().driver = Driver::kThere;
  settings().devices = 0;
  CHECK(cudaGetDeviceCount(&count) == cudaErrorNoDevice);
  CHECK(std::strcmp(cudaGetErrorName(cudaErrorNoDevice), "cudaErrorNoDevice") ==
        0);
  CHECK(std::strcmp(cudaGetErrorString(cudaErrorNoDevice),
                    "no CUDA-capable device is detected") == 0);
}

}  // namespace
}  // namespace cuda_sim
