// Files that change under the tensors that view them.

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/input_file.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int64_t kNumel = 1 << 18;  // 1 MiB: many pages

std::string temporary(const std::string& name) {
  const char* root = std::getenv("TEST_TMPDIR");
  return std::string(root == nullptr ? "/tmp" : root) + "/" + name;
}

std::string saved(const std::string& name, int64_t numel = kNumel) {
  const std::string path = temporary(name);
  const Tensor weights = empty({numel});
  for (int64_t i = 0; i < numel; ++i) {
    weights.data<float>()[i] = static_cast<float>(i);
  }
  save({{"weights", weights}}, path);
  return path;
}

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kIo);
    return error.what();
  }
  return "no error";
}

double sum(const Tensor& x) {
  double total = 0;
  for (int64_t i = 0; i < x.numel(); ++i) total += x.data<float>()[i];
  return total;
}

// How a child ends that meets a missing page of a mapping of its own, with the
// library's handler installed after `handler`.
int fault_elsewhere(const std::string& path, void (*handler)(int)) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGBUS, handler);
    const int fd = ::open(path.c_str(), O_RDWR);
    const auto* bytes = static_cast<const volatile char*>(
        ::mmap(nullptr, 8192, PROT_READ, MAP_PRIVATE, fd, 0));
    const auto file = serialize::InputFile::map(path);
    if (::ftruncate(fd, 0) != 0) ::_exit(1);
    ::_exit(bytes[5000]);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

TEST_CASE("shrink: faults elsewhere go where they went before") {
  const std::string path = temporary("elsewhere");
  const auto renew = [&] {
    std::ofstream(path, std::ios::binary) << std::string(8192, 'x');
  };
  renew();
  int status = fault_elsewhere(path, [](int) { ::_exit(42); });
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 42));
  renew();
  status = fault_elsewhere(path, SIG_DFL);
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS));
}

TEST_CASE("shrink: a file cut short ends in errors until it is let go",
          "[format][error]") {
  const std::string path = saved("cut.pt");
  const std::string other = saved("other.pt");
  const Tensor sound = empty({3});
  {
    const Value loaded = load(path);
    const Tensor weights = loaded["weights"].as_tensor();
    const Tensor last = internal::alias(weights, {1}, {1}, kNumel - 1);
    const double before = sum(weights);
    fs::resize_file(path, 200000);
    CHECK(sum(weights) < before);  // zeros where the file was
    const std::string text = error_of([] { empty({1}); });
    CHECK_THAT(text, Catch::StartsWith(path + ": reading the mapped file"));
    CHECK(error_of([] { empty({1}); }) == text);
    CHECK(error_of([&] { internal::check_inplace(sound, "add_"); }) == text);
    CHECK(error_of([&] { last.item(); }) == text);
    // Lost values do not replace a good file.
    CHECK(error_of([&] { save(loaded, other); }) == text);
  }
  CHECK_NOTHROW(empty({1}));
  CHECK(load(other)["weights"].as_tensor().numel() == kNumel);
}

TEST_CASE("shrink: item() reports the loss that it meets", "[format][error]") {
  const std::string path = saved("item.pt");
  const Tensor weights = load(path, {.verify = false})["weights"].as_tensor();
  const Tensor last = internal::alias(weights, {1}, {1}, kNumel - 1);
  fs::resize_file(path, 4096);
  CHECK_THAT(error_of([&] { last.item(); }), Catch::StartsWith(path));
}

TEST_CASE("shrink: a save that meets the loss leaves the old file",
          "[format][error]") {
  const std::string path = saved("source.pt");
  const std::string other = saved("target.pt");
  {
    const Value loaded = load(path, {.verify = false});
    fs::resize_file(path, 4096);
    CHECK(error_of([&] { save(loaded, other); }) != "no error");
  }
  const Tensor weights = load(other)["weights"].as_tensor();
  CHECK(weights.data<float>()[kNumel - 1] == static_cast<float>(kNumel - 1));
}

TEST_CASE("shrink: a loss is reported once even if its tensors are gone",
          "[format][error]") {
  const std::string path = saved("gone.pt");
  {
    const Tensor weights = load(path)["weights"].as_tensor();
    fs::resize_file(path, 4096);
    sum(weights);
  }
  CHECK_THAT(error_of([] { empty({1}); }), Catch::StartsWith(path));
  CHECK_NOTHROW(empty({1}));
}

TEST_CASE("shrink: the rest of a file stays readable", "[format]") {
  const std::string path = saved("rest.pt");
  const auto file = serialize::InputFile::map(path);
  const std::string before(reinterpret_cast<const char*>(file->data()), 8192);
  fs::resize_file(path, 8192);
  CHECK_NOTHROW(file->check());
  CHECK(file->data()[8192] == 0);
  CHECK(std::string(reinterpret_cast<const char*>(file->data()), 8192) ==
        before);
  CHECK_THAT(error_of([&] { file->check(); }), Catch::StartsWith(path));
}

TEST_CASE("shrink: a file that was read is not touched again", "[format]") {
  const std::string path = saved("read.pt");
  const Tensor weights = load(path, {.mmap = false})["weights"].as_tensor();
  fs::resize_file(path, 0);
  CHECK(weights.data<float>()[kNumel - 1] == static_cast<float>(kNumel - 1));
  CHECK_NOTHROW(empty({1}));
}

TEST_CASE("shrink: a file that is cut while it is loaded", "[format][error]") {
  const std::string whole = saved("whole.pt", 2 * kNumel);
  const std::string path = temporary("racing.pt");
  const auto size = static_cast<int64_t>(fs::file_size(whole));
  int loaded = 0, refused = 0;
  for (int round = 0; round < 200; ++round) {
    fs::copy_file(whole, path, fs::copy_options::overwrite_existing);
    std::atomic<bool> begun{false};
    std::thread cutter([&] {
      while (!begun) std::this_thread::yield();
      const auto end = Clock::now() + std::chrono::microseconds(3 * round);
      while (Clock::now() < end) {
      }
      fs::resize_file(path, static_cast<uintmax_t>(size * (round % 10) / 10));
    });
    begun = true;
    try {
      load(path, {.mmap = round % 2 == 0});
      ++loaded;
    } catch (const Error& error) {
      CHECK_THAT(error.what(), Catch::StartsWith(path + ": "));
      ++refused;
    }
    cutter.join();
  }
  WARN("cut while loading: " << loaded << " loads came first, " << refused
                             << " ended in an error, none in a signal");
  CHECK(loaded + refused == 200);
  CHECK(refused > 0);
  try {
    empty({1});
  } catch (const Error&) {  // of a page that was lost after a load
  }
}

}  // namespace
}  // namespace cresset
