#include "cresset/serialize/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace cresset::serialize {
namespace {

namespace fs = std::filesystem;

// An empty folder of this test.
std::string folder_named(const std::string& name) {
  const char* root = std::getenv("TEST_TMPDIR");
  const fs::path path = fs::path(root == nullptr ? "/tmp" : root) / name;
  fs::remove_all(path);
  fs::create_directories(path);
  return path.string() + "/";
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

size_t files_in(const std::string& folder) {
  return static_cast<size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

void write_atomically(const std::string& path, const std::string& bytes) {
  AtomicFile file(path);
  file.write(bytes.data(), bytes.size());
  file.commit();
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

TEST_CASE("atomic file: the bytes arrive whatever their sizes") {
  const std::string folder = folder_named("bytes");
  std::string expected;
  AtomicFile file(folder + "a");
  for (size_t i = 0; i < 2000; ++i) {
    const std::string piece(i % 7 == 0 ? 5000 * (i % 50) : i % 100,
                            static_cast<char>(i));
    file.write(piece.data(), piece.size());
    expected += piece;
  }
  CHECK_FALSE(fs::exists(folder + "a"));
  file.commit();
  CHECK((contents(folder + "a") == expected));
  CHECK(files_in(folder) == 1);
}

TEST_CASE("atomic file: without commit the old file stays") {
  const std::string folder = folder_named("dropped");
  write_atomically(folder + "a", "old");
  {
    AtomicFile file(folder + "a");
    file.write("new", 3);
    CHECK(files_in(folder) == 2);
    CHECK(contents(folder + "a") == "old");
  }
  CHECK(files_in(folder) == 1);
  CHECK(contents(folder + "a") == "old");
}

TEST_CASE("atomic file: mode is kept, and is the usual one for new files") {
  const std::string folder = folder_named("mode");
  const mode_t before = ::umask(022);
  write_atomically(folder + "a", "1");
  struct stat info = {};
  REQUIRE(::stat((folder + "a").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0644);
  REQUIRE(::chmod((folder + "a").c_str(), 0640) == 0);
  write_atomically(folder + "a", "2");
  REQUIRE(::stat((folder + "a").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0640);
  ::umask(before);
}

TEST_CASE("atomic file: a symbolic link stays and its target is replaced") {
  const std::string folder = folder_named("link");
  fs::create_directories(folder + "real");
  write_atomically(folder + "real/a", "old");
  fs::create_symlink("real/a", folder + "link");
  fs::create_symlink("link", folder + "link2");
  write_atomically(folder + "link2", "new");
  CHECK(fs::is_symlink(folder + "link"));
  CHECK(contents(folder + "real/a") == "new");
  CHECK(files_in(folder + "real") == 1);
  fs::create_symlink("real/not yet", folder + "dangling");
  write_atomically(folder + "dangling", "made");
  CHECK(contents(folder + "real/not yet") == "made");
  fs::create_symlink("loop", folder + "loop");
  CHECK_THAT(error_of([&] { write_atomically(folder + "loop", ""); }),
             Catch::Contains("ELOOP"));
}

TEST_CASE("atomic file: folders, pipes and devices are refused", "[error]") {
  const std::string folder = folder_named("kinds");
  fs::create_directories(folder + "sub");
  REQUIRE(::mkfifo((folder + "pipe").c_str(), 0600) == 0);
  CHECK_THAT(error_of([&] { AtomicFile file(folder + "sub"); }),
             Catch::Contains("EISDIR"));
  CHECK_THAT(error_of([&] { AtomicFile file(folder + "sub/"); }),
             Catch::Contains("EISDIR"));
  CHECK_THAT(error_of([&] { AtomicFile file(folder + "pipe"); }),
             Catch::Contains("pipe, socket or device"));
  CHECK_THAT(error_of([] { AtomicFile file("/dev/full"); }),
             Catch::Contains("pipe, socket or device"));
  CHECK_THAT(error_of([] { AtomicFile file(""); }), Catch::Contains("ENOENT"));
  CHECK(error_of([&] { AtomicFile file(folder + "none/a"); }) ==
        folder +
            "none/a: opening its folder failed: No such file or "
            "directory (ENOENT); create the folder first");
  CHECK(files_in(folder) == 2);
}

TEST_CASE("atomic file: names may be as long as the system allows") {
  const std::string folder = folder_named("long");
  const std::string name(255, 'n');
  write_atomically(folder + name, "x");
  CHECK(contents(folder + name) == "x");
  CHECK_THAT(error_of([&] { write_atomically(folder + name + "n", "x"); }),
             Catch::Contains("ENAMETOOLONG"));
  CHECK(files_in(folder) == 1);
}

TEST_CASE("atomic file: a size limit is an error, not a signal", "[error]") {
  const std::string folder = folder_named("limit");
  write_atomically(folder + "a", "old");
  rlimit before = {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  rlimit small = before;
  small.rlim_cur = 100000;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const std::string text = error_of(
      [&] { write_atomically(folder + "a", std::string(1 << 20, 'x')); });
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(text == folder +
                    "a: writing failed: File too large (EFBIG); the file "
                    "on disk is unchanged");
  CHECK(contents(folder + "a") == "old");
  CHECK(files_in(folder) == 1);
}

TEST_CASE("atomic file: leftovers of dead writers go, those of living stay") {
  const std::string folder = folder_named("sweep");
  const std::string dead = folder + ".cresset-save-0123456789abcdef.tmp";
  std::ofstream(dead) << "half";
  std::ofstream(folder + "other.tmp") << "not ours";
  AtomicFile living(folder + "a");
  CHECK_FALSE(fs::exists(dead));
  living.write("a", 1);
  write_atomically(folder + "b", "b");
  living.commit();
  CHECK(contents(folder + "a") == "a");
  CHECK(files_in(folder) == 3);
}

}  // namespace
}  // namespace cresset::serialize
