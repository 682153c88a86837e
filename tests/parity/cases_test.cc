// Runs the golden file that $CRESSET_CASES names; one test target for each.

#include "cresset/tests/parity/cases.h"

#include <cstdlib>
#include <string>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tests/catch.h"

namespace cresset::parity {
namespace {

TEST_CASE("parity: Cresset gives what PyTorch gave", "[golden]") {
  const char* path = std::getenv("CRESSET_CASES");
  REQUIRE(path != nullptr);
  const Value cases = load(path, {.map_location = default_device()});
  int64_t index = 0;
  int64_t passed = 0;
  for (const Value& c : cases.elements()) {
    const Outcome outcome = run_case(c);
    INFO(case_name(c) << ", case " << index++ << ": " << outcome.detail);
    CHECK(outcome.status != Status::kFailed);
    passed += outcome.status == Status::kPassed;
  }
  CHECK(passed > 0);
}

}  // namespace
}  // namespace cresset::parity
