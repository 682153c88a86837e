// The instruction set levels that CPU kernels are compiled for, and the choice
// among them when the program starts.
//
// A kernel header declares each function once for every level:
//
//   CRESSET_CPU_KERNEL(void, axpy, (int64_t n, float a, const float* x,
//                                   float* y));
//
// its source, built by the `cresset_kernel` rule, defines it once:
//
//   namespace cresset::internal::CRESSET_CPU_LEVEL {
//   void axpy(...) { ... }
//   }
//
// and callers say `internal::axpy()(n, a, x, y)`: the accessor returns the
// pointer for the level in use. Everything else in a kernel source must also
// stand in that namespace (or in an unnamed one inside it) and must not
// instantiate inline functions of the standard library that the compiler could
// emit out of line: the linker would keep one copy for all levels, and an
// AVX-512 copy would fault on older machines. tools/lint checks the objects.

#ifndef CRESSET_TENSOR_CORE_CPU_LEVEL_H_
#define CRESSET_TENSOR_CORE_CPU_LEVEL_H_

namespace cresset {

/// Instruction sets with kernels of their own, lowest first.
enum class CpuLevel { kBaseline, kAvx2, kAvx512 };

/// The level in use: the best one the CPU has, or the one that the environment
/// variable CRESSET_CPU_CAPABILITY names ("baseline", "avx2", "avx512"), never
/// above what the CPU has. Decided at the first call.
/// Errors: kValue if the variable holds another word.
CpuLevel cpu_level();

/// "baseline", "avx2" or "avx512".
const char* to_string(CpuLevel level);

}  // namespace cresset

#define CRESSET_CPU_KERNEL(result, name, parameters) \
  namespace baseline {                               \
  result name parameters;                            \
  }                                                  \
  namespace avx2 {                                   \
  result name parameters;                            \
  }                                                  \
  namespace avx512 {                                 \
  result name parameters;                            \
  }                                                  \
  inline auto name() {                               \
    using Function = result(*) parameters;           \
    static const Function chosen = [] {              \
      switch (::cresset::cpu_level()) {              \
        case ::cresset::CpuLevel::kAvx512:           \
          return Function(avx512::name);             \
        case ::cresset::CpuLevel::kAvx2:             \
          return Function(avx2::name);               \
        default:                                     \
          return Function(baseline::name);           \
      }                                              \
    }();                                             \
    return chosen;                                   \
  }                                                  \
  static_assert(true, "")

#endif  // CRESSET_TENSOR_CORE_CPU_LEVEL_H_
