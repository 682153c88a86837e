#include "cresset/tensor/core/parallel.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

// Restores the thread count at the end of a test.
class Threads {
 public:
  explicit Threads(int n) : before_(get_num_threads()) { set_num_threads(n); }
  ~Threads() { set_num_threads(before_); }

 private:
  int before_;
};

// The pieces of one parallel call, in order.
std::vector<std::pair<int64_t, int64_t>> pieces_of(int64_t begin, int64_t end,
                                                   int64_t grain) {
  std::mutex mutex;
  std::vector<std::pair<int64_t, int64_t>> pieces;
  parallel_for(begin, end, grain, [&](int64_t first, int64_t last) {
    const std::lock_guard<std::mutex> lock(mutex);
    pieces.emplace_back(first, last);
  });
  std::sort(pieces.begin(), pieces.end());
  return pieces;
}

TEST_CASE("parallel_for: pieces tile the range in multiples of the grain",
          "[core][parallel]") {
  for (const int threads : {1, 2, 3, 8}) {
    const Threads scope(threads);
    for (const int64_t begin : {int64_t{0}, int64_t{7}, int64_t{-5}}) {
      for (const int64_t length : {1, 2, 15, 16, 17, 100, 1000, 4096}) {
        for (const int64_t grain : {1, 3, 16, 1000}) {
          const auto pieces = pieces_of(begin, begin + length, grain);
          CAPTURE(threads, begin, length, grain);
          int64_t at = begin;
          for (const auto& [first, last] : pieces) {
            REQUIRE(first == at);
            REQUIRE((first - begin) % grain == 0);
            REQUIRE(last > first);
            at = last;
          }
          REQUIRE(at == begin + length);
        }
      }
    }
  }
}

TEST_CASE("parallel_for: an empty range calls nothing", "[core][parallel]") {
  CHECK(pieces_of(0, 0, 1).empty());
  CHECK(pieces_of(5, 3, 1).empty());
}

TEST_CASE("parallel_for: a range of one grain runs in the calling thread",
          "[core][parallel]") {
  const Threads scope(4);
  std::thread::id who;
  parallel_for(0, 10, 10,
               [&](int64_t, int64_t) { who = std::this_thread::get_id(); });
  CHECK(who == std::this_thread::get_id());
}

TEST_CASE("parallel_for: several threads take part in a long range",
          "[core][parallel]") {
  const Threads scope(3);
  std::mutex mutex;
  std::set<std::thread::id> ids;
  // Workers may come late; each round gives them time to come.
  for (int round = 0; round < 50 && ids.size() < 3; ++round) {
    parallel_for(0, 24, 1, [&](int64_t, int64_t) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const std::lock_guard<std::mutex> lock(mutex);
      ids.insert(std::this_thread::get_id());
    });
  }
  CHECK(ids.size() == 3);
}

TEST_CASE("parallel_for: one thread means the calling thread only",
          "[core][parallel]") {
  const Threads scope(1);
  std::set<std::thread::id> ids;
  parallel_for(0, 1000, 1, [&](int64_t, int64_t) {
    ids.insert(std::this_thread::get_id());
  });
  CHECK(ids == std::set<std::thread::id>{std::this_thread::get_id()});
}

TEST_CASE("parallel_for: a nested call runs whole in its caller's thread",
          "[core][parallel]") {
  const Threads scope(4);
  std::atomic<int> foreign{0};
  std::atomic<int> split{0};
  std::atomic<int64_t> sum{0};
  parallel_for(0, 64, 1, [&](int64_t first, int64_t last) {
    const auto outer = std::this_thread::get_id();
    for (int64_t i = first; i < last; ++i) {
      parallel_for(0, 100, 1, [&](int64_t from, int64_t to) {
        if (std::this_thread::get_id() != outer) ++foreign;
        if (from != 0 || to != 100) ++split;
        sum += to - from;
      });
    }
  });
  CHECK(foreign == 0);
  CHECK(split == 0);
  CHECK(sum == 6400);
}

TEST_CASE("parallel_for: an exception reaches the caller and the pool lives on",
          "[core][parallel][error]") {
  const Threads scope(3);
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> running{0};
    CHECK_THROWS_WITH(parallel_for(0, 1000, 1,
                                   [&](int64_t first, int64_t last) {
                                     ++running;
                                     const bool fails =
                                         first <= 500 && 500 < last;
                                     --running;
                                     if (fails)
                                       throw std::runtime_error("piece failed");
                                   }),
                      "piece failed");
    CHECK(running == 0);
    std::atomic<int64_t> sum{0};
    parallel_for(0, 1000, 1,
                 [&](int64_t first, int64_t last) { sum += last - first; });
    CHECK(sum == 1000);
  }
}

TEST_CASE("parallel_for: callers in several threads do not block each other",
          "[core][parallel]") {
  const Threads scope(3);
  std::vector<std::thread> callers;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      for (int round = 0; round < 300; ++round) {
        std::vector<int> hits(257, 0);
        parallel_for(0, 257, 4, [&](int64_t first, int64_t last) {
          for (int64_t i = first; i < last; ++i) ++hits[i];
        });
        if (std::count(hits.begin(), hits.end(), 1) != 257) ++wrong;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(wrong == 0);
}

TEST_CASE("parallel_for: a forked child computes with a pool of its own",
          "[core][parallel]") {
#if defined(__SANITIZE_THREAD__)
  return;  // this sanitizer refuses threads after a fork
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
  return;
#endif
#endif
  const Threads scope(3);
  std::atomic<int64_t> before{0};
  parallel_for(0, 100, 1, [&](int64_t a, int64_t b) { before += b - a; });
  REQUIRE(before == 100);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(20);  // a deadlock must not hang the test
    std::atomic<int64_t> sum{0};
    for (int round = 0; round < 10; ++round) {
      parallel_for(0, 100, 1, [&](int64_t a, int64_t b) { sum += b - a; });
    }
    _exit(sum == 1000 ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("set_num_threads: counts below one are refused",
          "[core][parallel][error]") {
  const int before = get_num_threads();
  CHECK(before >= 1);
  for (const int n : {0, -3}) {
    try {
      set_num_threads(n);
      FAIL("no error for " << n);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::kValue);
      CHECK_THAT(error.what(),
                 Catch::Matchers::Contains("set_num_threads: expected at "
                                           "least 1 thread; got " +
                                           std::to_string(n)));
    }
  }
  CHECK(get_num_threads() == before);
  const Threads scope(5);
  CHECK(get_num_threads() == 5);
}

}  // namespace
}  // namespace cresset
