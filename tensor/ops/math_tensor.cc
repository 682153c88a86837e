#include "cresset/tensor/ops/math_tensor.h"

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/where.h"

namespace cresset::internal::math {

Tensor abs(const Tensor& x) { return cresset::abs(x); }
Tensor cos(const Tensor& x) { return cresset::cos(x); }
Tensor cosh(const Tensor& x) { return cresset::cosh(x); }
Tensor erf(const Tensor& x) { return cresset::erf(x); }
Tensor exp(const Tensor& x) { return cresset::exp(x); }
Tensor isfinite(const Tensor& x) { return cresset::isfinite(x); }
Tensor log1p(const Tensor& x) { return cresset::log1p(x); }
Tensor rsqrt(const Tensor& x) { return cresset::rsqrt(x); }
Tensor sgn(const Tensor& x) { return cresset::sgn(x); }
Tensor sigmoid(const Tensor& x) { return cresset::sigmoid(x); }
Tensor sin(const Tensor& x) { return cresset::sin(x); }
Tensor sinh(const Tensor& x) { return cresset::sinh(x); }
Tensor sqrt(const Tensor& x) { return cresset::sqrt(x); }
Tensor tanh(const Tensor& x) { return cresset::tanh(x); }

Tensor select(const Tensor& c, const Tensor& a, const Tensor& b) {
  return where(c, a, b);
}
Tensor select(const Tensor& c, const Tensor& a, double b) {
  return where(c, a, b);
}
Tensor select(const Tensor& c, double a, const Tensor& b) {
  return where(c, a, b);
}
Tensor select(const Tensor& c, double a, double b) { return where(c, a, b); }

Tensor filled_like(const Tensor& like, double value) {
  return filled(like.sizes(), value, like.dtype(), like.device());
}

}  // namespace cresset::internal::math
