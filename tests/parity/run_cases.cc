// Runs parity cases made by PyTorch; docs/parity.md describes them.
//
//   bazel run //tests/parity:run_cases -- [--json] [--device=D] FILE.pt...

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tensor/core/backend.h"
#include "cresset/tests/parity/cases.h"
#include "cresset/tests/parity/report.h"

namespace {

using cresset::Value;

constexpr char kUsage[] =
    "usage: run_cases [--json] [--device=cpu|cuda|cuda:N] FILE.pt...\n";

struct Options {
  bool json = false;
  std::string device = "cpu";
  std::vector<std::string> files;
};

// `bazel run` starts programs in a folder of its own and leaves the user's in
// a variable.
std::string user_path(const std::string& path) {
  const char* folder = std::getenv("BUILD_WORKING_DIRECTORY");
  if (folder == nullptr || path.empty() || path[0] == '/') return path;
  const std::string there = std::string(folder) + "/" + path;
  return std::filesystem::exists(there) ? there : path;
}

bool parse(int argc, char** argv, Options& options) {
  const std::string device = "--device=";
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--json") {
      options.json = true;
    } else if (arg.compare(0, device.size(), device) == 0) {
      options.device = arg.substr(device.size());
    } else if (!arg.empty() && arg[0] == '-') {
      return false;
    } else {
      options.files.push_back(user_path(arg));
    }
  }
  return !options.files.empty();
}

void run_file(const std::string& path, const Options& options,
              cresset::parity::Report& report) {
  const Value cases =
      cresset::load(path, {.map_location = cresset::Device(options.device)});
  CRESSET_CHECK(cases.is_list() || cases.is_tuple(), kFormat, path,
                ": holds a list of cases; got ", to_string(cases.kind()));
  int64_t index = 0;
  for (const Value& c : cases.elements()) {
    report.add(cresset::parity::case_name(c), index++,
               cresset::parity::run_case(c));
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::cerr << kUsage;
    return 2;
  }
  cresset::parity::Report report(std::cout, options.json);
  bool unreadable = false;
  // What ops make from nothing goes to the device too.
  cresset::set_default_device(cresset::Device(options.device));
  for (const std::string& path : options.files) {
    try {
      run_file(path, options, report);
    } catch (const std::exception& error) {
      std::cerr << path << ": " << error.what() << '\n';
      unreadable = true;
    }
  }
  report.finish();
  if (unreadable) return 2;
  return report.failed() == 0 ? 0 : 1;
}
