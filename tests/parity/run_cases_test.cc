// The program as its users see it: what it prints and its exit status.

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tests/catch.h"

namespace cresset::parity {
namespace {

struct Run {
  int status;
  std::string text;
};

Run run_cases(const std::string& arguments) {
  const std::string command =
      "tests/parity/run_cases --device=" + to_string(default_device()) + " " +
      arguments + " 2>/dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Run run;
  std::array<char, 4096> buffer;
  while (const size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) {
    run.text.append(buffer.data(), n);
  }
  run.status = WEXITSTATUS(pclose(pipe));
  return run;
}

std::string temporary(const std::string& name) {
  const char* folder = std::getenv("TEST_TMPDIR");
  return std::string(folder == nullptr ? "/tmp" : folder) + "/" + name;
}

Value neg_case(float want) {
  const Tensor x = empty({1}), y = empty({1});
  x.fill_(2);
  y.fill_(want);
  return Value::dict({{"op", "neg"},
                      {"args", Value::tuple({x})},
                      {"kwargs", Value::dict()},
                      {"outputs", Value::list({y})}});
}

Value unknown_case() {
  return Value::dict({{"op", "no_such_op"},
                      {"args", Value::tuple()},
                      {"kwargs", Value::dict()},
                      {"outputs", Value::list()}});
}

TEST_CASE("run_cases: exits with 0 if no case failed") {
  const std::string path = temporary("good.pt");
  save(Value::list({neg_case(-2), unknown_case()}), path);
  const Run run = run_cases(path);
  CHECK(run.status == 0);
  CHECK(run.text ==
        "neg: 1 passed, 0 failed, 0 skipped\n"
        "no_such_op: 0 passed, 0 failed, 1 skipped; Cresset has no "
        "no_such_op\n"
        "1 passed, 0 failed, 1 skipped\n");
}

TEST_CASE("run_cases: exits with 1 if a case failed") {
  const std::string path = temporary("bad.pt");
  save(Value::list({neg_case(3)}), path);
  const Run run = run_cases("--json " + path);
  CHECK(run.status == 1);
  CHECK(run.text ==
        "{\"name\": \"neg\", \"index\": 0, \"status\": \"failed\", "
        "\"detail\": \"output 0: got -2.0, want 3.0 at [0]; 1 of 1 elements "
        "of float32[1] differ\"}\n");
}

TEST_CASE("run_cases: exits with 2 if a file cannot be read", "[error]") {
  CHECK(run_cases(temporary("absent.pt")).status == 2);
  const std::string path = temporary("broken.pt");
  std::ofstream(path) << "no zip file";
  CHECK(run_cases(path).status == 2);
  CHECK(run_cases("--unknown").status == 2);
  CHECK(run_cases("").status == 2);
}

}  // namespace
}  // namespace cresset::parity
