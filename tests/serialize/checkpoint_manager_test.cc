#include "cresset/serialize/checkpoint_manager.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cresset/tests/catch.h"

namespace cresset {
namespace {

namespace fs = std::filesystem;

// An empty folder for one test.
std::string folder(const std::string& name) {
  const char* root = std::getenv("TEST_TMPDIR");
  const fs::path path = fs::path(root == nullptr ? "/tmp" : root) / name;
  fs::remove_all(path);
  return path.string();
}

Value checkpoint(int64_t step) { return {{"step", step}}; }

std::vector<std::string> files(const std::string& path) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(path)) {
    out.push_back(entry.path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

using Names = std::vector<std::string>;
using Steps = std::vector<int64_t>;

TEST_CASE("CheckpointManager: the last few stay", "[serialize]") {
  const std::string path = folder("last");
  CheckpointManager manager(path + "/deep", {.keep_last = 2});
  CHECK(!manager.latest());
  CHECK_THROWS_WITH(manager.load_latest(),
                    Catch::Contains("no checkpoint named by 'latest'"));
  for (int64_t step = 8; step <= 11; ++step) {
    const std::string saved = manager.save(checkpoint(step), step);
    CHECK(saved == manager.latest());
    CHECK(manager.load_latest()["step"].as_int() == step);
  }
  CHECK(files(path + "/deep") ==
        Names{"checkpoint-000010.pth", "checkpoint-000011.pth", "latest"});
  std::ifstream latest(path + "/deep/latest");
  std::string name;
  std::getline(latest, name);
  CHECK(name == "checkpoint-000011.pth");
}

TEST_CASE("CheckpointManager: the best stays", "[serialize]") {
  const std::string path = folder("best");
  {
    CheckpointManager manager(path, {.keep_last = 1});
    manager.save(checkpoint(1), 1, 0.5);
    manager.save(checkpoint(2), 2, 0.25);
    manager.save(checkpoint(3), 3, 0.75);
    manager.save(checkpoint(4), 4, std::nan(""));
    manager.save(checkpoint(5), 5);
  }
  // Another process finds it again.
  CheckpointManager manager(path, {.keep_last = 1});
  CHECK(manager.steps() == Steps{2, 5});
  CHECK(manager.best_metric() == 0.25);
  CHECK(manager.load_best()["step"].as_int() == 2);
  CHECK(manager.load_latest()["step"].as_int() == 5);
  manager.save(checkpoint(6), 6, 0.125);
  CHECK(manager.steps() == Steps{6});
}

TEST_CASE("CheckpointManager: more may be better", "[serialize]") {
  CheckpointManager manager(
      folder("accuracy"),
      {.keep_last = 1, .higher_is_better = true, .suffix = ".pt"});
  manager.save(checkpoint(1), 1, 0.9);
  manager.save(checkpoint(2), 2, 0.8);
  CHECK(manager.steps() == Steps{1, 2});
  CHECK(fs::path(*manager.best()).filename() == "checkpoint-000001.pt");
}

TEST_CASE("CheckpointManager: the best may go", "[serialize]") {
  CheckpointManager manager(folder("no_best"),
                            {.keep_last = 1, .keep_best = false});
  manager.save(checkpoint(1), 1, 0.1);
  manager.save(checkpoint(2), 2, 0.8);
  CHECK(manager.steps() == Steps{2});
  CHECK(!manager.best());
  // Nothing is better than what is gone.
  manager.save(checkpoint(3), 3, 0.7);
  CHECK(manager.best_metric() == 0.7);
}

TEST_CASE("CheckpointManager: a run that goes back", "[serialize]") {
  CheckpointManager manager(folder("back"), {.keep_last = 2});
  for (const int64_t step : {1, 2, 3, 4}) manager.save(checkpoint(step), step);
  manager.save(checkpoint(1), 1, 0.5);
  CHECK(manager.steps() == Steps{1, 3, 4});
  CHECK(manager.load_latest()["step"].as_int() == 1);
  manager.save(checkpoint(1), 1, 0.9);
  CHECK(manager.best_metric() == 0.9);
}

TEST_CASE("CheckpointManager: files of others stay", "[serialize]") {
  const std::string path = folder("others");
  CheckpointManager manager(path, {.keep_last = 1});
  const Names others = {"checkpoint-.pth", "checkpoint-1.pth",
                        "checkpoint-000001.pth.txt", "checkpoint-00001x.pth",
                        "other-000001.pth"};
  for (const std::string& name : others) std::ofstream(path + "/" + name);
  manager.save(checkpoint(1), 1);
  manager.save(checkpoint(2), 2);
  CHECK(manager.steps() == Steps{2});
  for (const std::string& name : others) CHECK(fs::exists(path + "/" + name));
}

TEST_CASE("CheckpointManager: a pointer is not trusted", "[serialize][error]") {
  const std::string path = folder("pointer");
  CheckpointManager manager(path, {});
  manager.save(checkpoint(1), 1, 0.5);
  std::ofstream(path + "/latest") << "../secret.pth\n";
  CHECK(!manager.latest());
  std::ofstream(path + "/best") << "checkpoint-000009.pth\n0.1\n";
  CHECK(!manager.best());
  CHECK(!manager.best_metric());
}

TEST_CASE("CheckpointManager: a failure leaves the run as it was",
          "[serialize][error]") {
  const std::string path = folder("failure");
  CheckpointManager manager(path, {.keep_last = 1});
  manager.save(checkpoint(1), 1, 0.5);
  const Names before = files(path);
  // A folder in the new file's place.
  fs::create_directory(path + "/checkpoint-000002.pth");
  CHECK_THROWS_AS(manager.save(checkpoint(2), 2, 0.1), Error);
  fs::remove(path + "/checkpoint-000002.pth");
  CHECK(files(path) == before);
  CHECK(manager.load_latest()["step"].as_int() == 1);
  CHECK(manager.best_metric() == 0.5);
}

TEST_CASE("CheckpointManager: wrong arguments", "[serialize][error]") {
  const std::string path = folder("arguments");
  CHECK_THROWS_WITH(CheckpointManager(path, {.keep_last = 0}),
                    "CheckpointManager: keep_last must be at least 1; got 0");
  CHECK_THROWS_WITH(CheckpointManager(path, {.prefix = "a/b"}),
                    Catch::Contains("must be parts of a file name"));
  CHECK_THROWS_WITH(CheckpointManager(path).save(Value(), -1),
                    "CheckpointManager: a step must not be negative; got -1");
  std::ofstream(path + "/file");
  CHECK_THROWS_WITH(CheckpointManager(path + "/file/x"),
                    Catch::Contains("mkdir failed"));
}

}  // namespace
}  // namespace cresset
