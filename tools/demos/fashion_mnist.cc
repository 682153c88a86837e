// Trains a convolutional network on Fashion-MNIST; --help lists the options.

#include <cstdio>
#include <exception>

#include "cresset/tools/demos/settings.h"
#include "cresset/tools/demos/trainer.h"

int main(int argc, char** argv) {
  using namespace cresset::demos;
  int status = 0;
  const auto settings = parse_settings(argc, argv, status);
  if (!settings) return status;
  try {
    run_fashion_mnist(*settings);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "fashion_mnist: %s\n", e.what());
    return 1;
  }
  return 0;
}
