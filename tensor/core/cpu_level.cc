#include "cresset/tensor/core/cpu_level.h"

#include <cstdlib>
#include <string_view>

#include "cresset/tensor/base/error.h"

namespace cresset {
namespace {

CpuLevel best_level() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") &&
                    __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi2");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512bw");
  if (avx512) return CpuLevel::kAvx512;
  if (avx2) return CpuLevel::kAvx2;
#endif
  return CpuLevel::kBaseline;
}

CpuLevel choose() {
  const CpuLevel best = best_level();
  const char* wish = std::getenv("CRESSET_CPU_CAPABILITY");
  if (wish == nullptr || *wish == '\0') return best;
  for (const CpuLevel level :
       {CpuLevel::kBaseline, CpuLevel::kAvx2, CpuLevel::kAvx512}) {
    if (std::string_view(wish) == to_string(level)) {
      return level < best ? level : best;
    }
  }
  internal::throw_error(
      ErrorCode::kValue,
      internal::concat("CRESSET_CPU_CAPABILITY: expected 'baseline', 'avx2' or "
                       "'avx512'; got '",
                       wish, "'"));
}

}  // namespace

CpuLevel cpu_level() {
  static const CpuLevel level = choose();
  return level;
}

const char* to_string(CpuLevel level) {
  switch (level) {
    case CpuLevel::kBaseline:
      return "baseline";
    case CpuLevel::kAvx2:
      return "avx2";
    case CpuLevel::kAvx512:
      return "avx512";
  }
  return "baseline";
}

}  // namespace cresset
