// The golden files, and their first halves, through a fuzz target: what
// libFuzzer starts from must run, with every compiler.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "cresset/tests/catch.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void replay(const std::string& bytes) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  CHECK(LLVMFuzzerTestOneInput(data, bytes.size()) == 0);
}

TEST_CASE("fuzz target: every golden file ends in a value or an error") {
  size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("tests/golden/checkpoints")) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    INFO(entry.path().string());
    replay(bytes);
    replay(bytes.substr(0, bytes.size() / 2));
    // Some targets take options from the first byte.
    replay('\x03' + bytes);
    ++files;
  }
  CHECK(files > 50);
}

}  // namespace
