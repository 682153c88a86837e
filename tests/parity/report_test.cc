#include "cresset/tests/parity/report.h"

#include <sstream>

#include "cresset/tests/catch.h"

namespace cresset::parity {
namespace {

TEST_CASE("report: a line for each op and the total at the end") {
  std::ostringstream out;
  Report report(out, false);
  report.add("add", 0, {});
  report.add("mul", 1, {Status::kFailed, "output 0: wrong"});
  report.add("add", 2, {Status::kSkipped, "no argument 'out'"});
  report.finish();
  CHECK(out.str() ==
        "add: 1 passed, 0 failed, 1 skipped; no argument 'out'\n"
        "mul: 0 passed, 1 failed, 0 skipped; case 1: output 0: wrong\n"
        "1 passed, 1 failed, 1 skipped\n");
  CHECK(report.failed() == 1);
}

TEST_CASE("report: with JSON, an object for each case and nothing else") {
  std::ostringstream out;
  Report report(out, true);
  report.add("add", 7, {Status::kFailed, "got \"x\"\n"});
  report.finish();
  CHECK(out.str() ==
        "{\"name\": \"add\", \"index\": 7, \"status\": \"failed\", "
        "\"detail\": \"got \\\"x\\\"\\n\"}\n");
}

}  // namespace
}  // namespace cresset::parity
