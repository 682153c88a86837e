// The `cresset` command: looks into checkpoints, checks and changes them.

#include <iostream>

#include "cresset/tools/cresset/app.h"

int main(int argc, char** argv) {
  return cresset::cli::run(argc, argv, std::cout, std::cerr);
}
