// The `cresset` command: looks into checkpoints, checks and changes them.

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "cresset/tools/cresset/app.h"

int main(int argc, char** argv) {
  // `bazel run` starts programs elsewhere; names of files are meant where the
  // person is.
  const char* folder = std::getenv("BUILD_WORKING_DIRECTORY");
  if (folder != nullptr && chdir(folder) != 0) {
    std::cerr << "cresset: cannot go to " << folder << '\n';
  }
  return cresset::cli::run(argc, argv, std::cout, std::cerr);
}
