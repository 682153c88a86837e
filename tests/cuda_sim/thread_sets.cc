#include "cresset/tests/cuda_sim/thread_sets.h"

#include <cstdio>
#include <string_view>

namespace cuda_sim {
namespace {

constexpr size_t kMostRanges = 6;

}  // namespace

std::string ranges_of(const std::vector<unsigned>& numbers) {
  std::string out;
  size_t ranges = 0;
  for (size_t i = 0; i < numbers.size(); ++ranges) {
    size_t last = i;
    while (last + 1 < numbers.size() &&
           numbers[last + 1] == numbers[last] + 1) {
      ++last;
    }
    if (ranges == kMostRanges) return out + ", ...";
    if (!out.empty()) out += ", ";
    out += std::to_string(numbers[i]);
    if (last > i) out += "-" + std::to_string(numbers[last]);
    i = last + 1;
  }
  return out;
}

std::string ranges_of(unsigned mask) {
  std::vector<unsigned> lanes;
  for (unsigned i = 0; i < 32; ++i) {
    if ((mask >> i & 1) != 0) lanes.push_back(i);
  }
  return ranges_of(lanes);
}

std::string hex(unsigned mask) {
  char text[16];
  std::snprintf(text, sizeof(text), "0x%08x", mask);
  return text;
}

std::string at(CallSite site) {
  if (site.file == nullptr) return "";
  std::string_view file = site.file;
  file.remove_prefix(file.rfind('/') + 1);  // npos + 1 is 0
  return " (" + std::string(file) + ":" + std::to_string(site.line) + ")";
}

std::string triple(uint3 index) {
  return "(" + std::to_string(index.x) + ", " + std::to_string(index.y) + ", " +
         std::to_string(index.z) + ")";
}

}  // namespace cuda_sim
