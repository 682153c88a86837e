#include "cresset/tensor/core/allocator.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/backend.h"
#include "cresset/tensor/core/block_cache.h"
#include "cresset/tensor/core/free_lists.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

uintptr_t address(const void* data) {
  return reinterpret_cast<uintptr_t>(data);
}

TEST_CASE("cpu_allocator: blocks are aligned, writable and do not overlap",
          "[core][allocator]") {
  Allocator& allocator = cpu_allocator();
  std::vector<std::pair<unsigned char*, size_t>> blocks;
  std::vector<size_t> sizes = {1, 2, 63, 64, 65, 511, 512, 513, 576, 577};
  for (size_t size = 1000; size < 5 * kMiB; size = size * 5 / 3 + 1) {
    sizes.push_back(size);
  }
  for (const size_t edge : {size_t{32} << 10, size_t{64} << 10, 2 * kMiB}) {
    sizes.insert(sizes.end(), {edge - 1, edge, edge + 1});
  }
  for (int round = 0; round < 2; ++round) {
    for (const size_t size : sizes) {
      auto* data = static_cast<unsigned char*>(allocator.allocate(size));
      REQUIRE(address(data) % 64 == 0);
      if (internal::kReuseMemory && size >= 2 * kMiB) {
        CHECK(address(data) % (2 * kMiB) == 0);
      }
      std::memset(data, static_cast<int>(blocks.size() & 0xff), size);
      blocks.emplace_back(data, size);
    }
  }
  for (size_t i = 0; i < blocks.size(); ++i) {
    const auto [data, size] = blocks[i];
    CHECK(data[0] == (i & 0xff));
    CHECK(data[size - 1] == (i & 0xff));
    allocator.deallocate(data, size);
  }
}

TEST_CASE("cpu_allocator: no bytes are no block", "[core][allocator]") {
  CHECK(cpu_allocator().allocate(0) == nullptr);
  cpu_allocator().deallocate(nullptr, 0);
}

TEST_CASE("cpu_allocator: a freed block serves the next similar request",
          "[core][allocator]") {
  if (!internal::kReuseMemory) return;
  Allocator& allocator = cpu_allocator();
  const std::pair<size_t, size_t> pairs[] = {
      {40, 64}, {4000, 4090}, {100 << 10, 101 << 10}, {40 * kMiB, 39 * kMiB}};
  for (const auto& [size, similar] : pairs) {
    void* const first = allocator.allocate(size);
    allocator.deallocate(first, size);
    void* const second = allocator.allocate(similar);
    CHECK(second == first);
    void* const third = allocator.allocate(similar);
    CHECK(third != second);
    allocator.deallocate(second, similar);
    allocator.deallocate(third, similar);
  }
}

TEST_CASE("cpu_memory_stats: bytes in use, kept and at most",
          "[core][allocator]") {
  Allocator& allocator = cpu_allocator();
  allocator.empty_cache();
  const MemoryStats before = cpu_memory_stats();
  CHECK(before.cached == 0);
  void* const small = allocator.allocate(100);
  void* const large = allocator.allocate(10 * kMiB);
  const MemoryStats during = cpu_memory_stats();
  CHECK(during.allocated - before.allocated ==
        static_cast<int64_t>(10 * kMiB + 100));
  CHECK(during.peak_allocated >= during.allocated);
  allocator.deallocate(small, 100);
  allocator.deallocate(large, 10 * kMiB);
  const MemoryStats after = cpu_memory_stats();
  CHECK(after.allocated == before.allocated);
  CHECK(after.peak_allocated >= during.allocated);
  if (internal::kReuseMemory) {
    CHECK(after.cached >= static_cast<int64_t>(10 * kMiB + 100));
  }
  allocator.empty_cache();
  CHECK(cpu_memory_stats().cached == 0);
}

TEST_CASE("cpu_memory_stats: exact over many small blocks and threads",
          "[core][allocator]") {
  const int64_t before = cpu_memory_stats().allocated;
  std::vector<void*> blocks;
  for (int i = 0; i < 1000; ++i) {
    blocks.push_back(cpu_allocator().allocate(1000));
  }
  CHECK(cpu_memory_stats().allocated - before == 1000 * 1000);
  std::thread([&] {
    for (int i = 0; i < 500; ++i) {
      cpu_allocator().deallocate(blocks.back(), 1000);
      blocks.pop_back();
    }
    CHECK(cpu_memory_stats().allocated - before == 500 * 1000);
  }).join();
  CHECK(cpu_memory_stats().allocated - before == 500 * 1000);
  for (void* const block : blocks) cpu_allocator().deallocate(block, 1000);
  CHECK(cpu_memory_stats().allocated == before);
}

TEST_CASE("cpu_allocator: a thread that ends gives its kept blocks back",
          "[core][allocator]") {
  const int64_t before = cpu_memory_stats().cached;
  std::thread([] {
    std::vector<void*> blocks;
    for (int i = 0; i < 20; ++i) {
      blocks.push_back(cpu_allocator().allocate(5000));
    }
    for (void* const block : blocks) cpu_allocator().deallocate(block, 5000);
  }).join();
  CHECK(cpu_memory_stats().cached == before);
}

TEST_CASE("cpu_allocator: threads allocate and free at once",
          "[core][allocator]") {
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&wrong, t] {
      std::vector<std::pair<unsigned char*, size_t>> blocks;
      for (int i = 0; i < 4000; ++i) {
        const size_t size = static_cast<size_t>(i * 7919 % 90000 + 1);
        auto* data =
            static_cast<unsigned char*>(cpu_allocator().allocate(size));
        data[0] = data[size - 1] = static_cast<unsigned char>(t);
        blocks.emplace_back(data, size);
        if (blocks.size() < 16) continue;
        const auto [old, old_size] = blocks[static_cast<size_t>(i) % 16];
        if (old[0] != t || old[old_size - 1] != t) ++wrong;
        cpu_allocator().deallocate(old, old_size);
        blocks[static_cast<size_t>(i) % 16] = blocks.back();
        blocks.pop_back();
      }
      for (const auto& [data, size] : blocks) {
        cpu_allocator().deallocate(data, size);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("cpu_allocator: memory that cannot be had is an error with the size",
          "[core][allocator][error]") {
  for (const size_t bytes : {size_t{1} << 60, ~size_t{0} - 5}) {
    try {
      cpu_allocator().allocate(bytes);
      FAIL("no error for " << bytes);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::kValue);
      CHECK_THAT(error.what(), Catch::Matchers::Contains(
                                   "got one of " + std::to_string(bytes)));
    }
  }
}

TEST_CASE("cpu_allocator: a forked child allocates", "[core][allocator]") {
  void* const data = cpu_allocator().allocate(200);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(20);
    void* const other = cpu_allocator().allocate(3 * kMiB);
    cpu_allocator().deallocate(other, 3 * kMiB);
    cpu_allocator().deallocate(data, 200);
    _exit(other != nullptr && cpu_memory_stats().cached >= 0 ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  cpu_allocator().deallocate(data, 200);
}

TEST_CASE("BlockCache: the oldest blocks go first when the limit is passed",
          "[core][allocator]") {
  internal::BlockCache cache;
  const size_t size = internal::rounded_block_size(100000);
  const size_t other = internal::rounded_block_size(200000);
  void* const a = internal::system_allocate(size);
  void* const b = internal::system_allocate(other);
  void* const c = internal::system_allocate(size);
  const size_t limit = other + size;
  cache.keep(a, size, limit);
  cache.keep(b, other, limit);
  CHECK(cache.bytes() == size + other);
  cache.keep(c, size, limit);  // a goes
  CHECK(cache.bytes() == size + other);
  CHECK(cache.take(size) == c);
  CHECK(cache.take(size) == nullptr);
  CHECK(cache.take(other) == b);
  CHECK(cache.bytes() == 0);
  cache.keep(b, other, limit);
  cache.keep(c, size, limit);
  cache.clear();
  CHECK(cache.bytes() == 0);
  CHECK(cache.take(other) == nullptr);
}

TEST_CASE("rounded_block_size: at most an eighth above the request",
          "[core][allocator]") {
  for (size_t bytes = 32769; bytes < size_t{1} << 33; bytes += bytes / 7 + 1) {
    const size_t rounded = internal::rounded_block_size(bytes);
    REQUIRE(rounded >= bytes);
    REQUIRE(rounded - bytes <= bytes / 8);
    REQUIRE(rounded % 64 == 0);
    REQUIRE(internal::rounded_block_size(rounded) == rounded);
  }
}

TEST_CASE("allocator_of: cpu has one; devices without a backend say what to do",
          "[core][allocator][error]") {
  CHECK(&allocator_of("cpu") == &cpu_allocator());
  for (const char* name : {"cuda:0", "meta"}) {
    const Device device(name);
    if (internal::find_backend(device.type) != nullptr) continue;
    try {
      allocator_of(device);
      FAIL("no error for " << name);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::kDevice);
      CHECK_THAT(error.what(), Catch::Matchers::Contains(name));
      CHECK_THAT(error.what(),
                 Catch::Matchers::Contains(
                     device.is_meta() ? "no data" : "@cresset//:cresset_cuda"));
    }
  }
}

TEST_CASE("pool_allocate: objects of any size, reused by the same thread",
          "[core][allocator]") {
  std::vector<std::pair<unsigned char*, size_t>> objects;
  for (size_t bytes = 0; bytes < 700; bytes += 13) {
    auto* data = static_cast<unsigned char*>(internal::pool_allocate(bytes));
    CHECK(address(data) % 16 == 0);
    std::memset(data, static_cast<int>(bytes % 251), bytes);
    objects.emplace_back(data, bytes);
  }
  for (const auto& [data, bytes] : objects) {
    for (size_t i = 0; i < bytes; ++i) REQUIRE(data[i] == bytes % 251);
    internal::pool_deallocate(data, bytes);
  }
  void* const first = internal::pool_allocate(100);
  internal::pool_deallocate(first, 100);
  void* const second = internal::pool_allocate(110);
  if (internal::kReuseMemory) CHECK(second == first);
  std::thread([second] { internal::pool_deallocate(second, 110); }).join();
  internal::pool_deallocate(nullptr, 8);
}

}  // namespace
}  // namespace cresset
