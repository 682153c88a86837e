#include <cstdio>
#include <mutex>

#include "cresset/tests/cuda_sim/device.h"

namespace cuda_sim {
namespace {

std::string& last() {
  static std::string text;
  return text;
}

}  // namespace

void complain(const std::string& text) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  last() = text;
  std::fprintf(stderr, "cuda_sim: %s\n", text.c_str());
}

std::string last_complaint() {
  std::lock_guard<std::recursive_mutex> guard(lock());
  return last();
}

}  // namespace cuda_sim
