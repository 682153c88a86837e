#include "cresset/tools/cresset/names.h"

#include "cresset/tests/catch.h"

namespace cresset::cli {
namespace {

TEST_CASE("edit_distance: inserts, deletes, replaces and swaps", "[cli]") {
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("weight", "weight") == 0);
  CHECK(edit_distance("wieght", "weight") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("nearest_name: typing errors and parts of names", "[cli]") {
  const std::vector<std::string> names = {"fc.weight", "fc.bias",
                                          "layer1.0.conv1.weight"};
  CHECK(nearest_name("fc.wieght", names) == "fc.weight");
  CHECK(nearest_name("conv1.weight", names) == "layer1.0.conv1.weight");
  CHECK(nearest_name("weight", names).empty());  // two names end so
  CHECK(nearest_name("epoch", names).empty());
  CHECK(nearest_name("", names).empty());
  CHECK(did_you_mean("fc.bais", names) == "; did you mean 'fc.bias'?");
  CHECK(did_you_mean("momentum", names).empty());
}

}  // namespace
}  // namespace cresset::cli
