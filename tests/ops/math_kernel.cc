#include "cresset/tests/ops/math_kernel.h"

#include "cresset/tensor/ops/math.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

template <class T, class F>
void loop(int64_t n, const T* __restrict x, T* __restrict y, F f) {
  for (int64_t i = 0; i < n; ++i) y[i] = f(x[i]);
}

template <class T>
void apply(MathOp op, int64_t n, const T* x, T* y) {
  switch (op) {
    case MathOp::kExp:
      return loop(n, x, y, [](T v) { return math::exp(v); });
    case MathOp::kExp2:
      return loop(n, x, y, [](T v) { return math::exp2(v); });
    case MathOp::kExpm1:
      return loop(n, x, y, [](T v) { return math::expm1(v); });
    case MathOp::kSigmoid:
      return loop(n, x, y, [](T v) { return math::sigmoid(v); });
    case MathOp::kTanh:
      return loop(n, x, y, [](T v) { return math::tanh(v); });
    case MathOp::kLog:
      return loop(n, x, y, [](T v) { return math::log(v); });
    case MathOp::kLog1p:
      return loop(n, x, y, [](T v) { return math::log1p(v); });
    case MathOp::kLog2:
      return loop(n, x, y, [](T v) { return math::log2(v); });
    case MathOp::kLog10:
      return loop(n, x, y, [](T v) { return math::log10(v); });
    case MathOp::kErf:
      return loop(n, x, y, [](T v) { return math::erf(v); });
    case MathOp::kErfc:
      return loop(n, x, y, [](T v) { return math::erfc(v); });
    case MathOp::kErfinv:
      return loop(n, x, y, [](T v) { return math::erfinv(v); });
    case MathOp::kRsqrt:
      return loop(n, x, y, [](T v) { return math::rsqrt(v); });
    case MathOp::kRound:
      return loop(n, x, y, [](T v) { return math::round(v); });
    case MathOp::kSinSmall:
      return loop(n, x, y, [](T v) {
        return T(math::sincos_small(static_cast<float>(v)).sin);
      });
    case MathOp::kCosSmall:
      return loop(n, x, y, [](T v) {
        return T(math::sincos_small(static_cast<float>(v)).cos);
      });
  }
}

}  // namespace

void apply_math(MathOp op, int64_t n, const float* x, float* y) {
  apply(op, n, x, y);
}
void apply_math(MathOp op, int64_t n, const double* x, double* y) {
  apply(op, n, x, y);
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
