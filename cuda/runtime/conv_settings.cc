#include "cresset/cuda/runtime/conv_settings.h"

#include <atomic>
#include <cstdlib>
#include <limits>

namespace cresset::internal::cuda {
namespace {

int64_t limit_from_environment() {
  const char* wish = std::getenv("CRESSET_CONV_WORKSPACE_MB");
  if (wish == nullptr) return std::numeric_limits<int64_t>::max();
  char* end = nullptr;
  const long long megabytes = std::strtoll(wish, &end, 10);
  const bool valid =
      end != wish && *end == '\0' && megabytes >= 0 && megabytes < (1LL << 40);
  return valid ? megabytes << 20 : std::numeric_limits<int64_t>::max();
}

std::atomic<bool> benchmark{false}, deterministic{false};

std::atomic<int64_t>& limit() {
  static std::atomic<int64_t> bytes{limit_from_environment()};
  return bytes;
}

}  // namespace

bool conv_benchmark() { return benchmark.load(std::memory_order_relaxed); }
void set_conv_benchmark(bool value) { benchmark = value; }

bool conv_deterministic() {
  return deterministic.load(std::memory_order_relaxed);
}
void set_conv_deterministic(bool value) { deterministic = value; }

int64_t conv_workspace_limit() {
  return limit().load(std::memory_order_relaxed);
}
void set_conv_workspace_limit(int64_t bytes) { limit() = bytes; }

ConvCounts& conv_counts() {
  static thread_local ConvCounts counts;
  return counts;
}

}  // namespace cresset::internal::cuda
