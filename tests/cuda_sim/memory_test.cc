// What the simulator says about memory that is used wrongly.

#include <cmath>

#include "cresset/tests/cuda_sim/sim_testing.h"

namespace cuda_sim {
namespace {

__global__ void put(float* data, int index) { data[index] = 1; }

__global__ void copy_one(const float* from, float* to) { *to = *from; }

struct Hidden {
  const float* data;
};
__global__ void copy_hidden(Hidden from, float* to) { *to = *from.data; }

TEST_CASE("memory: fresh device memory reads as NaN", "[cuda_sim]") {
  Clean clean;
  float* data = on_device<float>(10);
  for (const float x : on_host(data, 10)) CHECK(std::isnan(x));
  cudaFree(data);
}

TEST_CASE("memory: the host cannot read or write device memory",
          "[cuda_sim][error]") {
  Clean clean;
  float* data = on_device<float>(10);
  const std::string read = death_of([&] {
    volatile float x = data[3];
    static_cast<void>(x);
  });
  CHECK(contains(read, "the host reads or writes byte 12 of allocation"));
  CHECK(contains(read, "cuda:0 (40 bytes)"));
  const std::string write = death_of([&] { data[0] = 1; });
  CHECK(contains(write, "the host reads or writes byte 0 of allocation"));
  CHECK(death_of([] {}).empty());
  cudaFree(data);
}

TEST_CASE("memory: the host cannot read while work is queued",
          "[cuda_sim][error]") {
  Clean clean;
  float* data = on_device<float>(1);
  REQUIRE(start(1, 1, 0, nullptr, put, data, 0) == cudaSuccess);
  CHECK_FALSE(death_of([&] { data[0] = 1; }).empty());
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
  CHECK_FALSE(death_of([&] { data[0] = 1; }).empty());
  cudaFree(data);
}

TEST_CASE("memory: a write past the end is found at the next wait",
          "[cuda_sim][error]") {
  if (sanitizer::kOn) return;
  Clean clean;
  float* data = on_device<float>(10);
  REQUIRE(start(1, 1, 0, nullptr, put, data, 10) == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
  CHECK(
      contains(last_complaint(), "written 0 bytes past the end of allocation"));
  CHECK(contains(last_complaint(), "(40 bytes)"));
  // The error stays, as on a GPU.
  CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
  float* more = nullptr;
  CHECK(cudaMalloc(&more, 4) == cudaErrorIllegalAddress);
  forget_faults();
  CHECK(cudaFree(data) == cudaSuccess);
}

TEST_CASE("memory: AddressSanitizer sees accesses past the end",
          "[cuda_sim][error]") {
  if (!sanitizer::kOn) return;
  Clean clean;
  float* data = on_device<float>(10);
  const std::string text = death_of([&] {
    start(1, 1, 0, nullptr, put, data, 10);
    cudaDeviceSynchronize();
  });
  CHECK(contains(text, "AddressSanitizer: use-after-poison"));
  cudaFree(data);
}

TEST_CASE("memory: the operation that wrote past the end can be named",
          "[cuda_sim][error]") {
  if (sanitizer::kOn) return;
  Clean clean;
  settings().check_each = true;
  float* data = on_device<float>(4);
  REQUIRE(start(1, 1, 0, nullptr, put, data, 4) == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
  CHECK(contains(last_complaint(), "(16 bytes), by kernel put"));
}

TEST_CASE("memory: freed memory is no argument", "[cuda_sim][error]") {
  Clean clean;
  float* data = on_device<float>(10);
  float* out = on_device<float>(1);
  REQUIRE(cudaFree(data) == cudaSuccess);
  CHECK(start(1, 1, 0, nullptr, copy_one, data, out) ==
        cudaErrorIllegalAddress);
  CHECK(contains(last_complaint(), "pointer argument 0: it is byte 0 of"));
  CHECK(contains(last_complaint(), "(40 bytes), which was freed"));
  forget_faults();
  CHECK(cudaMemcpy(out, data, 4, cudaMemcpyDefault) == cudaErrorInvalidValue);
  CHECK(cudaFree(data) == cudaErrorInvalidValue);
  CHECK(contains(last_complaint(), "was freed before"));
  cudaFree(out);
}

TEST_CASE("memory: freed memory reads as NaN, writes to it are found",
          "[cuda_sim][error]") {
  if (sanitizer::kOn) return;
  Clean clean;
  float* data = on_device<float>(10);
  float* out = on_device<float>(1);
  REQUIRE(cudaMemset(data, 0, 40) == cudaSuccess);
  REQUIRE(cudaFree(data) == cudaSuccess);
  REQUIRE(start(1, 1, 0, nullptr, copy_hidden, Hidden{data}, out) ==
          cudaSuccess);
  CHECK(std::isnan(on_host(out, 1)[0]));
  // The first pointer is good, the index leads into what was freed.
  REQUIRE(start(1, 1, 0, nullptr, put, out, static_cast<int>(data - out)) ==
          cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
  CHECK(contains(last_complaint(), "was written after it had been freed"));
  forget_faults();
  cudaFree(out);
}

TEST_CASE("memory: cudaFreeAsync frees in the order of its stream",
          "[cuda_sim][error]") {
  Clean clean;
  cudaStream_t stream, other;
  REQUIRE(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) == 0);
  REQUIRE(cudaStreamCreateWithFlags(&other, cudaStreamNonBlocking) == 0);
  float *data = nullptr, *out = on_device<float>(1);
  REQUIRE(cudaMallocAsync(&data, 4, stream) == cudaSuccess);
  REQUIRE(start(1, 1, 0, stream, put, data, 0) == cudaSuccess);
  REQUIRE(start(1, 1, 0, stream, copy_one, data, out) == cudaSuccess);
  REQUIRE(cudaFreeAsync(data, stream) == cudaSuccess);
  REQUIRE(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(on_host(out, 1)[0] == 1);
  // Another stream that does not wait comes too late.
  REQUIRE(cudaMallocAsync(&data, 4, stream) == cudaSuccess);
  REQUIRE(start(1, 1, 0, other, copy_one, data, out) == cudaSuccess);
  REQUIRE(cudaFreeAsync(data, stream) == cudaSuccess);
  REQUIRE(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(cudaStreamSynchronize(other) == cudaErrorIllegalAddress);
  forget_faults();
  cudaFree(out);
  cudaStreamDestroy(stream);
  cudaStreamDestroy(other);
}

TEST_CASE("memory: one device cannot use another's", "[cuda_sim][error]") {
  Clean clean;
  REQUIRE(cudaSetDevice(1) == cudaSuccess);
  float* there = on_device<float>(1);
  REQUIRE(cudaSetDevice(0) == cudaSuccess);
  float* here = on_device<float>(1);
  CHECK(start(1, 1, 0, nullptr, put, there, 0) == cudaErrorIllegalAddress);
  CHECK(contains(last_complaint(), "memory of another device"));
  forget_faults();
  // What the arguments hide the kernel finds out.
  REQUIRE(start(1, 1, 0, nullptr, copy_hidden, Hidden{there}, here) ==
          cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
  CHECK(contains(last_complaint(), "kernel copy_hidden"));
  CHECK(contains(last_complaint(), "of cuda:1"));
  forget_faults();
  // Copies and peer access work.
  CHECK(cudaMemset(there, 0, 4) == cudaSuccess);
  CHECK(cudaMemcpyPeerAsync(here, 0, there, 1, 4, nullptr) == cudaSuccess);
  CHECK(on_host(here, 1)[0] == 0);
  REQUIRE(cudaDeviceEnablePeerAccess(1, 0) == cudaSuccess);
  REQUIRE(start(1, 1, 0, nullptr, put, there, 0) == cudaSuccess);
  CHECK(on_host(there, 1)[0] == 1);
  REQUIRE(cudaDeviceDisablePeerAccess(1) == cudaSuccess);
  cudaFree(here);
  cudaFree(there);
}

TEST_CASE("memory: host memory is no argument unless it is pinned",
          "[cuda_sim][error]") {
  Clean clean;
  float pageable = 0;
  CHECK(start(1, 1, 0, nullptr, put, &pageable, 0) == cudaErrorIllegalAddress);
  CHECK(contains(last_complaint(), "host memory that is not pinned"));
  forget_faults();
  float* pinned = nullptr;
  REQUIRE(cudaMallocHost(&pinned, 4) == cudaSuccess);
  REQUIRE(start(1, 1, 0, nullptr, put, pinned, 0) == cudaSuccess);
  CHECK(*pinned != 1);
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
  CHECK(*pinned == 1);
  CHECK(cudaFreeHost(pinned) == cudaSuccess);
  CHECK(cudaFreeHost(&pageable) == cudaErrorInvalidValue);
}

TEST_CASE("memory: a kernel that follows a null or wild pointer fails",
          "[cuda_sim][error]") {
  Clean clean;
  float* out = on_device<float>(1);
  const Hidden wild{reinterpret_cast<const float*>(64)};
  REQUIRE(start(1, 1, 0, nullptr, copy_hidden, wild, out) == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
  CHECK(contains(last_complaint(), "no memory of the device"));
  forget_faults();
  cudaFree(out);
  if (sanitizer::kOn) return;  // they are first to find null pointers
  float* null = nullptr;
  REQUIRE(start(1, 1, 0, nullptr, put, null, 0) == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
  CHECK(contains(last_complaint(), "kernel put"));
  CHECK(contains(last_complaint(), "a null pointer"));
}

TEST_CASE("memory: a device has only so much", "[cuda_sim][error]") {
  Clean clean;
  size_t free = 0, total = 0;
  REQUIRE(cudaMemGetInfo(&free, &total) == cudaSuccess);
  void* data = &free;
  CHECK(cudaMalloc(&data, total + 1) == cudaErrorMemoryAllocation);
  CHECK(data == nullptr);
  CHECK(cudaGetLastError() == cudaErrorMemoryAllocation);
  CHECK(cudaGetLastError() == cudaSuccess);
  CHECK(cudaMalloc(&data, 1000) == cudaSuccess);
  size_t left = 0;
  REQUIRE(cudaMemGetInfo(&left, &total) == cudaSuccess);
  CHECK(left == free - 1000);
  CHECK(cudaFree(data) == cudaSuccess);
  CHECK(cudaFree(nullptr) == cudaSuccess);
}

TEST_CASE("memory: copies that leave an allocation are refused",
          "[cuda_sim][error]") {
  Clean clean;
  float host[11] = {};
  float* data = on_device<float>(10);
  CHECK(cudaMemcpy(data, host, 44, cudaMemcpyDefault) == cudaErrorInvalidValue);
  CHECK(contains(last_complaint(), "the destination: its 44 bytes run to"));
  CHECK(cudaMemcpy(host, data + 9, 8, cudaMemcpyDefault) ==
        cudaErrorInvalidValue);
  CHECK(cudaMemcpy(data, host, 40, cudaMemcpyDeviceToHost) ==
        cudaErrorInvalidValue);
  CHECK(cudaMemset(data, 0, 41) == cudaErrorInvalidValue);
  CHECK(cudaMemset(host, 0, 4) == cudaErrorInvalidValue);
  CHECK(cudaMemcpy(data, host, 40, cudaMemcpyHostToDevice) == cudaSuccess);
  cudaFree(data);
}

TEST_CASE("memory: two-dimensional copies and fills keep to their rows",
          "[cuda_sim]") {
  Clean clean;
  int* data = on_device<int>(12);
  REQUIRE(cudaMemset(data, 0, 48) == cudaSuccess);
  const int host[6] = {1, 2, 3, 4, 5, 6};
  REQUIRE(cudaMemcpy2D(data, 16, host, 8, 8, 3, cudaMemcpyDefault) ==
          cudaSuccess);
  CHECK(on_host(data, 12) ==
        std::vector<int>{1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0, 0});
  REQUIRE(cudaMemset2DAsync(data + 2, 16, 0xff, 4, 3, nullptr) == cudaSuccess);
  CHECK(on_host(data, 12) ==
        std::vector<int>{1, 2, -1, 0, 3, 4, -1, 0, 5, 6, -1, 0});
  cudaFree(data);
}

TEST_CASE("memory: pointers tell where they point", "[cuda_sim]") {
  Clean clean;
  cudaPointerAttributes attributes;
  float* data = on_device<float>(2);
  REQUIRE(cudaPointerGetAttributes(&attributes, data + 1) == cudaSuccess);
  CHECK(attributes.type == cudaMemoryTypeDevice);
  CHECK(attributes.device == 0);
  REQUIRE(cudaPointerGetAttributes(&attributes, &attributes) == cudaSuccess);
  CHECK(attributes.type == cudaMemoryTypeUnregistered);
  cudaFree(data);
}

}  // namespace
}  // namespace cuda_sim
