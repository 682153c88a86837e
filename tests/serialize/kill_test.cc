// Savers that are killed at random moments leave the old checkpoint or the new
// one, whole, and nothing else after the next save.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <random>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kNumel = 1 << 18;  // 1 MiB of floats

// Every element of a checkpoint tells its generation.
Value checkpoint(int generation) {
  const Tensor tensor = empty({kNumel});
  float* data = tensor.data<float>();
  for (int64_t i = 0; i < kNumel; ++i) {
    data[i] = static_cast<float>(generation);
  }
  return {{"generation", generation}, {"weights", tensor}};
}

TEST_CASE("kill: a checkpoint survives the death of its saver", "[slow]") {
  const char* root = std::getenv("TEST_TMPDIR");
  const fs::path folder = fs::path(root == nullptr ? "/tmp" : root) / "kill";
  fs::remove_all(folder);
  fs::create_directories(folder);
  const std::string path = (folder / "last.pt").string();

  save(checkpoint(0), path);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) save(checkpoint(0), path);
  const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(
                            std::chrono::steady_clock::now() - begin) /
                        5;

  std::mt19937 random(7);
  int replaced = 0;
  int kept = 0;
  int generation = 0;
  for (int round = 1; round <= 100; ++round) {
    const Value next = checkpoint(round);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        save(next, path);
      } catch (...) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    std::uniform_int_distribution<int64_t> moment(
        0, static_cast<int64_t>(1.2 * static_cast<double>(duration.count())));
    ::usleep(static_cast<useconds_t>(moment(random)));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);

    const Value found = load(path);
    const int64_t seen = found["generation"].as_int();
    REQUIRE((seen == generation || seen == round));
    REQUIRE(found == checkpoint(static_cast<int>(seen)));
    seen == round ? ++replaced : ++kept;
    generation = static_cast<int>(seen);
  }
  // The moments must have hit both sides of the rename.
  CHECK(kept > 0);
  WARN("100 kills: " << kept << " kept the old file, " << replaced
                     << " had the new one, 0 lost");
  save(checkpoint(1000), path);
  size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    static_cast<void>(entry);
    ++files;
  }
  CHECK(files == 1);
}

}  // namespace
}  // namespace cresset
