#include "cresset/cuda/runtime/device.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <mutex>

#include "cresset/cuda/runtime/check.h"

namespace cresset::internal::cuda {
namespace {

// Device indices are of type int8_t.
constexpr int kMaxDevices = std::numeric_limits<int8_t>::max();

struct Found {
  int count = 0;
  cudaError_t status = cudaSuccess;
};

const Found& found() {
  static const Found answer = [] {
    Found f;
    f.status = cudaGetDeviceCount(&f.count);
    if (f.status != cudaSuccess) {
      f.count = 0;
      cudaGetLastError();
    }
    f.count = std::min(f.count, kMaxDevices);
    return f;
  }();
  return answer;
}

// "12.4" of 12040.
std::string version_text(int version) {
  return concat(version / 1000, ".", version % 1000 / 10);
}

std::string too_old() {
  int driver = 0, toolkit = 0;
  cudaDriverGetVersion(&driver);
  cudaRuntimeGetVersion(&toolkit);
  if (driver == 0) {
    return "found no NVIDIA driver on this system; check that there is an "
           "NVIDIA GPU and install its driver";
  }
  return concat(
      "the NVIDIA driver on this system is too old: it is made for "
      "CUDA ",
      version_text(driver), " and the program for CUDA ", version_text(toolkit),
      "; install a newer driver, or build with an older toolkit");
}

Properties read_properties(int index) {
  cudaDeviceProp p = {};
  CRESSET_CUDA_CHECK(cudaGetDeviceProperties(&p, index), "device = ", index);
  return {p.name,
          p.major,
          p.minor,
          p.multiProcessorCount,
          p.sharedMemPerBlockOptin,
          p.totalGlobalMem};
}

}  // namespace

int device_count() { return found().count; }

std::string why_no_device() {
  const Found& f = found();
  if (f.status == cudaErrorInsufficientDriver) return too_old();
  if (f.status == cudaSuccess || f.status == cudaErrorNoDevice) {
    const char* const visible = std::getenv("CUDA_VISIBLE_DEVICES");
    if (visible != nullptr) {
      return concat("no GPU is visible: CUDA_VISIBLE_DEVICES is '", visible,
                    "'; name one that is there, or unset it");
    }
    return "found no NVIDIA GPU on this system";
  }
  return concat("the CUDA driver did not start: ", cudaGetErrorName(f.status),
                ", ", cudaGetErrorString(f.status));
}

void check_device(Device device) {
  CRESSET_CHECK(device.is_cuda(), kDevice,
                "cuda: a CUDA device is needed; got ", device);
  const int count = device_count();
  if (device.index >= 0 && device.index < count) [[likely]]
    return;
  CRESSET_CHECK(count != 0, kDevice, device,
                ": CUDA is not available: ", why_no_device());
  CRESSET_CHECK(false, kDevice, device, ": invalid device ordinal; got ",
                int{device.index}, " where there ", count == 1 ? "is " : "are ",
                count, count == 1 ? " GPU" : " GPUs", ", cuda:0",
                count == 1 ? "" : concat(" to cuda:", count - 1));
}

const Properties& properties(Device device) {
  check_device(device);
  static std::once_flag asked[kMaxDevices];
  static Properties answers[kMaxDevices];
  const int index = device.index;
  std::call_once(asked[index],
                 [index] { answers[index] = read_properties(index); });
  return answers[index];
}

void use_device(Device device) {
  int current = -1;
  CRESSET_CUDA_CHECK(cudaGetDevice(&current), "");
  if (current == device.index) return;
  check_device(device);
  CRESSET_CUDA_CHECK(cudaSetDevice(device.index),
                     "device = ", int{device.index});
}

DeviceGuard::DeviceGuard(Device device) : previous_(-1) {
  check_device(device);
  CRESSET_CUDA_CHECK(cudaGetDevice(&previous_), "");
  use_device(device);
}

DeviceGuard::~DeviceGuard() {
  // A destructor cannot report that the device is gone; the next call will.
  cudaSetDevice(previous_);
}

}  // namespace cresset::internal::cuda
