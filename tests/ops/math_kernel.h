// Loops over the functions of tensor/ops/math.h at each instruction set level.

#ifndef CRESSET_TESTS_OPS_MATH_KERNEL_H_
#define CRESSET_TESTS_OPS_MATH_KERNEL_H_

#include <cstdint>

namespace cresset::internal {

enum class MathOp {
  kExp,
  kExp2,
  kExpm1,
  kSigmoid,
  kTanh,
  kLog,
  kLog1p,
  kLog2,
  kLog10,
  kErf,
  kErfc,
  kErfinv,
  kRsqrt,
  kRound,
  kSinSmall,
  kCosSmall,
};

#define CRESSET_TEST_LEVEL(level)                                    \
  namespace level {                                                  \
  void apply_math(MathOp op, int64_t n, const float* x, float* y);   \
  void apply_math(MathOp op, int64_t n, const double* x, double* y); \
  }
CRESSET_TEST_LEVEL(baseline)
CRESSET_TEST_LEVEL(avx2)
CRESSET_TEST_LEVEL(avx512)
#undef CRESSET_TEST_LEVEL

}  // namespace cresset::internal

#endif  // CRESSET_TESTS_OPS_MATH_KERNEL_H_
