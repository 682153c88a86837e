// Functions of a warp behave as CUDA's documentation says.

#include "cresset/tests/cuda_sim/sim_testing.h"

namespace cuda_sim {
namespace {

constexpr unsigned kAll = 0xffffffffu;
const Order kOrders[] = {Order::kForward, Order::kReverse, Order::kShuffle};

enum Kind { kDirect, kUp, kDown, kXor };

template <class T>
__global__ void shuffle_kernel(Kind kind, int argument, int width, T* out) {
  const T mine = static_cast<T>(threadIdx.x);
  T got = 0;
  if (kind == kDirect) got = __shfl_sync(kAll, mine, argument, width);
  if (kind == kUp) got = __shfl_up_sync(kAll, mine, argument, width);
  if (kind == kDown) got = __shfl_down_sync(kAll, mine, argument, width);
  if (kind == kXor) got = __shfl_xor_sync(kAll, mine, argument, width);
  out[threadIdx.x] = got;
}

int expected(Kind kind, int argument, int width, int lane) {
  const int first = lane / width * width;
  int from = lane;
  if (kind == kDirect) from = first + argument % width;
  if (kind == kUp && lane - argument >= first) from = lane - argument;
  if (kind == kDown && lane + argument < first + width) from = lane + argument;
  if (kind == kXor && (lane ^ argument) < first + width) from = lane ^ argument;
  return from;
}

template <class T>
void check_shuffles() {
  T* out = on_device<T>(96);
  for (const Kind kind : {kDirect, kUp, kDown, kXor}) {
    for (const int argument : {0, 1, 3, 16}) {
      for (const int width : {32, 8}) {
        REQUIRE(start(1, 96, 0, nullptr, shuffle_kernel<T>, kind, argument,
                      width, out) == cudaSuccess);
        const auto got = on_host(out, 96);
        bool right = true;
        for (int i = 0; i < 96; ++i) {
          right &= static_cast<int>(got[i]) ==
                   i / 32 * 32 + expected(kind, argument, width, i % 32);
        }
        CHECK(right);
      }
    }
  }
  cudaFree(out);
}

TEST_CASE("warp: shuffles", "[cuda_sim]") {
  for (const Order order : kOrders) {
    Clean clean(order);
    check_shuffles<int>();
    check_shuffles<float>();
    check_shuffles<double>();
    check_shuffles<unsigned long long>();
  }
}

__global__ void vote_kernel(unsigned* out) {
  const bool odd = threadIdx.x % 2 != 0;
  const unsigned lane = threadIdx.x % 32;
  const unsigned ballot = __ballot_sync(kAll, odd);
  const int any = __any_sync(kAll, lane == 31);
  const int all = __all_sync(kAll, lane < 31);
  const unsigned same = __match_any_sync(kAll, threadIdx.x % 4);
  __syncwarp();
  if (threadIdx.x == 33) {
    out[0] = ballot;
    out[1] = any != 0;
    out[2] = all != 0;
    out[3] = same;
  }
}

TEST_CASE("warp: votes and matches", "[cuda_sim]") {
  Clean clean;
  unsigned* out = on_device<unsigned>(4);
  REQUIRE(start(1, 64, 0, nullptr, vote_kernel, out) == cudaSuccess);
  CHECK(on_host(out, 4) ==
        std::vector<unsigned>{0xaaaaaaaau, 1, 0, 0x22222222u});
  cudaFree(out);
}

// The two halves of a warp go different ways.
__global__ void halves_kernel(int* out) {
  const int lane = static_cast<int>(threadIdx.x);
  int value = 0;
  if (lane < 16) {
    for (int i = 0; i < 3; ++i) value += __shfl_sync(0x0000ffffu, lane, i);
  } else {
    value = __shfl_sync(0xffff0000u, lane, 20);
  }
  out[lane] = value;
}

TEST_CASE("warp: parts of a warp can meet on their own", "[cuda_sim]") {
  for (const Order order : kOrders) {
    Clean clean(order);
    int* out = on_device<int>(32);
    REQUIRE(start(1, 32, 0, nullptr, halves_kernel, out) == cudaSuccess);
    const auto got = on_host(out, 32);
    CHECK(got[0] == 3);
    CHECK(got[15] == 3);
    CHECK(got[16] == 20);
    CHECK(got[31] == 20);
    cudaFree(out);
  }
}

__global__ void missing_lane(unsigned mask) {
  if (threadIdx.x != 5) __syncwarp(mask);
}
__global__ void different_functions() {
  if (threadIdx.x < 16) {
    __syncwarp();
  } else {
    __ballot_sync(kAll, 1);
  }
}
__global__ void read_outside(int* out) {
  if (threadIdx.x < 4) out[threadIdx.x] = __shfl_sync(0xfu, 1, 7);
}

std::string failure() {
  CHECK(cudaDeviceSynchronize() != cudaSuccess);
  return last_complaint();
}

TEST_CASE("warp: lanes that do not come are an error", "[cuda_sim][error]") {
  for (const Order order : kOrders) {
    Clean clean(order);
    REQUIRE(start(1, 64, 0, nullptr, missing_lane, kAll) == cudaSuccess);
    CHECK(contains(failure(), "kernel missing_lane"));
    CHECK((contains(last_complaint(), "names lanes 5, which") ||
           contains(last_complaint(), "threads 5 have ended")));
  }
  Clean clean;
  REQUIRE(start(1, 16, 0, nullptr, missing_lane, kAll) == cudaSuccess);
  CHECK(contains(failure(), "names lanes 16-31, which are not there"));
  forget_faults();
  REQUIRE(start(1, 32, 0, nullptr, missing_lane, 1u) == cudaSuccess);
  CHECK(contains(failure(), "the lane itself is not in the mask 0x00000001"));
  forget_faults();
  REQUIRE(start(1, 32, 0, nullptr, different_functions) == cudaSuccess);
  CHECK(contains(failure(), "meet in different warp functions"));
}

TEST_CASE("warp: a lane that takes no part gives no value", "[cuda_sim]") {
  Clean clean;
  int* out = on_device<int>(4);
  REQUIRE(start(1, 32, 0, nullptr, read_outside, out) == cudaSuccess);
  CHECK(on_host(out, 4) == std::vector<int>{-1, -1, -1, -1});
  cudaFree(out);
}

}  // namespace
}  // namespace cuda_sim
