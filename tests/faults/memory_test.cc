// Memory that runs out, and memory that is given back.

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <new>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tests/catch.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CRESSET_SANITIZED
#endif
#endif

namespace {

// How many more allocations succeed before one fails, or all from there on;
// negative while none does.
std::atomic<int64_t> left{-1};
std::atomic<bool> for_ever{false};

void* allocate(size_t bytes, size_t alignment) {
  if (left.load() >= 0 && left.fetch_sub(1) == 0) {
    if (for_ever) left = 0;
    throw std::bad_alloc();
  }
  void* memory = nullptr;
  if (::posix_memalign(&memory, alignment, bytes == 0 ? 1 : bytes) != 0) {
    throw std::bad_alloc();
  }
  return memory;
}

}  // namespace

void* operator new(size_t bytes) { return allocate(bytes, 16); }
void* operator new[](size_t bytes) { return allocate(bytes, 16); }
void* operator new(size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<size_t>(alignment));
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  try {
    return allocate(bytes, 16);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace cresset {
namespace {

namespace fs = std::filesystem;

std::string folder_named(const std::string& name) {
  const char* root = std::getenv("TEST_TMPDIR");
  const fs::path path = fs::path(root == nullptr ? "/tmp" : root) / name;
  fs::remove_all(path);
  fs::create_directories(path);
  return path.string() + "/";
}

size_t files_in(const std::string& folder) {
  return static_cast<size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

Value checkpoint(int64_t generation) {
  const Tensor weights = empty({2000});
  for (int64_t i = 0; i < weights.numel(); ++i) {
    weights.data<float>()[i] = static_cast<float>(generation * i);
  }
  return {{"generation", generation},
          {"name", "a name that is too long for a string without memory"},
          {"model", {{"weights", weights}, {"bias", empty({0})}}},
          {"betas", Value::tuple({0.9, 0.999})}};
}

// Calls with every allocation failing in turn, until a call needs no more of
// them; the number of failed calls. `check` hears how each one ended.
int64_t with_failures(bool every_later_one, const std::function<void()>& call,
                      const std::function<void(bool failed)>& check) {
  int64_t failures = 0;
  for (int64_t n = 0;; ++n) {
    bool failed = false;
    for_ever = every_later_one;
    left = n;
    try {
      call();
    } catch (const std::bad_alloc&) {
      failed = true;
    } catch (const Error&) {
      failed = true;
    }
    // Positive if the call made fewer allocations than were granted.
    const bool met = left.exchange(-1) <= 0;
    failures += failed;
    check(failed);
    if (!met) return failures;
  }
}

TEST_CASE("memory: a save that runs out of it leaves the old file",
          "[format][error]") {
  const std::string folder = folder_named("starved");
  const std::string path = folder + "last.pt";
  const Value old = checkpoint(1), next = checkpoint(2);
  for (const bool every_later_one : {false, true}) {
    save(old, path, {.durable = false});
    int64_t wrong = 0;
    const int64_t failures = with_failures(
        every_later_one, [&] { save(next, path, {.durable = false}); },
        [&](bool failed) {
          wrong += load(path) != (failed ? old : next) || files_in(folder) != 1;
          save(old, path, {.durable = false});
        });
    WARN("save: " << failures << " failing allocations, " << wrong
                  << " wrong ends");
    CHECK(failures > 20);
    CHECK(wrong == 0);
  }
}

TEST_CASE("memory: a load that runs out of it ends in an error",
          "[format][error]") {
  const std::string path = folder_named("hungry") + "last.pt";
  const Value value = checkpoint(1);
  save(value, path, {.durable = false});
  for (const bool every_later_one : {false, true}) {
    Value found;
    const int64_t failures = with_failures(
        every_later_one, [&] { found = load(path); }, [](bool) {});
    WARN("load: " << failures << " failing allocations");
    CHECK(failures > 20);
    CHECK(found == value);
  }
}

// Sanitizers keep freed memory for a while.
#if !defined(__SANITIZE_ADDRESS__) && !defined(CRESSET_SANITIZED)
int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  int64_t size = 0, resident = 0;
  file >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

// How much more memory is in use after many calls than after a few.
int64_t growth(int calls, const std::function<void()>& call) {
  for (int i = 0; i < calls / 100; ++i) call();
  const int64_t before = resident_bytes();
  for (int i = calls / 100; i < calls; ++i) call();
  return resident_bytes() - before;
}

TEST_CASE("memory: loads and saves give back what they take", "[format]") {
  constexpr int kLoads = 10000, kSaves = 2000;
  constexpr int64_t kFlat = 1 << 20;
  const std::string folder = folder_named("flat");
  const std::string path = folder + "last.pt", bad = folder + "bad.pt";
  const Value value = checkpoint(3);
  save(value, path);
  fs::copy_file(path, bad);
  {
    std::fstream file(bad, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(2000);
    file.put('?');
  }
  const int64_t mapped = growth(kLoads, [&] { load(path); });
  const int64_t read = growth(kLoads, [&] { load(path, {.mmap = false}); });
  const int64_t refused = growth(kLoads, [&] {
    try {
      load(bad);
    } catch (const Error&) {
      return;
    }
    FAIL("a damaged file was loaded");
  });
  const int64_t saved =
      growth(kSaves, [&] { save(value, path, {.durable = false}); });
  WARN("growth in bytes: " << mapped << " of " << kLoads << " mapped loads, "
                           << read << " of as many without mapping, " << refused
                           << " of as many refused ones, " << saved << " of "
                           << kSaves << " saves");
  CHECK(mapped < kFlat);
  CHECK(read < kFlat);
  CHECK(refused < kFlat);
  CHECK(saved < kFlat);
}
#endif

}  // namespace
}  // namespace cresset
