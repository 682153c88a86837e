// Streams and events: what runs when, and before what.

#include <cstring>

#include "cresset/tests/cuda_sim/sim_testing.h"

namespace cuda_sim {
namespace {

__global__ void set(int* data, int value) { *data = value; }
__global__ void add(int* data, int value) { *data += value; }
__global__ void copy_one(const int* from, int* to) { *to = *from; }

cudaStream_t make_stream(unsigned flags = cudaStreamNonBlocking) {
  cudaStream_t stream = nullptr;
  REQUIRE(cudaStreamCreateWithFlags(&stream, flags) == cudaSuccess);
  return stream;
}

cudaEvent_t make_event() {
  cudaEvent_t event = nullptr;
  REQUIRE(cudaEventCreate(&event) == cudaSuccess);
  return event;
}

int* pinned_int() {
  int* data = nullptr;
  REQUIRE(cudaMallocHost(&data, sizeof(int)) == cudaSuccess);
  return data;
}

TEST_CASE("stream: nothing has run before something waits", "[cuda_sim]") {
  Clean clean;
  cudaStream_t stream = make_stream();
  int* data = on_device<int>(1);
  int* host = pinned_int();
  *host = 0;
  REQUIRE(start(1, 1, 0, stream, set, data, 3) == cudaSuccess);
  REQUIRE(cudaMemcpyAsync(host, data, 4, cudaMemcpyDefault, stream) == 0);
  CHECK(*host == 0);
  CHECK(cudaStreamQuery(stream) == cudaErrorNotReady);
  REQUIRE(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(*host == 3);
  CHECK(cudaStreamQuery(stream) == cudaSuccess);
  cudaGetLastError();
  cudaFreeHost(host);
  cudaFree(data);
  cudaStreamDestroy(stream);
}

TEST_CASE("stream: asking often enough is waiting", "[cuda_sim]") {
  Clean clean;
  cudaStream_t stream = make_stream();
  int* data = on_device(std::vector<int>{0});
  for (int i = 0; i < 5; ++i) start(1, 1, 0, stream, add, data, 1);
  int asked = 0;
  while (cudaStreamQuery(stream) == cudaErrorNotReady) ++asked;
  CHECK(asked == 5);
  CHECK(on_host(data, 1)[0] == 5);
  cudaGetLastError();
  cudaFree(data);
  cudaStreamDestroy(stream);
}

TEST_CASE("stream: arguments and pageable sources are taken at the call",
          "[cuda_sim]") {
  Clean clean;
  cudaStream_t stream = make_stream();
  int* data = on_device<int>(2);
  int value = 5;
  int* pinned = pinned_int();
  *pinned = 5;
  REQUIRE(cudaMemcpyAsync(data, &value, 4, cudaMemcpyDefault, stream) == 0);
  REQUIRE(cudaMemcpyAsync(data + 1, pinned, 4, cudaMemcpyDefault, stream) == 0);
  value = *pinned = 6;
  REQUIRE(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(on_host(data, 2) == std::vector<int>{5, 6});
  cudaFreeHost(pinned);
  cudaFree(data);
  cudaStreamDestroy(stream);
}

TEST_CASE("stream: a synchronous copy to the device may still be on its way",
          "[cuda_sim]") {
  Clean clean;
  cudaStream_t stream = make_stream();
  int* data = on_device(std::vector<int>{1});
  int* out = on_device<int>(1);
  const int value = 2;
  REQUIRE(cudaMemcpy(data, &value, 4, cudaMemcpyDefault) == cudaSuccess);
  REQUIRE(start(1, 1, 0, stream, copy_one, data, out) == cudaSuccess);
  REQUIRE(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(on_host(out, 1)[0] == 1);
  CHECK(on_host(data, 1)[0] == 2);
  cudaFree(data);
  cudaFree(out);
  cudaStreamDestroy(stream);
}

TEST_CASE("stream: a copy to pageable memory is done when it returns",
          "[cuda_sim]") {
  Clean clean;
  cudaStream_t stream = make_stream();
  int* data = on_device<int>(1);
  int host = 0;
  start(1, 1, 0, stream, set, data, 9);
  REQUIRE(cudaMemcpyAsync(&host, data, 4, cudaMemcpyDefault, stream) == 0);
  CHECK(host == 9);
  cudaFree(data);
  cudaStreamDestroy(stream);
}

TEST_CASE("stream: streams that do not wait for each other miss their work",
          "[cuda_sim]") {
  Clean clean;
  cudaStream_t a = make_stream(), b = make_stream();
  int* data = on_device(std::vector<int>{1});
  int* out = on_device<int>(1);
  REQUIRE(start(1, 1, 0, a, set, data, 2) == cudaSuccess);
  REQUIRE(start(1, 1, 0, b, copy_one, data, out) == cudaSuccess);
  REQUIRE(cudaStreamSynchronize(b) == cudaSuccess);
  CHECK(on_host(out, 1)[0] == 1);  // a was not waited for
  REQUIRE(cudaStreamSynchronize(a) == cudaSuccess);

  cudaEvent_t event = make_event();
  REQUIRE(start(1, 1, 0, a, set, data, 3) == cudaSuccess);
  REQUIRE(cudaEventRecord(event, a) == cudaSuccess);
  REQUIRE(start(1, 1, 0, a, set, data, 4) == cudaSuccess);
  REQUIRE(cudaStreamWaitEvent(b, event, 0) == cudaSuccess);
  REQUIRE(start(1, 1, 0, b, copy_one, data, out) == cudaSuccess);
  REQUIRE(cudaStreamSynchronize(b) == cudaSuccess);
  CHECK(on_host(out, 1)[0] == 3);
  CHECK(cudaEventQuery(event) == cudaSuccess);
  cudaEventDestroy(event);
  cudaDeviceSynchronize();
  cudaFree(data);
  cudaFree(out);
  cudaStreamDestroy(a);
  cudaStreamDestroy(b);
}

TEST_CASE("stream: the default stream and blocking streams wait for each other",
          "[cuda_sim]") {
  Clean clean;
  cudaStream_t blocking = make_stream(cudaStreamDefault);
  int* data = on_device(std::vector<int>{0});
  int* out = on_device<int>(2);
  start(1, 1, 0, blocking, set, data, 1);
  start(1, 1, 0, nullptr, copy_one, data, out);
  start(1, 1, 0, nullptr, set, data, 2);
  start(1, 1, 0, blocking, copy_one, data, out + 1);
  REQUIRE(cudaStreamSynchronize(blocking) == cudaSuccess);
  CHECK(on_host(out, 2) == std::vector<int>{1, 2});
  cudaFree(data);
  cudaFree(out);
  cudaStreamDestroy(blocking);
}

TEST_CASE("stream: cudaFree and cudaDeviceSynchronize wait for everything",
          "[cuda_sim]") {
  Clean clean;
  cudaStream_t stream = make_stream();
  int* data = on_device(std::vector<int>{0});
  int* host = pinned_int();
  for (const bool by_free : {true, false}) {
    *host = 0;
    int* other = on_device<int>(1);
    start(1, 1, 0, stream, set, data, 8);
    cudaMemcpyAsync(host, data, 4, cudaMemcpyDefault, stream);
    CHECK(*host == 0);
    if (by_free) {
      CHECK(cudaFree(other) == cudaSuccess);
    } else {
      CHECK(cudaDeviceSynchronize() == cudaSuccess);
      cudaFree(other);
    }
    CHECK(*host == 8);
  }
  cudaFreeHost(host);
  cudaFree(data);
  cudaStreamDestroy(stream);
}

TEST_CASE("stream: a destroyed stream still does its work", "[cuda_sim]") {
  Clean clean;
  cudaStream_t stream = make_stream();
  int* data = on_device(std::vector<int>{0});
  start(1, 1, 0, stream, set, data, 4);
  REQUIRE(cudaStreamDestroy(stream) == cudaSuccess);
  CHECK(cudaStreamSynchronize(stream) == cudaErrorInvalidResourceHandle);
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
  CHECK(on_host(data, 1)[0] == 4);
  cudaFree(data);
}

TEST_CASE("stream: a stream belongs to its device", "[cuda_sim][error]") {
  Clean clean;
  int* data = on_device<int>(1);
  cudaStream_t stream = make_stream();
  cudaEvent_t event = make_event();
  REQUIRE(cudaSetDevice(1) == cudaSuccess);
  CHECK(start(1, 1, 0, stream, set, data, 1) == cudaErrorInvalidResourceHandle);
  CHECK(cudaEventRecord(event, nullptr) == cudaErrorInvalidResourceHandle);
  CHECK(cudaEventRecord(event, stream) == cudaSuccess);
  CHECK(cudaSetDevice(2) == cudaErrorInvalidDevice);
  REQUIRE(cudaSetDevice(0) == cudaSuccess);
  cudaEventDestroy(event);
  CHECK(cudaEventRecord(event, stream) == cudaErrorInvalidResourceHandle);
  cudaStreamDestroy(stream);
  cudaFree(data);
}

TEST_CASE("stream: events tell the time between them", "[cuda_sim]") {
  Clean clean;
  cudaEvent_t first = make_event(), second = make_event();
  float ms = -1;
  CHECK(cudaEventQuery(first) == cudaSuccess);  // never recorded
  REQUIRE(cudaEventRecord(first, nullptr) == cudaSuccess);
  REQUIRE(cudaEventRecord(second, nullptr) == cudaSuccess);
  CHECK(cudaEventElapsedTime(&ms, first, second) == cudaErrorNotReady);
  CHECK(cudaEventQuery(second) == cudaErrorNotReady);
  REQUIRE(cudaEventSynchronize(second) == cudaSuccess);
  REQUIRE(cudaEventElapsedTime(&ms, first, second) == cudaSuccess);
  CHECK(ms >= 0);
  cudaGetLastError();
  cudaEventDestroy(first);
  cudaEventDestroy(second);
}

struct Seen {
  int value = 0;
  int* from = nullptr;
  cudaError_t inner = cudaSuccess;
};

TEST_CASE("stream: host functions run in order and may not call CUDA",
          "[cuda_sim][error]") {
  Clean clean;
  Seen seen;
  seen.from = pinned_int();
  int* data = on_device<int>(1);
  start(1, 1, 0, nullptr, set, data, 11);
  cudaMemcpyAsync(seen.from, data, 4, cudaMemcpyDefault, nullptr);
  REQUIRE(cudaLaunchHostFunc(
              nullptr,
              [](void* p) {
                auto* s = static_cast<Seen*>(p);
                s->value = *s->from;
                s->inner = cudaDeviceSynchronize();
              },
              &seen) == cudaSuccess);
  CHECK(seen.value == 0);
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
  CHECK(seen.value == 11);
  CHECK(seen.inner == cudaErrorNotPermitted);
  cudaGetLastError();
  cudaFreeHost(seen.from);
  cudaFree(data);
}

TEST_CASE("stream: work of libraries runs with memory open, once per wait",
          "[cuda_sim][error]") {
  Clean clean;
  int* data = on_device<int>(1);
  REQUIRE(enqueue(nullptr, "library", [data] { *data = 12; }) == cudaSuccess);
  CHECK(on_host(data, 1)[0] == 12);
  CHECK(range_problem(0, data, 4).empty());
  CHECK(contains(range_problem(0, data, 5), "0 bytes past the end"));
  CHECK(contains(range_problem(1, data, 4), "memory of another device"));
  CHECK(contains(range_problem(0, &data, 4), "not pinned"));
  REQUIRE(enqueue(nullptr, "library", [] {
            throw std::runtime_error("no algorithm");
          }) == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaErrorLaunchFailure);
  CHECK(last_complaint() == "library: no algorithm");
  forget_faults();
  REQUIRE(enqueue(nullptr, "library", [] {
            fault(cudaErrorIllegalAddress, "x leaves its allocation");
          }) == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
  forget_faults();
  cudaFree(data);
}

TEST_CASE("stream: waits are counted", "[cuda_sim]") {
  Clean clean;
  int* data = on_device<int>(1);
  const int64_t before = wait_count();
  start(1, 1, 0, nullptr, set, data, 1);
  cudaMemsetAsync(data, 0, 4, nullptr);
  CHECK(wait_count() == before);
  cudaStreamSynchronize(nullptr);
  CHECK(wait_count() == before + 1);
  cudaFree(data);
  CHECK(wait_count() == before + 2);
}

}  // namespace
}  // namespace cuda_sim
