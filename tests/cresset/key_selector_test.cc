#include "cresset/tools/cresset/key_selector.h"

#include "cresset/tests/catch.h"
#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {
namespace {

TEST_CASE("glob_matches: stars, marks and sets over whole texts", "[cli]") {
  CHECK(glob_matches("*", ""));
  CHECK(glob_matches("layer1.*.weight", "layer1.0.conv1.weight"));
  CHECK_FALSE(glob_matches("layer1.*.weight", "layer1.0.conv1.bias"));
  CHECK_FALSE(glob_matches("weight", "fc.weight"));
  CHECK(glob_matches("fc.?ias", "fc.bias"));
  CHECK_FALSE(glob_matches("fc.?", "fc."));
  CHECK(glob_matches("layer[13-4].x", "layer3.x"));
  CHECK_FALSE(glob_matches("layer[13-4].x", "layer2.x"));
  CHECK(glob_matches("layer[!2].x", "layer1.x"));
  CHECK_FALSE(glob_matches("layer[!2].x", "layer2.x"));
  CHECK(glob_matches("a[b", "a[b"));
  CHECK(glob_matches("*a*b*c*", "xxaxxbxxcxx"));
  // Backtracking that does not explode.
  CHECK_FALSE(glob_matches("*a*a*a*a*a*a*a*a*a*b", std::string(2000, 'a')));
}

TEST_CASE("KeySelector: alternatives, globs and regular expressions", "[cli]") {
  CHECK(KeySelector().empty());
  CHECK_FALSE(KeySelector().matches("fc.bias"));
  const KeySelector keys({"fc.*,bn.bias", "re:^conv[12]\\."});
  CHECK(keys.matches("fc.weight"));
  CHECK(keys.matches("bn.bias"));
  CHECK(keys.matches("conv2.weight"));
  CHECK_FALSE(keys.matches("conv3.weight"));
  CHECK_FALSE(keys.matches("bn.weight"));
  CHECK_THROWS_AS(KeySelector({"re:("}), CliError);
}

}  // namespace
}  // namespace cresset::cli
