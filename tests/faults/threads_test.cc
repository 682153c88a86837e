// Loads from many threads, and loads of a file that is being replaced.

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

using Clock = std::chrono::steady_clock;

std::string temporary(const std::string& name) {
  const char* root = std::getenv("TEST_TMPDIR");
  return std::string(root == nullptr ? "/tmp" : root) + "/" + name;
}

Value checkpoint(int64_t generation) {
  const Tensor weights = empty({50'000});
  for (int64_t i = 0; i < weights.numel(); ++i) {
    weights.data<float>()[i] = static_cast<float>(generation + i);
  }
  return {{"generation", generation}, {"model", {{"weights", weights}}}};
}

bool whole(const Value& found) {
  return found == checkpoint(found["generation"].as_int());
}

TEST_CASE("threads: eight load one file, mapped and read", "[format]") {
  const std::string path = temporary("shared.pt");
  save(checkpoint(5), path);
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const Value found = load(path, {.mmap = (t + i) % 2 == 0});
        // Each has its own copy to write to.
        const Tensor weights = found["model"]["weights"].as_tensor();
        weights.data<float>()[t] += 1;
        const float next = weights.data<float>()[t + 1];
        weights.data<float>()[t] -= 1;
        good += next == static_cast<float>(5 + t + 1) && whole(found);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 8 * 20);
}

TEST_CASE("threads: a value is saved by several at once", "[format]") {
  const Value value = checkpoint(9);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        // Two threads share each path.
        save(value, temporary("many" + std::to_string(t / 2) + ".pt"),
             {.durable = false});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(whole(load(temporary("many0.pt"))));
  CHECK(whole(load(temporary("many1.pt"))));
}

TEST_CASE("threads: loads during saves see whole files, and keep them",
          "[format]") {
  const std::string path = temporary("replaced.pt");
  save(checkpoint(0), path);
  const Value first = load(path);
  const Value unread = load(path, {.verify = false});
  std::atomic<bool> stop{false};
  std::atomic<int> loads{0}, torn{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&, t] {
      int64_t latest = 0;
      while (!stop) {
        const Value found = load(path, {.mmap = t != 0, .verify = t != 1});
        const int64_t generation = found["generation"].as_int();
        torn += !whole(found) || generation < latest;
        latest = generation;
        ++loads;
      }
    });
  }
  const auto end = Clock::now() + std::chrono::milliseconds(1500);
  int64_t saves = 0;
  while (Clock::now() < end) {
    ++saves;
    save(checkpoint(saves), path, {.durable = saves % 10 == 0});
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  WARN(saves << " saves and " << loads << " loads of one path: " << torn
             << " torn");
  CHECK(torn == 0);
  CHECK(loads > 10);
  CHECK(saves > 10);
  // Mapped files stay what they were, read before or not.
  CHECK(first == checkpoint(0));
  CHECK(unread == checkpoint(0));
  CHECK(load(path) == checkpoint(saves));
}

}  // namespace
}  // namespace cresset
