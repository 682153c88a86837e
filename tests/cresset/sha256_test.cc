#include "cresset/tools/cresset/sha256.h"

#include <algorithm>

#include "cresset/tests/catch.h"

namespace cresset::cli {
namespace {

TEST_CASE("sha256: the vectors of the standard", "[cli]") {
  CHECK(sha256_hex("") ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(
      sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1000000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sha256: pieces of any size are the whole", "[cli]") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i * 7);
  const std::string whole = sha256_hex(text);
  for (const size_t step : {1, 3, 55, 56, 63, 64, 65, 128, 999}) {
    Sha256 sum;
    for (size_t at = 0; at < text.size(); at += step) {
      sum.update(text.data() + at, std::min(step, text.size() - at));
    }
    CHECK(sum.hex() == whole);
  }
}

}  // namespace
}  // namespace cresset::cli
