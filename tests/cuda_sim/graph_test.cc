// Capture of streams and replay of graphs.

#include "cresset/tests/cuda_sim/sim_testing.h"

namespace cuda_sim {
namespace {

__global__ void add(int* data, int value) { *data += value; }
__global__ void copy_one(const int* from, int* to) { *to = *from; }

struct Fixture {
  Clean clean;
  cudaStream_t stream = nullptr, other = nullptr;
  int* data = on_device(std::vector<int>{0, 0});

  Fixture() {
    cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
    cudaStreamCreateWithFlags(&other, cudaStreamNonBlocking);
  }
  ~Fixture() {
    cudaDeviceSynchronize();
    cudaFree(data);
    cudaStreamDestroy(stream);
    cudaStreamDestroy(other);
  }
  void begin(cudaStreamCaptureMode mode = cudaStreamCaptureModeThreadLocal) {
    REQUIRE(cudaStreamBeginCapture(stream, mode) == cudaSuccess);
  }
  cudaError_t end() {
    cudaGraph_t graph = nullptr;
    const cudaError_t error = cudaStreamEndCapture(stream, &graph);
    CHECK((graph != nullptr) == (error == cudaSuccess));
    if (graph != nullptr) cudaGraphDestroy(graph);
    return error;
  }
};

TEST_CASE("graph: what is captured runs at each launch", "[cuda_sim]") {
  Fixture f;
  int value = 5;
  f.begin();
  cudaStreamCaptureStatus status;
  REQUIRE(cudaStreamIsCapturing(f.stream, &status) == cudaSuccess);
  CHECK(status == cudaStreamCaptureStatusActive);
  REQUIRE(cudaMemcpyAsync(f.data + 1, &value, 4, cudaMemcpyDefault, f.stream) ==
          cudaSuccess);
  REQUIRE(start(1, 1, 0, f.stream, add, f.data, 2) == cudaSuccess);
  REQUIRE(start(1, 1, 0, f.stream, add, f.data + 1, 1) == cudaSuccess);
  cudaGraph_t graph = nullptr;
  REQUIRE(cudaStreamEndCapture(f.stream, &graph) == cudaSuccess);
  size_t nodes = 0;
  REQUIRE(cudaGraphGetNodes(graph, nullptr, &nodes) == cudaSuccess);
  CHECK(nodes == 3);
  cudaGraphExec_t executable = nullptr;
  REQUIRE(cudaGraphInstantiate(&executable, graph, 0) == cudaSuccess);
  REQUIRE(cudaGraphDestroy(graph) == cudaSuccess);
  REQUIRE(cudaStreamSynchronize(f.stream) == cudaSuccess);
  CHECK(on_host(f.data, 2) == std::vector<int>{0, 0});

  value = 40;  // a graph reads the host's memory when it runs
  REQUIRE(cudaGraphLaunch(executable, f.stream) == cudaSuccess);
  REQUIRE(cudaGraphLaunch(executable, f.stream) == cudaSuccess);
  REQUIRE(cudaGraphExecDestroy(executable) == cudaSuccess);
  REQUIRE(cudaStreamSynchronize(f.stream) == cudaSuccess);
  CHECK(on_host(f.data, 2) == std::vector<int>{4, 41});
}

TEST_CASE("graph: events bring other streams into a capture",
          "[cuda_sim][error]") {
  for (const bool join : {true, false}) {
    Fixture f;
    cudaEvent_t fork = nullptr, joined = nullptr;
    REQUIRE(cudaEventCreate(&fork) == cudaSuccess);
    REQUIRE(cudaEventCreate(&joined) == cudaSuccess);
    f.begin();
    start(1, 1, 0, f.stream, add, f.data, 1);
    REQUIRE(cudaEventRecord(fork, f.stream) == cudaSuccess);
    REQUIRE(cudaStreamWaitEvent(f.other, fork, 0) == cudaSuccess);
    start(1, 1, 0, f.other, copy_one, f.data, f.data + 1);
    REQUIRE(cudaEventRecord(joined, f.other) == cudaSuccess);
    CHECK(cudaEventQuery(joined) == cudaErrorCapturedEvent);
    if (join) {
      REQUIRE(cudaStreamWaitEvent(f.stream, joined, 0) == cudaSuccess);
    }
    CHECK(f.end() == (join ? cudaSuccess : cudaErrorStreamCaptureUnjoined));
    CHECK(on_host(f.data, 1)[0] == 0);
    cudaEventDestroy(fork);
    cudaEventDestroy(joined);
  }
}

TEST_CASE("graph: calls that a capture cannot hold spoil it",
          "[cuda_sim][error]") {
  Fixture f;
  void* memory = nullptr;
  SECTION("waiting for the stream") {
    f.begin();
    CHECK(cudaStreamSynchronize(f.stream) == cudaErrorStreamCaptureUnsupported);
  }
  SECTION("waiting for the device") {
    f.begin();
    CHECK(cudaDeviceSynchronize() == cudaErrorStreamCaptureUnsupported);
  }
  SECTION("allocating") {
    f.begin();
    CHECK(cudaMalloc(&memory, 4) == cudaErrorStreamCaptureUnsupported);
  }
  SECTION("a synchronous copy") {
    f.begin();
    int host = 0;
    CHECK(cudaMemcpy(&host, f.data, 4, cudaMemcpyDefault) ==
          cudaErrorStreamCaptureUnsupported);
  }
  SECTION("an event from outside") {
    cudaEvent_t event = nullptr;
    REQUIRE(cudaEventCreate(&event) == cudaSuccess);
    REQUIRE(cudaEventRecord(event, f.other) == cudaSuccess);
    f.begin();
    CHECK(cudaStreamWaitEvent(f.stream, event, 0) ==
          cudaErrorStreamCaptureIsolation);
    cudaEventDestroy(event);
  }
  CHECK(start(1, 1, 0, f.stream, add, f.data, 1) ==
        cudaErrorStreamCaptureInvalidated);
  CHECK(f.end() == cudaErrorStreamCaptureInvalidated);
}

TEST_CASE("graph: the default stream and blocking captures exclude each other",
          "[cuda_sim][error]") {
  Fixture f;
  CHECK(cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeRelaxed) ==
        cudaErrorStreamCaptureUnsupported);
  // The default stream does not touch streams that do not block.
  f.begin(cudaStreamCaptureModeRelaxed);
  CHECK(start(1, 1, 0, nullptr, add, f.data, 1) == cudaSuccess);
  CHECK(f.end() == cudaSuccess);
  cudaStream_t blocking = nullptr;
  REQUIRE(cudaStreamCreate(&blocking) == cudaSuccess);
  REQUIRE(cudaStreamBeginCapture(blocking, cudaStreamCaptureModeRelaxed) == 0);
  CHECK(start(1, 1, 0, nullptr, add, f.data, 1) ==
        cudaErrorStreamCaptureImplicit);
  cudaGraph_t graph = nullptr;
  CHECK(cudaStreamEndCapture(blocking, &graph) ==
        cudaErrorStreamCaptureInvalidated);
  cudaStreamDestroy(blocking);
}

TEST_CASE("graph: a thread may allow itself what a capture forbids",
          "[cuda_sim]") {
  Fixture f;
  f.begin();
  cudaStreamCaptureMode mode = cudaStreamCaptureModeRelaxed;
  REQUIRE(cudaThreadExchangeStreamCaptureMode(&mode) == cudaSuccess);
  CHECK(mode == cudaStreamCaptureModeGlobal);
  void* memory = nullptr;
  CHECK(cudaMalloc(&memory, 4) == cudaSuccess);
  REQUIRE(cudaThreadExchangeStreamCaptureMode(&mode) == cudaSuccess);
  CHECK(f.end() == cudaSuccess);
  cudaFree(memory);
}

}  // namespace
}  // namespace cuda_sim
