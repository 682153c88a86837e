// Rows of elementwise ops of one tensor.

#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/bitwise.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/math_tensor.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {

// PyTorch's name, signature and C++ function are all the same.
#define CRESSET_ROW(name) \
  t.add(#name, "input", [](const Tensor& x) { return cresset::name(x); })

void add_unary_ops(OpTable& t) {
  CRESSET_ROW(abs);
  CRESSET_ROW(acos);
  CRESSET_ROW(acosh);
  CRESSET_ROW(asin);
  CRESSET_ROW(asinh);
  CRESSET_ROW(atan);
  CRESSET_ROW(atanh);
  CRESSET_ROW(bitwise_not);
  CRESSET_ROW(ceil);
  CRESSET_ROW(cos);
  CRESSET_ROW(cosh);
  CRESSET_ROW(deg2rad);
  CRESSET_ROW(erf);
  CRESSET_ROW(erfc);
  CRESSET_ROW(exp);
  CRESSET_ROW(exp2);
  CRESSET_ROW(expm1);
  CRESSET_ROW(floor);
  CRESSET_ROW(frac);
  CRESSET_ROW(isfinite);
  CRESSET_ROW(isinf);
  CRESSET_ROW(isnan);
  CRESSET_ROW(isneginf);
  CRESSET_ROW(isposinf);
  CRESSET_ROW(log);
  CRESSET_ROW(log10);
  CRESSET_ROW(log1p);
  CRESSET_ROW(log2);
  CRESSET_ROW(logical_not);
  CRESSET_ROW(neg);
  CRESSET_ROW(positive);
  CRESSET_ROW(rad2deg);
  CRESSET_ROW(reciprocal);
  CRESSET_ROW(relu);
  CRESSET_ROW(rsqrt);
  CRESSET_ROW(sgn);
  CRESSET_ROW(sigmoid);
  CRESSET_ROW(sign);
  CRESSET_ROW(signbit);
  CRESSET_ROW(sin);
  CRESSET_ROW(sinc);
  CRESSET_ROW(sinh);
  CRESSET_ROW(sqrt);
  CRESSET_ROW(square);
  CRESSET_ROW(tan);
  CRESSET_ROW(tanh);
  CRESSET_ROW(trunc);
  t.add("clone", "input, *, memory_format=None",
        [](const Tensor& x, Ignored) { return x.clone(); });
  t.add("contiguous", "input, *, memory_format=None",
        [](const Tensor& x, Ignored) { return x.contiguous(); });
  t.add("round", "input, *, decimals=0",
        [](const Tensor& x, int64_t decimals) { return round(x, decimals); });
  t.add(
      "logit", "input, eps=None",
      [](const Tensor& x, std::optional<double> eps) { return logit(x, eps); });
  t.add("nan_to_num", "input, nan=None, posinf=None, neginf=None",
        [](const Tensor& x, std::optional<double> nan,
           std::optional<double> posinf, std::optional<double> neginf) {
          return nan_to_num(x, nan, posinf, neginf);
        });
}

#undef CRESSET_ROW

}  // namespace cresset::parity
