// The `cresset` command against golden files: each of tests/golden/cli/*.txt
// holds commands ("$ cresset ls net.pth"), what they print, and "[exit N]"
// where they end with another code than 0.
//
// CRESSET_UPDATE_GOLDEN=FOLDER writes the files anew instead of comparing.

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "cresset/tests/catch.h"

namespace cresset::cli {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

// A fresh folder with the input files.
fs::path make_folder(const std::string& name) {
  const char* root = std::getenv("TEST_TMPDIR");
  const fs::path folder = fs::path(root == nullptr ? "/tmp" : root) / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  for (const auto& entry : fs::directory_iterator("tests/golden/cli/files")) {
    // The links of the runfiles lead to files that nobody may write.
    fs::copy_file(entry.path(), folder / entry.path().filename());
    fs::permissions(folder / entry.path().filename(), fs::perms::owner_write,
                    fs::perm_options::add);
  }
  return folder;
}

// Output and exit code of a command line in which `cresset` is the program.
std::string run(const fs::path& folder, const std::string& command) {
  const fs::path program = fs::absolute("tools/cresset/cresset");
  const std::string line = "cd '" + folder.string() + "' && cresset() { '" +
                           program.string() + "' \"$@\"; } && { " + command +
                           "; } 2>&1";
  FILE* pipe = ::popen(line.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  std::array<char, 4096> block{};
  size_t count = 0;
  while ((count = std::fread(block.data(), 1, block.size(), pipe)) > 0) {
    output.append(block.data(), count);
  }
  const int status = ::pclose(pipe);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) != 0) {
    output += "[exit " + std::to_string(WEXITSTATUS(status)) + "]\n";
  }
  return output;
}

// The golden text with every command's output as it is now.
std::string replayed(const fs::path& folder, const std::string& golden) {
  std::istringstream lines(golden);
  std::string line, out;
  while (std::getline(lines, line)) {
    if (line.starts_with("$ "))
      out += line + '\n' + run(folder, line.substr(2));
    // Comments and empty lines separate the commands.
    if (line.starts_with("# ") || line.empty()) out += line + '\n';
  }
  return out;
}

TEST_CASE("cresset: every command prints what its golden file says",
          "[cli][format]") {
  const std::string name =
      GENERATE(as<std::string>(), "average", "bench", "cast", "completion",
               "convert", "curves", "diff", "errors", "get", "info", "limits",
               "ls", "man", "merge", "print", "rename", "set", "split", "stats",
               "strip", "summary", "verify");
  INFO(name);
  const fs::path path = "tests/golden/cli/" + name + ".txt";
  const std::string golden = contents(path);
  const std::string now = replayed(make_folder(name), golden);
  if (const char* folder = std::getenv("CRESSET_UPDATE_GOLDEN")) {
    std::ofstream(fs::path(folder) / path.filename()) << now;
    return;
  }
  CHECK(now == golden);
}

}  // namespace
}  // namespace cresset::cli
