// erf and its inverse (math_bits.h says how).

#ifndef CRESSET_TENSOR_BASE_MATH_ERF_H_
#define CRESSET_TENSOR_BASE_MATH_ERF_H_

#include "cresset/tensor/base/math_bits.h"
#include "cresset/tensor/base/math_exp.h"
#include "cresset/tensor/base/math_log.h"

namespace cresset::internal::math {

// An odd polynomial below 1; above, 1 - 2^-m with m a polynomial too. From 3.95
// on the nearest float is 1. Error: float 1.4; double is the C library's.
CRESSET_HD float erf(float x) {
  float a = abs(x);
  a = a > 3.95f ? 3.95f : a;
  const float z = a * a;
  const float small =
      a + a * poly(z, 0.1283791659f, -0.3761262714f, 0.1128360021f,
                   -0.02685444558f, 0.005189536462f, -0.0008020845698f,
                   7.889119157e-5f);
  const float m =
      poly(a, 0.0005103264888f, 1.625974997f, 0.9207651478f, 0.1486513839f,
           -0.0314583659f, 0.004240941538f, -0.0002677250756f);
  const float shifted = Ieee<float>::kRound - m;
  const float f = (Ieee<float>::kRound - shifted) - m;
  const float p =
      1.0f + f * poly(f, 0.693147203f, 0.240226479f, 0.05550332165f,
                      0.009618438679f, 0.001339900303f, 0.0001535323672f);
  const int32_t n = rounded_integer(shifted);
  const float large = 1.0f - p * power_of_two<float>(n);
  return copysign(a < 1.0f ? small : large, x);
}
CRESSET_HD double erf(double x) { return CRESSET_LIBM(erf)(x); }

CRESSET_HD float erfc(float x) { return CRESSET_LIBM(erfcf)(x); }
CRESSET_HD double erfc(double x) { return CRESSET_LIBM(erfc)(x); }

// The inverse of erf on [-1, 1]; a guess within 0.005 and three Newton steps
// with Halley's correction, on erfc so that the tails keep their digits.
CRESSET_HD double erfinv(double y) {
  const double a = abs(y);
  const double rest = 1.0 - a;  // exact from 1/2 on
  const double w = log1p(-a * a);
  const double t = 4.330746750799873 + 0.5 * w;
  double x = CRESSET_LIBM(sqrt)(CRESSET_LIBM(sqrt)(t * t - w / 0.147) - t);
  for (int i = 0; i < 3; ++i) {
    const double error =
        a < 0.5 ? CRESSET_LIBM(erf)(x) - a : rest - CRESSET_LIBM(erfc)(x);
    const double step = error * 0.88622692545275801365 * exp(x * x);
    x -= step / (1.0 + x * step);
  }
  x = a < 1.0 ? x : (a == 1.0 ? Ieee<double>::kInfinity : Ieee<double>::kNan);
  return copysign(x, y);
}
CRESSET_HD float erfinv(float y) {
  return static_cast<float>(erfinv(static_cast<double>(y)));
}

}  // namespace cresset::internal::math

#endif  // CRESSET_TENSOR_BASE_MATH_ERF_H_
