// Kernels: threads, barriers, shared memory, warps, atomics.

#include <numeric>

#include "cresset/tests/cuda_sim/sim_testing.h"

namespace cuda_sim {
namespace {

constexpr unsigned kAll = 0xffffffffu;
const Order kOrders[] = {Order::kForward, Order::kReverse, Order::kShuffle};

__global__ void where(uint3* threads, uint3* blocks) {
  const unsigned block =
      blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const unsigned thread =
      threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const unsigned i = block * blockDim.x * blockDim.y * blockDim.z + thread;
  threads[i] = threadIdx;
  blocks[i] = blockIdx;
}

TEST_CASE("kernel: every thread of every block runs once", "[cuda_sim]") {
  for (const Order order : kOrders) {
    Clean clean(order);
    const unsigned count = 2 * 3 * 2 * 4 * 3 * 2;
    uint3* threads = on_device<uint3>(count);
    uint3* blocks = on_device<uint3>(count);
    REQUIRE(start(dim3(2, 3, 2), dim3(4, 3, 2), 0, nullptr, where, threads,
                  blocks) == cudaSuccess);
    const auto t = on_host(threads, count);
    const auto b = on_host(blocks, count);
    unsigned i = 0;
    for (unsigned bz = 0; bz < 2; ++bz)
      for (unsigned by = 0; by < 3; ++by)
        for (unsigned bx = 0; bx < 2; ++bx)
          for (unsigned z = 0; z < 2; ++z)
            for (unsigned y = 0; y < 3; ++y)
              for (unsigned x = 0; x < 4; ++x, ++i) {
                const bool right = t[i].x == x && t[i].y == y && t[i].z == z &&
                                   b[i].x == bx && b[i].y == by && b[i].z == bz;
                CHECK(right);
              }
    cudaFree(threads);
    cudaFree(blocks);
  }
}

__global__ void reverse(const int* x, int* y, bool with_barrier) {
  __shared__ int tile[64];
  tile[threadIdx.x] = x[threadIdx.x];
  if (with_barrier) __syncthreads();
  y[threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x];
}

// Whether the kernel reverses 64 numbers, starting from stale shared memory.
bool reverses(Order order, bool with_barrier) {
  Clean clean(order);
  std::vector<int> x(64);
  int* zero = on_device(x);
  std::iota(x.begin(), x.end(), 1);
  int* in = on_device(x);
  int* out = on_device<int>(64);
  REQUIRE(start(1, 64, 0, nullptr, reverse, zero, out, true) == cudaSuccess);
  REQUIRE(start(1, 64, 0, nullptr, reverse, in, out, with_barrier) ==
          cudaSuccess);
  const std::vector<int> y = on_host(out, 64);
  cudaFree(zero);
  cudaFree(in);
  cudaFree(out);
  return std::equal(x.rbegin(), x.rend(), y.begin());
}

TEST_CASE("kernel: barriers order shared memory, and missing ones show",
          "[cuda_sim]") {
  for (const Order order : kOrders) {
    CHECK(reverses(order, true));
    CHECK_FALSE(reverses(order, false));
  }
}

__global__ void write_first(int* out, int value) {
  __shared__ int first;
  if (threadIdx.x == 0) first = value;
  out[threadIdx.x] = first;  // the barrier before this line is missing
}

TEST_CASE("kernel: another order of threads shows what one order hides",
          "[cuda_sim]") {
  int* out = on_device<int>(32);
  const auto last_thread_gets = [&](Order order, int value) {
    Clean clean(order);
    REQUIRE(start(1, 32, 0, nullptr, write_first, out, value) == cudaSuccess);
    return on_host(out, 32)[31];
  };
  CHECK(last_thread_gets(Order::kForward, 7) == 7);
  CHECK(last_thread_gets(Order::kReverse, 8) == 7);
  cudaFree(out);
}

__global__ void half_waits() {
  if (threadIdx.x < 32) __syncthreads();
}
__global__ void two_barriers() {
  if (threadIdx.x < 32) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}

TEST_CASE("kernel: a barrier that not all threads reach is an error",
          "[cuda_sim][error]") {
  for (const Order order : kOrders) {
    Clean clean(order);
    REQUIRE(start(1, 64, 0, nullptr, half_waits) == cudaSuccess);
    CHECK(cudaDeviceSynchronize() == cudaErrorLaunchTimeout);
    const std::string text = last_complaint();
    CHECK(contains(text, "kernel half_waits"));
    CHECK(contains(text, "threads 0-31 wait at a barrier (kernel_test.cc:"));
    CHECK(contains(text, "threads 32-63 have ended"));
  }
  Clean clean;
  REQUIRE(start(1, 64, 0, nullptr, two_barriers) == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaErrorLaunchTimeout);
  CHECK(contains(last_complaint(), "wait at different barriers"));
}

__global__ void votes(int* out) {
  const int odd = threadIdx.x % 2;
  const int count = __syncthreads_count(odd);
  const int any = __syncthreads_or(threadIdx.x == 5);
  const int all = __syncthreads_and(threadIdx.x != 5);
  if (threadIdx.x == 0) {
    out[0] = count;
    out[1] = any;
    out[2] = all;
  }
}

TEST_CASE("kernel: barriers count votes", "[cuda_sim]") {
  Clean clean;
  int* out = on_device<int>(3);
  REQUIRE(start(1, 64, 0, nullptr, votes, out) == cudaSuccess);
  CHECK(on_host(out, 3) == std::vector<int>{32, 1, 0});
  cudaFree(out);
}

__global__ void shared_sum(const int* x, int* y) {
  int* tile = static_cast<int*>(dynamic_shared());
  tile[threadIdx.x] = x[blockIdx.x * blockDim.x + threadIdx.x];
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) tile[threadIdx.x] += tile[threadIdx.x + half];
  }
  if (threadIdx.x == 0) y[blockIdx.x] = tile[0];
}
__global__ void read_shared(unsigned* out) {
  *out = static_cast<unsigned*>(dynamic_shared())[threadIdx.x];
}
__global__ void touch_shared(int index) {
  static_cast<volatile char*>(dynamic_shared())[index] = 0;
}

TEST_CASE("kernel: dynamic shared memory", "[cuda_sim][error]") {
  for (const Order order : kOrders) {
    Clean clean(order);
    std::vector<int> x(4 * 128);
    std::iota(x.begin(), x.end(), 0);
    int* in = on_device(x);
    int* out = on_device<int>(4);
    REQUIRE(start(4, 128, 512, nullptr, shared_sum, in, out) == cudaSuccess);
    const std::vector<int> sums = on_host(out, 4);
    for (int i = 0; i < 4; ++i) {
      CHECK(sums[i] == std::accumulate(&x[i * 128], &x[i * 128] + 128, 0));
    }
    cudaFree(in);
    cudaFree(out);
  }
  unsigned* out = on_device<unsigned>(1);
  REQUIRE(start(1, 1, 4, nullptr, read_shared, out) == cudaSuccess);
  CHECK(on_host(out, 1)[0] == kAll);
  cudaFree(out);
}

TEST_CASE("kernel: dynamic shared memory is as large as was asked for",
          "[cuda_sim][error]") {
  if (sanitizer::kOn) return;
  for (const int index : {-1, 5, 16, 5000}) {
    Clean clean;
    REQUIRE(start(1, 1, 5, nullptr, touch_shared, index) == cudaSuccess);
    CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
    CHECK(contains(last_complaint(), "dynamic shared memory"));
  }
  Clean clean;
  REQUIRE(start(1, 1, 5, nullptr, touch_shared, 4) == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaSuccess);
}

TEST_CASE("kernel: launches keep the limits of devices", "[cuda_sim][error]") {
  Clean clean;
  const auto status = [](dim3 grid, dim3 block, size_t shared = 0) {
    return start(grid, block, shared, nullptr, touch_shared, 0);
  };
  CHECK(status(1, 1025) == cudaErrorInvalidConfiguration);
  CHECK(status(1, dim3(1, 1, 65)) == cudaErrorInvalidConfiguration);
  CHECK(status(0, 32) == cudaErrorInvalidConfiguration);
  CHECK(status(dim3(1, 65536), 32) == cudaErrorInvalidConfiguration);
  CHECK(status(dim3(1, 1, 65536), 32) == cudaErrorInvalidConfiguration);
  CHECK(status(1, 32, (48 << 10) + 1) == cudaErrorInvalidValue);
  CHECK(cudaFuncSetAttribute(touch_shared,
                             cudaFuncAttributeMaxDynamicSharedMemorySize,
                             (227 << 10) + 1) == cudaErrorInvalidValue);
  REQUIRE(cudaFuncSetAttribute(touch_shared,
                               cudaFuncAttributeMaxDynamicSharedMemorySize,
                               64 << 10) == cudaSuccess);
  CHECK(status(1, 32, 64 << 10) == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaSuccess);
}

__global__ void atomics(int* i, unsigned* u, unsigned long long* l, float* f,
                        double* d) {
  const int t = static_cast<int>(threadIdx.x);
  atomicAdd(&i[0], t);
  atomicMax(&i[1], t);
  atomicMin(&i[2], -t);
  atomicSub(&i[3], 1);
  atomicCAS(&i[4], 0, 5);
  atomicOr(&u[0], 1u << (t % 32));
  atomicAnd(&u[1], ~(1u << (t % 32)));
  atomicXor(&u[2], 1u << (t % 32));
  atomicInc(&u[3], 9);
  atomicAdd(&l[0], 1ull << 40);
  atomicExch(&l[1], 3ull);
  atomicAdd(f, 0.5f);
  atomicAdd(d, 0.25);
}

TEST_CASE("kernel: atomics", "[cuda_sim]") {
  Clean clean;
  int* i = on_device(std::vector<int>(5));
  unsigned* u = on_device(std::vector<unsigned>{0, kAll, 0, 0});
  auto* l = on_device(std::vector<unsigned long long>(2));
  float* f = on_device(std::vector<float>(1));
  double* d = on_device(std::vector<double>(1));
  REQUIRE(start(1, 64, 0, nullptr, atomics, i, u, l, f, d) == cudaSuccess);
  CHECK(on_host(i, 5) == std::vector<int>{2016, 63, -63, -64, 5});
  CHECK(on_host(u, 4) == std::vector<unsigned>{kAll, 0, 0, 64 % 10});
  CHECK(on_host(l, 2) == std::vector<unsigned long long>{1ull << 46, 3});
  CHECK(on_host(f, 1)[0] == 32);
  CHECK(on_host(d, 1)[0] == 16);
  cudaFree(i);
  cudaFree(u);
  cudaFree(l);
  cudaFree(f);
  cudaFree(d);
}

__global__ void overflow_stack(int* out, int depth) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(depth);
  if (depth > 0) overflow_stack(out, depth - 1);
  *out = frame[0];
}

TEST_CASE("kernel: recursion without end is an error", "[cuda_sim][error]") {
  if (sanitizer::kOn) return;
  Clean clean;
  int* out = on_device<int>(1);
  REQUIRE(start(1, 1, 0, nullptr, overflow_stack, out, 1000) == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
  CHECK(contains(last_complaint(), "past the end of its stack"));
}

}  // namespace
}  // namespace cuda_sim
