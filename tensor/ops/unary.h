// Elementwise ops of one tensor.
//
// Unless an op says otherwise
//   Shape:  any -> the same.
//   Dtype:  floating -> the same; integers and bool become the default dtype.
//           float16 and bfloat16 are computed in float32.
//   Errors: kDtype for complex numbers and storage-only dtypes.
// and `op_(x)` changes x in place and returns it; its result must fit x's dtype
// (kDtype otherwise).

#ifndef CRESSET_TENSOR_OPS_UNARY_H_
#define CRESSET_TENSOR_OPS_UNARY_H_

#include <optional>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// -x, in x's own dtype.
/// Gradient: -g. Errors: kDtype for bool. Torch: torch.neg(x)
Tensor neg(const Tensor& x);
const Tensor& neg_(const Tensor& x);

/// Absolute value, in x's own dtype.
/// Gradient: g * sgn(x). Errors: kDtype for bool. Torch: torch.abs(x)
Tensor abs(const Tensor& x);
const Tensor& abs_(const Tensor& x);

/// x * x, in x's own dtype; bool becomes int64.
/// Gradient: 2 * g * x. Torch: torch.square(x)
Tensor square(const Tensor& x);
const Tensor& square_(const Tensor& x);

/// Rounds up, in x's own dtype.
/// Gradient: 0. Errors: kDtype for bool. Torch: torch.ceil(x)
Tensor ceil(const Tensor& x);
const Tensor& ceil_(const Tensor& x);

/// Rounds down, in x's own dtype.
/// Gradient: 0. Errors: kDtype for bool. Torch: torch.floor(x)
Tensor floor(const Tensor& x);
const Tensor& floor_(const Tensor& x);

/// Rounds towards zero, in x's own dtype.
/// Gradient: 0. Errors: kDtype for bool. Torch: torch.trunc(x)
Tensor trunc(const Tensor& x);
const Tensor& trunc_(const Tensor& x);

/// x - trunc(x).
/// Gradient: g. Errors: kDtype unless x is floating. Torch: torch.frac(x)
Tensor frac(const Tensor& x);
const Tensor& frac_(const Tensor& x);

/// -1, 0 or 1, in x's own dtype.
/// Gradient: 0. Torch: torch.sign(x)
Tensor sign(const Tensor& x);
const Tensor& sign_(const Tensor& x);

/// The same as sign, as Cresset computes with real numbers only.
/// Gradient: 0. Torch: torch.sgn(x)
Tensor sgn(const Tensor& x);
const Tensor& sgn_(const Tensor& x);

/// 1 / x.
/// Gradient: -g * y * y. Torch: torch.reciprocal(x)
Tensor reciprocal(const Tensor& x);
const Tensor& reciprocal_(const Tensor& x);

/// Square root.
/// Gradient: g / (2 * y). Torch: torch.sqrt(x)
Tensor sqrt(const Tensor& x);
const Tensor& sqrt_(const Tensor& x);

/// 1 / sqrt(x).
/// Gradient: -g * y * y * y / 2. Torch: torch.rsqrt(x)
Tensor rsqrt(const Tensor& x);
const Tensor& rsqrt_(const Tensor& x);

/// e to the power x.
/// Gradient: g * y. Torch: torch.exp(x)
Tensor exp(const Tensor& x);
const Tensor& exp_(const Tensor& x);

/// 2 to the power x.
/// Gradient: g * y * log(2). Torch: torch.exp2(x)
Tensor exp2(const Tensor& x);
const Tensor& exp2_(const Tensor& x);

/// exp(x) - 1, exact near 0.
/// Gradient: g * (y + 1). Torch: torch.expm1(x)
Tensor expm1(const Tensor& x);
const Tensor& expm1_(const Tensor& x);

/// Natural logarithm.
/// Gradient: g / x. Torch: torch.log(x)
Tensor log(const Tensor& x);
const Tensor& log_(const Tensor& x);

/// Logarithm to base 2.
/// Gradient: g / (x * log(2)). Torch: torch.log2(x)
Tensor log2(const Tensor& x);
const Tensor& log2_(const Tensor& x);

/// Logarithm to base 10.
/// Gradient: g / (x * log(10)). Torch: torch.log10(x)
Tensor log10(const Tensor& x);
const Tensor& log10_(const Tensor& x);

/// log(1 + x), exact near 0.
/// Gradient: g / (1 + x). Torch: torch.log1p(x)
Tensor log1p(const Tensor& x);
const Tensor& log1p_(const Tensor& x);

/// Sine.
/// Gradient: g * cos(x). Torch: torch.sin(x)
Tensor sin(const Tensor& x);
const Tensor& sin_(const Tensor& x);

/// Cosine.
/// Gradient: -g * sin(x). Torch: torch.cos(x)
Tensor cos(const Tensor& x);
const Tensor& cos_(const Tensor& x);

/// Tangent.
/// Gradient: g * (1 + y * y). Torch: torch.tan(x)
Tensor tan(const Tensor& x);
const Tensor& tan_(const Tensor& x);

/// Inverse sine.
/// Gradient: g / sqrt(1 - x * x). Torch: torch.asin(x)
Tensor asin(const Tensor& x);
const Tensor& asin_(const Tensor& x);

/// Inverse cosine.
/// Gradient: -g / sqrt(1 - x * x). Torch: torch.acos(x)
Tensor acos(const Tensor& x);
const Tensor& acos_(const Tensor& x);

/// Inverse tangent.
/// Gradient: g / (1 + x * x). Torch: torch.atan(x)
Tensor atan(const Tensor& x);
const Tensor& atan_(const Tensor& x);

/// Hyperbolic sine.
/// Gradient: g * cosh(x). Torch: torch.sinh(x)
Tensor sinh(const Tensor& x);
const Tensor& sinh_(const Tensor& x);

/// Hyperbolic cosine.
/// Gradient: g * sinh(x). Torch: torch.cosh(x)
Tensor cosh(const Tensor& x);
const Tensor& cosh_(const Tensor& x);

/// Hyperbolic tangent.
/// Gradient: g * (1 - y * y). Torch: torch.tanh(x)
Tensor tanh(const Tensor& x);
const Tensor& tanh_(const Tensor& x);

/// Inverse hyperbolic sine.
/// Gradient: g / sqrt(x * x + 1). Torch: torch.asinh(x)
Tensor asinh(const Tensor& x);
const Tensor& asinh_(const Tensor& x);

/// Inverse hyperbolic cosine.
/// Gradient: g / sqrt(x * x - 1). Torch: torch.acosh(x)
Tensor acosh(const Tensor& x);
const Tensor& acosh_(const Tensor& x);

/// Inverse hyperbolic tangent.
/// Gradient: g / (1 - x * x). Torch: torch.atanh(x)
Tensor atanh(const Tensor& x);
const Tensor& atanh_(const Tensor& x);

/// 1 / (1 + exp(-x)).
/// Gradient: g * (1 - y) * y. Torch: torch.sigmoid(x)
Tensor sigmoid(const Tensor& x);
const Tensor& sigmoid_(const Tensor& x);

/// Error function.
/// Gradient: g * 2 / sqrt(pi) * exp(-x * x). Torch: torch.erf(x)
Tensor erf(const Tensor& x);
const Tensor& erf_(const Tensor& x);

/// 1 - erf(x), exact for large x.
/// Gradient: -g * 2 / sqrt(pi) * exp(-x * x). Torch: torch.erfc(x)
Tensor erfc(const Tensor& x);
const Tensor& erfc_(const Tensor& x);

/// The inverse of erf.
/// Gradient: g * sqrt(pi) / 2 * exp(y * y). Torch: torch.erfinv(x)
Tensor erfinv(const Tensor& x);
const Tensor& erfinv_(const Tensor& x);

/// sin(pi x) / (pi x); 1 at 0.
/// Gradient: g * (cos(pi x) - y) / x, 0 at 0. Torch: torch.sinc(x)
Tensor sinc(const Tensor& x);
const Tensor& sinc_(const Tensor& x);

/// Rounds to the nearest integer, or to a number of decimal places, which may
/// be negative; halves go to the even neighbour. Dtype: x's own. Gradient: 0.
/// Errors: kDtype for bool, and for integers with decimals. Torch:
/// torch.round(x, decimals=decimals)
Tensor round(const Tensor& x, int64_t decimals = 0);
const Tensor& round_(const Tensor& x, int64_t decimals = 0);

/// log(x / (1 - x)); x is first kept within [eps, 1 - eps] if eps is given.
/// Gradient: g / (x * (1 - x)); outside the bounds 0, or NaN without eps.
/// Torch: torch.logit(x, eps)
Tensor logit(const Tensor& x, std::optional<double> eps = std::nullopt);
const Tensor& logit_(const Tensor& x, std::optional<double> eps = std::nullopt);

/// Replaces NaN by `nan`, infinities by `posinf` and `neginf`, whose defaults
/// are 0 and the largest and lowest finite numbers of the dtype.
/// Dtype: x's own. Gradient: g where x is finite.
/// Torch: torch.nan_to_num(x, nan, posinf, neginf)
Tensor nan_to_num(const Tensor& x, std::optional<double> nan = std::nullopt,
                  std::optional<double> posinf = std::nullopt,
                  std::optional<double> neginf = std::nullopt);
const Tensor& nan_to_num_(const Tensor& x,
                          std::optional<double> nan = std::nullopt,
                          std::optional<double> posinf = std::nullopt,
                          std::optional<double> neginf = std::nullopt);

/// x itself. Gradient: g. Errors: kDtype for bool. Torch: torch.positive(x)
Tensor positive(const Tensor& x);

/// Degrees to radians and back.
/// Gradient: g times the factor. Torch: torch.deg2rad(x), torch.rad2deg(x)
Tensor deg2rad(const Tensor& x);
Tensor rad2deg(const Tensor& x);

inline Tensor operator-(const Tensor& x) { return neg(x); }
inline Tensor operator+(const Tensor& x) { return positive(x); }

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_UNARY_H_
