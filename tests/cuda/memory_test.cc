// The caching allocator, seen from outside.

#include <cstdlib>
#include <set>
#include <vector>

#include "cresset/cuda/cuda.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;

// Tests that Bazel runs on simulated devices are told not to cache; these are
// about caching.
const int caching =
    asked_for_device ? setenv("CRESSET_CUDA_NO_CACHING", "0", 1) : 0;

// Whether the allocator caches: a memory checker wants that it does not.
bool caches() {
  const char* const wish = std::getenv("CRESSET_CUDA_NO_CACHING");
  if (caching == 0 && (wish == nullptr || *wish == '0')) return true;
  WARN("CRESSET_CUDA_NO_CACHING is set; the rest is not tested here");
  return false;
}

Tensor bytes(int64_t n) {
  return empty({n}, {.dtype = uint8, .device = "cuda"});
}

const void* address(const Tensor& x) { return x.storage()->data(); }

// What changed since.
struct Since {
  const cuda::MemoryStats before = cuda::memory_stats();
  cuda::MemoryStats now() const {
    cuda::MemoryStats s = cuda::memory_stats();
    s.allocated -= before.allocated;
    s.reserved -= before.reserved;
    s.segments -= before.segments;
    s.allocations -= before.allocations;
    s.retries -= before.retries;
    s.out_of_memory -= before.out_of_memory;
    return s;
  }
};

}  // namespace

TEST_CASE("cuda memory: requests are rounded to 512 bytes and share segments",
          "[cuda][memory]") {
  CRESSET_NEEDS_CUDA();
  if (!caches()) return;
  cuda::empty_cache();
  const Since since;
  {
    const Tensor a = bytes(1), b = bytes(513);
    CHECK(since.now().allocated == 512 + 1024);
    CHECK(since.now().segments == 1);
    CHECK(since.now().reserved == 2 * kMiB);
    CHECK(reinterpret_cast<uintptr_t>(address(b)) % 512 == 0);
    const Tensor c = bytes(3 * kMiB), d = bytes(4 * kMiB);
    CHECK(since.now().segments == 2);
    CHECK(since.now().reserved == 22 * kMiB);
    const Tensor e = bytes(14 * kMiB);
    CHECK(since.now().reserved == (22 + 14) * kMiB);
    CHECK(since.now().allocations == 5);
    CHECK(address(bytes(0)) == nullptr);
  }
  CHECK(since.now().allocated == 0);
  CHECK(since.now().reserved == 36 * kMiB);
  CHECK(cuda::max_memory_allocated() >= 18 * kMiB);
  cuda::reset_peak_memory_stats();
  CHECK(cuda::max_memory_allocated() == cuda::memory_allocated());
  cuda::empty_cache();
  CHECK(since.now().reserved == 0);
  CHECK(since.now().segments == 0);
  CHECK(cuda::memory_reserved() == since.before.reserved);
}

TEST_CASE(
    "cuda memory: freed blocks serve the next request, joined if adjacent",
    "[cuda][memory]") {
  CRESSET_NEEDS_CUDA();
  if (!caches()) return;
  cuda::empty_cache();
  Tensor a = bytes(2 * kMiB), b = bytes(2 * kMiB), c = bytes(2 * kMiB);
  const void* const first = address(a);
  const void* const second = address(b);
  b = Tensor();
  const Tensor again = bytes(2 * kMiB);
  CHECK(address(again) == second);
  a = Tensor();
  c = Tensor();
  // Behind `again` there are 16 MiB in one piece, before it 2.
  const Since since;
  const Tensor large = bytes(9 * kMiB);
  CHECK(since.now().reserved == 0);
  CHECK(address(large) > second);
  // The best fit is the hole before.
  CHECK(address(bytes(2 * kMiB - 600)) == first);
}

TEST_CASE("cuda memory: blocks of another stream are not taken",
          "[cuda][memory]") {
  CRESSET_NEEDS_CUDA();
  if (!caches()) return;
  Tensor a = bytes(4096);
  const void* const first = address(a);
  a = Tensor();
  const cuda::Stream side;
  {
    const cuda::StreamGuard guard(side);
    CHECK(address(bytes(4096)) != first);
  }
  CHECK(address(bytes(4096)) == first);
}

TEST_CASE("cuda memory: record_stream keeps a block until the stream is done",
          "[cuda][memory]") {
  CRESSET_NEEDS_CUDA();
  if (!caches()) return;
  const cuda::Stream side;
  Tensor a = ones({4096}, {.dtype = float32, .device = "cuda"});
  const void* const first = address(a);
  side.wait_stream(cuda::current_stream());
  Tensor y;
  {
    const cuda::StreamGuard guard(side);
    y = neg(a);
  }
  cuda::record_stream(a, side);
  const Since since;
  a = Tensor();
  CHECK(since.now().allocated == -4096 * 4);
  side.synchronize();
  CHECK(address(empty({4096}, {.dtype = float32, .device = "cuda"})) == first);
  CHECK(list(y.cpu()) == Values(4096, -1));
  CHECK_ERROR(cuda::record_stream(empty({1}, {.device = "cpu"}), side), kDevice,
              "cpu");
}

TEST_CASE("cuda memory: out of memory empties the cache, then says the sizes",
          "[cuda][memory][error]") {
  CRESSET_NEEDS_CUDA();
  if (!caches()) return;
  cuda::empty_cache();
  const auto total =
      static_cast<double>(cuda::get_device_properties().total_memory);
  const auto limit = static_cast<double>(cuda::memory_reserved() + 64 * kMiB);
  cuda::set_per_process_memory_fraction(limit / total);
  const Since since;
  { const Tensor a = bytes(40 * kMiB); }
  CHECK(since.now().reserved == 40 * kMiB);
  // Fits only when the 40 MiB are given back.
  const Tensor b = bytes(60 * kMiB);
  CHECK(since.now().retries == 1);
  CHECK(since.now().reserved == 60 * kMiB);
  CHECK_ERROR(bytes(30 * kMiB), kValue,
              "Tried to allocate 30.00 MiB (31457280 bytes)");
  CHECK_ERROR(bytes(30 * kMiB), kValue, "CUDA out of memory");
  CHECK(since.now().out_of_memory == 2);
  CHECK_ERROR(empty({int64_t{1} << 61}, {.dtype = uint8, .device = "cuda"}),
              kValue, "out of memory");
  cuda::set_per_process_memory_fraction(1);
  CHECK(bytes(30 * kMiB).numel() == 30 * kMiB);
  CHECK_ERROR(cuda::set_per_process_memory_fraction(1.5), kValue, "[0, 1]");
  const auto [free, all] = cuda::mem_get_info();
  CHECK(free <= all);
}

TEST_CASE("cuda memory: many sizes in random order overlap nowhere",
          "[cuda][memory]") {
  CRESSET_NEEDS_CUDA();
  if (!caches()) return;
  struct Live {
    Tensor x;
    int value;
  };
  std::vector<Live> live;
  uint64_t state = 1;
  for (int i = 0; i < 400; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    const auto random = static_cast<int64_t>(state >> 33);
    if (random % 3 == 0 && !live.empty()) {
      live.erase(live.begin() + random % static_cast<int64_t>(live.size()));
      continue;
    }
    const int64_t n = 1 + random % (random % 5 == 0 ? 3 * kMiB : 5000);
    live.push_back(
        {full({n}, i % 251, {.dtype = uint8, .device = "cuda"}), i % 251});
  }
  for (const Live& one : live) {
    const Tensor host = one.x.cpu();
    const uint8_t* data = host.data<uint8_t>();
    for (int64_t i = 0; i < host.numel(); i += 97) {
      REQUIRE(data[i] == one.value);
    }
  }
}

}  // namespace cresset
