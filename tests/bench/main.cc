// Times Cresset row by row; tools/bench/compare puts PyTorch beside it.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <regex>
#include <string>

#include "cresset/tensor/core/cpu_level.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/bench/bench.h"

namespace cresset::bench {
namespace {

constexpr char kUsage[] =
    R"(usage: bench [option]...
Prints  name<TAB>median seconds<TAB>note  for every row.

  --threads N     threads of an op (1)
  --only a,b      groups: gemm conv elem reduce model train io autograd
  --grep REGEX    rows whose name contains a match
  --list          group and name of the rows, without running them
  --samples N     samples a row, at least (7)
  --budget S      seconds a row, past which three samples do (3)
  --attempts N    times a row is measured when others use the machine (5)
  --dir FOLDER    where the rows of group io keep their files (/tmp)
  --serve         read row names from the standard input, run each
)";

struct Settings {
  int threads = 1;
  std::string only = "gemm,conv,elem,reduce,model,train,io,autograd";
  std::string grep = ".";
  std::string folder = "/tmp";
  bool list = false;
  bool serve = false;
  Sampling sampling;
};

// False if the command line makes no sense.
bool parse(int argc, char** argv, Settings& settings) {
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--list") {
      settings.list = true;
      continue;
    }
    if (option == "--serve") {
      settings.serve = true;
      continue;
    }
    if (i + 1 == argc) return false;
    const char* value = argv[++i];
    if (option == "--threads") {
      settings.threads = std::atoi(value);
    } else if (option == "--only") {
      settings.only = value;
    } else if (option == "--grep") {
      settings.grep = value;
    } else if (option == "--samples") {
      settings.sampling.samples = std::atoi(value);
    } else if (option == "--budget") {
      settings.sampling.budget = std::atof(value);
    } else if (option == "--attempts") {
      settings.sampling.attempts = std::atoi(value);
    } else if (option == "--dir") {
      settings.folder = value;
    } else {
      return false;
    }
  }
  return settings.threads > 0 && settings.sampling.samples > 0 &&
         settings.sampling.attempts > 0;
}

void run(const Row& row, const Settings& settings) {
  try {
    // The same data in every run, whatever ran before.
    manual_seed(0);
    const Case c = row.make();
    const Timing timing = measure(c, settings.sampling);
    std::printf("%s.t%d\t%.9g\t%s\n", row.name.c_str(), settings.threads,
                timing.median, timing.note.c_str());
  } catch (const std::exception& error) {
    std::printf("# %s: %s\n", row.name.c_str(), error.what());
  }
  std::fflush(stdout);
}

int serve(const Rows& rows, const Settings& settings) {
  std::string name;
  while (std::getline(std::cin, name)) {
    bool found = false;
    for (const Row& row : rows.all()) {
      if (row.name != name) continue;
      found = true;
      run(row, settings);
      break;
    }
    if (!found) std::printf("# %s: no such row\n", name.c_str());
    std::fflush(stdout);
  }
  return 0;
}

int main(int argc, char** argv) {
  Settings settings;
  if (!parse(argc, argv, settings)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  Rows rows;
  rows.set_group("gemm");
  add_gemm_rows(rows);
  rows.set_group("conv");
  add_conv_rows(rows);
  rows.set_group("elem");
  add_elementwise_rows(rows);
  add_optim_rows(rows);
  rows.set_group("reduce");
  add_reduce_rows(rows);
  add_layer_rows(rows);
  add_layout_rows(rows);
  rows.set_group("model");
  add_model_rows(rows);
  rows.set_group("train");
  add_train_rows(rows);
  rows.set_group("io");
  add_io_rows(rows, settings.folder);
  rows.set_group("autograd");
  add_overhead_rows(rows);

  set_num_threads(settings.threads);
  if (settings.serve) return serve(rows, settings);
  const std::string groups = "," + settings.only + ",";
  const std::regex wanted(settings.grep);
  if (!settings.list) {
    std::printf("# cresset threads=%d cpu=%s\n", settings.threads,
                to_string(cpu_level()));
  }
  for (const Row& row : rows.all()) {
    if (groups.find("," + row.group + ",") == std::string::npos ||
        !std::regex_search(row.name, wanted)) {
      continue;
    }
    if (settings.list) {
      std::printf("%s\t%s\n", row.group.c_str(), row.name.c_str());
    } else {
      run(row, settings);
    }
  }
  return 0;
}

}  // namespace
}  // namespace cresset::bench

int main(int argc, char** argv) { return cresset::bench::main(argc, argv); }
