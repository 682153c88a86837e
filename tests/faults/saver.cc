// The program that the fault tests kill and starve: it saves checkpoints whose
// every value tells their generation, and checks such files.
//
//   saver save PATH GENERATION [NUMEL]   saves; 0, or 6 with a message
//   saver begin PATH GENERATION NUMEL    the same, and prints "begin" first
//   saver load PATH map|read             prints the generation
//   saver set PATH GENERATION            the same as several files: shards if
//                                        PATH is an index, else the step of a
//                                        CheckpointManager in a folder
//   saver loop PATH FIRST COUNT NUMEL    saves FIRST, FIRST + 1, ...
//   saver watch PATH SECONDS             loads without pause; prints how often
//   saver serve                          "load PATH" or "save PATH GENERATION"
//                                        a line, "ok GENERATION" or
//                                        "error CODE TEXT" for each

#include <sys/uio.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/checkpoint_manager.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/parallel.h"

namespace cresset {
namespace {

constexpr int64_t kNumel = 200'000;  // four writes of the file's buffer
constexpr int64_t kSetNumel = 2000;
constexpr int kCannotWrite = 6;
constexpr int kDamaged = 4;

Value checkpoint(int64_t generation, int64_t numel) {
  const Tensor weights = empty({numel});
  float* data = weights.data<float>();
  for (int64_t i = 0; i < numel; ++i) {
    data[i] = static_cast<float>(generation * 1000 + i % 997);
  }
  const Tensor steps = empty({3}, {.dtype = int64});
  for (int64_t i = 0; i < 3; ++i) steps.data<int64_t>()[i] = generation + i;
  return {{"generation", generation},
          {"numel", numel},
          {"model", {{"weights", weights}, {"steps", steps}}}};
}

bool is_index(const std::string& path) { return path.ends_with(".json"); }
bool is_folder(const std::string& path) { return path.ends_with('/'); }

CheckpointManager manager_of(const std::string& folder) {
  return CheckpointManager(folder, {.keep_last = 1, .keep_best = false});
}

// Saves several files.
void save_set(const std::string& path, int64_t generation) {
  const Value value = checkpoint(generation, kSetNumel);
  if (is_folder(path)) {
    manager_of(path).save(value, generation);
    return;
  }
  const Value shards = {{"generation", value["model"]["steps"]},
                        {"weights", value["model"]["weights"]},
                        {"more", value["model"]["weights"].as_tensor()},
                        {"end", value["model"]["steps"].as_tensor()}};
  // More shards in every second generation.
  save_shards(shards, path, generation % 2 == 0 ? 100 : 4 * kSetNumel + 50);
}

// The generation of shards that all belong together.
int64_t shards_generation(const std::string& path) {
  const Value found = load(path);
  const int64_t generation = found["generation"].as_tensor().data<int64_t>()[0];
  const Value model = checkpoint(generation, kSetNumel)["model"];
  CRESSET_CHECK(found["generation"] == model["steps"] &&
                    found["weights"] == model["weights"] &&
                    found["more"] == model["weights"] &&
                    found["end"] == model["steps"],
                kFormat, path, ": the shards are of several generations");
  return generation;
}

// The generation of a file that is whole.
int64_t load_generation(const std::string& given, bool mmap = true) {
  if (is_index(given)) return shards_generation(given);
  std::string path = given;
  if (is_folder(given)) {
    const auto latest = manager_of(given).latest();
    CRESSET_CHECK(latest, kIo, given, ": there is no latest checkpoint");
    path = *latest;
  }
  const Value found = load(path, {.mmap = mmap});
  const int64_t generation = found["generation"].as_int();
  const Value expected = checkpoint(generation, found["numel"].as_int());
  CRESSET_CHECK(found == expected, kFormat, path,
                ": the values are not those of generation ", generation);
  return generation;
}

// By writev, because the tests make write() fail.
void say(int fd, std::string text) {
  text += '\n';
  iovec piece = {text.data(), text.size()};
  if (::writev(fd, &piece, 1) < 0) std::_Exit(1);
}

void serve() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command, path;
    words >> command >> path;
    try {
      int64_t generation = 0;
      if (command == "load") {
        generation = load_generation(path);
      } else {
        words >> generation;
        is_index(path) || is_folder(path)
            ? save_set(path, generation)
            : save(checkpoint(generation, kNumel), path);
      }
      say(STDOUT_FILENO, "ok " + std::to_string(generation));
    } catch (const Error& error) {
      say(STDOUT_FILENO,
          std::string("error ") + to_string(error.code()) + " " + error.what());
    }
  }
}

void watch(const std::string& path, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  int64_t count = 0;
  for (; Clock::now() < end; ++count) load_generation(path);
  say(STDOUT_FILENO, std::to_string(count));
}

int run(const std::vector<std::string>& words) {
  const std::string& command = words.at(0);
  // One thread makes the same system calls in every run.
  set_num_threads(1);
  if (command == "serve") {
    serve();
    return 0;
  }
  const std::string& path = words.at(1);
  if (command == "watch") {
    watch(path, std::stod(words.at(2)));
    return 0;
  }
  if (command == "load") {
    ::getppid();
    const int64_t found = load_generation(path, words.at(2) == "map");
    ::getppid();
    say(STDOUT_FILENO, std::to_string(found));
    return 0;
  }
  const int64_t first = std::stoll(words.at(2));
  if (command == "loop") {
    const int64_t count = std::stoll(words.at(3));
    for (int64_t i = 0; i < count; ++i) {
      save(checkpoint(first + i, std::stoll(words.at(4))), path);
    }
    return 0;
  }
  if (command == "set") {
    ::getppid();
    save_set(path, first);
    ::getppid();
    return 0;
  }
  const int64_t numel = words.size() > 3 ? std::stoll(words[3]) : kNumel;
  const Value value = checkpoint(first, numel);
  if (command == "begin") say(STDOUT_FILENO, "begin");
  // Marks in a trace where the save or load begins and ends.
  ::getppid();
  save(value, path);
  ::getppid();
  return 0;
}

}  // namespace
}  // namespace cresset

int main(int argc, char** argv) {
  try {
    return cresset::run({argv + 1, argv + argc});
  } catch (const cresset::Error& error) {
    cresset::say(STDERR_FILENO, error.what());
    return error.code() == cresset::ErrorCode::kIo ? cresset::kCannotWrite
                                                   : cresset::kDamaged;
  } catch (const std::exception& error) {
    cresset::say(STDERR_FILENO, error.what());
    return cresset::kCannotWrite;
  }
}
