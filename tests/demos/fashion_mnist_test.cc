// The program itself on a small set: a run that goes on from its checkpoint
// ends with the same bytes as one that never stopped, also after having been
// killed again and again.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <iterator>
#include <regex>
#include <sstream>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/demos/synthetic.h"

namespace cresset {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Strings = std::vector<std::string>;

std::string folder(const std::string& name) {
  const char* base = std::getenv("TEST_TMPDIR");
  const fs::path path = fs::path(base == nullptr ? "/tmp" : base) / name;
  fs::create_directories(path);
  return path.string();
}

const std::string& data_folder() {
  static const std::string path = [] {
    const std::string made = folder("data");
    testing::write_synthetic_set(made, "train", 150);
    testing::write_synthetic_set(made, "t10k", 60);
    return made;
  }();
  return path;
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Starts the program; what it prints goes to <out>/printed.
pid_t start(const std::string& out, const Strings& more) {
  Strings words = {"tools/demos/fashion_mnist",
                   "--quiet",
                   "--data",
                   data_folder(),
                   "--out",
                   out};
  words.insert(words.end(), more.begin(), more.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const std::string printed = out + "/printed";
  const pid_t child = ::fork();
  if (child == 0) {
    const int file =
        ::open(printed.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

// What a whole run printed, line by line, less what tells the time.
Strings run(const std::string& out, const Strings& more) {
  const int status = wait_for(start(out, more));
  const std::string text = contents(out + "/printed");
  INFO(text);
  REQUIRE(status == 0);
  static const std::regex clock(" +[0-9]+ images/s +[0-9]+ s$");
  Strings lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(std::regex_replace(line, clock, ""));
  }
  return lines;
}

TEST_CASE("fashion_mnist: a resumed run is the whole run, bit by bit",
          "[demos][format]") {
  const std::string whole = folder("whole"), parts = folder("parts");
  const Strings all = run(whole, {"--epochs", "3"});
  REQUIRE(all.size() == 4);
  CHECK(all[3].rfind("test accuracy ", 0) == 0);

  const Strings first = run(parts, {"--epochs", "2"});
  REQUIRE(first.size() == 3);
  CHECK(contents(parts + "/last.pth") != contents(whole + "/last.pth"));
  const Strings second = run(parts, {"--resume", "--epochs", "3"});
  REQUIRE(second.size() == 2);

  const auto numbers = [](const std::string& line) {
    return line.substr(line.find("  loss"));
  };
  CHECK(numbers(first[0]) == numbers(all[0]));
  CHECK(numbers(first[1]) == numbers(all[1]));
  CHECK(second[0] == all[2]);
  CHECK(second[1] == all[3]);
  // Comparisons, not CHECK(a == b), which would print the files.
  for (const char* name : {"/last.pth", "/best.pth", "/curves.svg"}) {
    INFO(name);
    CHECK((contents(parts + name) == contents(whole + name)));
  }
  CHECK(load(whole + "/last.pth")["epoch"] == 3);

  // Threads and workers divide the work; they do not change it.
  const std::string alone = folder("alone");
  run(alone, {"--epochs", "3", "--threads", "1", "--workers", "0"});
  CHECK((contents(alone + "/last.pth") == contents(whole + "/last.pth")));
}

TEST_CASE("fashion_mnist: a resumed run on a GPU is the whole run, bit by bit",
          "[demos][cuda][format]") {
  CRESSET_NEEDS_CUDA();
  // Dropout draws from the GPU's generator, which the checkpoint has, too.
  const Strings tiny = {"--device", "cuda:0",       "--limit",
                        "16",       "--batch-size", "8"};
  const auto with = [&](Strings more) {
    more.insert(more.end(), tiny.begin(), tiny.end());
    return more;
  };
  const auto check_same = [](const Value& x, const Value& y) {
    for (const char* name : {"model", "optimizer", "rng_state",
                             "cuda_rng_state", "history", "scheduler"}) {
      INFO(name);
      CHECK((x[name] == y[name]));
    }
  };
  const std::string whole = folder("gpu_whole"), parts = folder("gpu_parts");
  const Strings all = run(whole, with({"--epochs", "2"}));
  run(parts, with({"--epochs", "1"}));
  const Value first = load(parts + "/last.pth");
  CHECK(run(parts, with({"--resume", "--epochs", "2"})).back() == all.back());
  const Value end = load(whole + "/last.pth");
  CHECK_FALSE((first["cuda_rng_state"] == end["cuda_rng_state"]));
  CHECK(end["model"]["classifier.2.weight"].as_tensor().device() ==
        Device("cuda:0"));
  check_same(load(parts + "/last.pth"), end);
  CHECK((contents(parts + "/last.pth") == contents(whole + "/last.pth")));
}

bool is_saving(const std::string& out) {
  for (const auto& entry : fs::directory_iterator(out)) {
    if (entry.path().extension() == ".tmp") return true;
  }
  return false;
}

TEST_CASE("fashion_mnist: a killed run goes on from its checkpoint",
          "[demos][slow]") {
  constexpr int kKills = 12;
  const std::string whole = folder("never_killed"), out = folder("killed");
  const auto begin = Clock::now();
  run(whole, {"--epochs", "6"});
  const double seconds =
      std::chrono::duration<double>(Clock::now() - begin).count();

  std::mt19937 random(7);
  std::uniform_real_distribution<double> moment(0.02, 0.35);
  int64_t epochs = 0;
  int killed = 0, killed_saving = 0;
  for (int round = 0; round < kKills; ++round) {
    Strings options = {"--epochs", "6"};
    if (epochs > 0) options.push_back("--resume");
    const pid_t child = start(out, options);
    const auto end =
        Clock::now() + std::chrono::duration<double>(moment(random) * seconds);
    // In every other round the moment is that of the next save.
    bool saving = false;
    while (Clock::now() < end && !saving) {
      ::usleep(200);
      saving = round % 2 == 1 && is_saving(out);
    }
    ::kill(child, SIGKILL);
    const int status = wait_for(child);
    killed += WIFSIGNALED(status);
    killed_saving += WIFSIGNALED(status) && saving;

    if (!fs::exists(out + "/last.pth")) {
      REQUIRE(epochs == 0);
      continue;
    }
    const Value saved = load(out + "/last.pth");
    REQUIRE(saved["epoch"].as_int() >= epochs);
    REQUIRE(saved["epoch"] == static_cast<int64_t>(saved["history"].size()));
    epochs = saved["epoch"].as_int();
    if (fs::exists(out + "/best.pth")) load(out + "/best.pth");
  }
  WARN(killed << " kills, " << killed_saving << " while saving; " << epochs
              << " epochs done by then");
  CHECK(killed > 0);

  Strings options = {"--epochs", "6"};
  if (epochs > 0) options.push_back("--resume");
  run(out, options);
  for (const char* name : {"/last.pth", "/best.pth", "/curves.svg"}) {
    INFO(name);
    CHECK((contents(out + name) == contents(whole + name)));
  }
  CHECK_FALSE(is_saving(out));
}

}  // namespace
}  // namespace cresset
