// Methods of Tensor: elementwise ops.

#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/bitwise.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/division.h"
#include "cresset/tensor/ops/power.h"
#include "cresset/tensor/ops/special.h"
#include "cresset/tensor/ops/ternary.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace {

const Tensor& self(const TensorMethods& methods) {
  return static_cast<const Tensor&>(methods);
}

}  // namespace

Tensor TensorMethods::relu() const { return cresset::relu(self(*this)); }
const Tensor& TensorMethods::relu_() const {
  return cresset::relu_(self(*this));
}
Tensor TensorMethods::hardshrink(double lambd) const {
  return cresset::hardshrink(self(*this), lambd);
}
Tensor TensorMethods::prelu(const Tensor& weight) const {
  return cresset::prelu(self(*this), weight);
}
Tensor TensorMethods::add(const Tensor& b, const Scalar& alpha) const {
  return cresset::add(self(*this), b, alpha);
}
Tensor TensorMethods::add(const Scalar& b, const Scalar& alpha) const {
  return cresset::add(self(*this), b, alpha);
}
const Tensor& TensorMethods::add_(const Tensor& b, const Scalar& alpha) const {
  return cresset::add_(self(*this), b, alpha);
}
const Tensor& TensorMethods::add_(const Scalar& b, const Scalar& alpha) const {
  return cresset::add_(self(*this), b, alpha);
}
Tensor TensorMethods::sub(const Tensor& b, const Scalar& alpha) const {
  return cresset::sub(self(*this), b, alpha);
}
Tensor TensorMethods::sub(const Scalar& b, const Scalar& alpha) const {
  return cresset::sub(self(*this), b, alpha);
}
Tensor TensorMethods::rsub(const Tensor& b, const Scalar& alpha) const {
  return cresset::rsub(self(*this), b, alpha);
}
Tensor TensorMethods::rsub(const Scalar& b, const Scalar& alpha) const {
  return cresset::rsub(self(*this), b, alpha);
}
const Tensor& TensorMethods::sub_(const Tensor& b, const Scalar& alpha) const {
  return cresset::sub_(self(*this), b, alpha);
}
const Tensor& TensorMethods::sub_(const Scalar& b, const Scalar& alpha) const {
  return cresset::sub_(self(*this), b, alpha);
}
Tensor TensorMethods::mul(const Tensor& b) const {
  return cresset::mul(self(*this), b);
}
Tensor TensorMethods::mul(const Scalar& b) const {
  return cresset::mul(self(*this), b);
}
const Tensor& TensorMethods::mul_(const Tensor& b) const {
  return cresset::mul_(self(*this), b);
}
const Tensor& TensorMethods::mul_(const Scalar& b) const {
  return cresset::mul_(self(*this), b);
}
Tensor TensorMethods::div(const Tensor& b) const {
  return cresset::div(self(*this), b);
}
Tensor TensorMethods::div(const Scalar& b) const {
  return cresset::div(self(*this), b);
}
const Tensor& TensorMethods::div_(const Tensor& b) const {
  return cresset::div_(self(*this), b);
}
const Tensor& TensorMethods::div_(const Scalar& b) const {
  return cresset::div_(self(*this), b);
}
Tensor TensorMethods::bitwise_and(const Tensor& b) const {
  return cresset::bitwise_and(self(*this), b);
}
Tensor TensorMethods::bitwise_and(const Scalar& b) const {
  return cresset::bitwise_and(self(*this), b);
}
Tensor TensorMethods::bitwise_or(const Tensor& b) const {
  return cresset::bitwise_or(self(*this), b);
}
Tensor TensorMethods::bitwise_or(const Scalar& b) const {
  return cresset::bitwise_or(self(*this), b);
}
Tensor TensorMethods::bitwise_xor(const Tensor& b) const {
  return cresset::bitwise_xor(self(*this), b);
}
Tensor TensorMethods::bitwise_xor(const Scalar& b) const {
  return cresset::bitwise_xor(self(*this), b);
}
Tensor TensorMethods::bitwise_not() const {
  return cresset::bitwise_not(self(*this));
}
Tensor TensorMethods::bitwise_left_shift(const Tensor& b) const {
  return cresset::bitwise_left_shift(self(*this), b);
}
Tensor TensorMethods::bitwise_left_shift(const Scalar& b) const {
  return cresset::bitwise_left_shift(self(*this), b);
}
Tensor TensorMethods::bitwise_right_shift(const Tensor& b) const {
  return cresset::bitwise_right_shift(self(*this), b);
}
Tensor TensorMethods::bitwise_right_shift(const Scalar& b) const {
  return cresset::bitwise_right_shift(self(*this), b);
}
Tensor TensorMethods::gcd(const Tensor& b) const {
  return cresset::gcd(self(*this), b);
}
Tensor TensorMethods::lcm(const Tensor& b) const {
  return cresset::lcm(self(*this), b);
}
Tensor TensorMethods::clamp(const std::optional<Scalar>& low,
                            const std::optional<Scalar>& high) const {
  return cresset::clamp(self(*this), low, high);
}
Tensor TensorMethods::clamp(const Tensor& low, const Tensor& high) const {
  return cresset::clamp(self(*this), low, high);
}
const Tensor& TensorMethods::clamp_(const std::optional<Scalar>& low,
                                    const std::optional<Scalar>& high) const {
  return cresset::clamp_(self(*this), low, high);
}
Tensor TensorMethods::clamp_min(const Scalar& low) const {
  return cresset::clamp_min(self(*this), low);
}
Tensor TensorMethods::clamp_min(const Tensor& low) const {
  return cresset::clamp_min(self(*this), low);
}
const Tensor& TensorMethods::clamp_min_(const Scalar& low) const {
  return cresset::clamp_min_(self(*this), low);
}
Tensor TensorMethods::clamp_max(const Scalar& high) const {
  return cresset::clamp_max(self(*this), high);
}
Tensor TensorMethods::clamp_max(const Tensor& high) const {
  return cresset::clamp_max(self(*this), high);
}
const Tensor& TensorMethods::clamp_max_(const Scalar& high) const {
  return cresset::clamp_max_(self(*this), high);
}
Tensor TensorMethods::maximum(const Tensor& b) const {
  return cresset::maximum(self(*this), b);
}
Tensor TensorMethods::minimum(const Tensor& b) const {
  return cresset::minimum(self(*this), b);
}
Tensor TensorMethods::fmax(const Tensor& b) const {
  return cresset::fmax(self(*this), b);
}
Tensor TensorMethods::fmin(const Tensor& b) const {
  return cresset::fmin(self(*this), b);
}
Tensor TensorMethods::eq(const Tensor& b) const {
  return cresset::eq(self(*this), b);
}
Tensor TensorMethods::eq(const Scalar& b) const {
  return cresset::eq(self(*this), b);
}
Tensor TensorMethods::ne(const Tensor& b) const {
  return cresset::ne(self(*this), b);
}
Tensor TensorMethods::ne(const Scalar& b) const {
  return cresset::ne(self(*this), b);
}
Tensor TensorMethods::lt(const Tensor& b) const {
  return cresset::lt(self(*this), b);
}
Tensor TensorMethods::lt(const Scalar& b) const {
  return cresset::lt(self(*this), b);
}
Tensor TensorMethods::le(const Tensor& b) const {
  return cresset::le(self(*this), b);
}
Tensor TensorMethods::le(const Scalar& b) const {
  return cresset::le(self(*this), b);
}
Tensor TensorMethods::gt(const Tensor& b) const {
  return cresset::gt(self(*this), b);
}
Tensor TensorMethods::gt(const Scalar& b) const {
  return cresset::gt(self(*this), b);
}
Tensor TensorMethods::ge(const Tensor& b) const {
  return cresset::ge(self(*this), b);
}
Tensor TensorMethods::ge(const Scalar& b) const {
  return cresset::ge(self(*this), b);
}
bool TensorMethods::equal(const Tensor& b) const {
  return cresset::equal(self(*this), b);
}
Tensor TensorMethods::isclose(const Tensor& b, double rtol, double atol,
                              bool equal_nan) const {
  return cresset::isclose(self(*this), b, rtol, atol, equal_nan);
}
bool TensorMethods::allclose(const Tensor& b, double rtol, double atol,
                             bool equal_nan) const {
  return cresset::allclose(self(*this), b, rtol, atol, equal_nan);
}
Tensor TensorMethods::logical_and(const Tensor& b) const {
  return cresset::logical_and(self(*this), b);
}
Tensor TensorMethods::logical_or(const Tensor& b) const {
  return cresset::logical_or(self(*this), b);
}
Tensor TensorMethods::logical_xor(const Tensor& b) const {
  return cresset::logical_xor(self(*this), b);
}
Tensor TensorMethods::logical_not() const {
  return cresset::logical_not(self(*this));
}
Tensor TensorMethods::isnan() const { return cresset::isnan(self(*this)); }
Tensor TensorMethods::isinf() const { return cresset::isinf(self(*this)); }
Tensor TensorMethods::isfinite() const {
  return cresset::isfinite(self(*this));
}
Tensor TensorMethods::isposinf() const {
  return cresset::isposinf(self(*this));
}
Tensor TensorMethods::isneginf() const {
  return cresset::isneginf(self(*this));
}
Tensor TensorMethods::signbit() const { return cresset::signbit(self(*this)); }
Tensor TensorMethods::div(const Tensor& b,
                          std::string_view rounding_mode) const {
  return cresset::div(self(*this), b, rounding_mode);
}
Tensor TensorMethods::div(const Scalar& b,
                          std::string_view rounding_mode) const {
  return cresset::div(self(*this), b, rounding_mode);
}
Tensor TensorMethods::floor_divide(const Tensor& b) const {
  return cresset::floor_divide(self(*this), b);
}
Tensor TensorMethods::floor_divide(const Scalar& b) const {
  return cresset::floor_divide(self(*this), b);
}
const Tensor& TensorMethods::floor_divide_(const Tensor& b) const {
  return cresset::floor_divide_(self(*this), b);
}
const Tensor& TensorMethods::floor_divide_(const Scalar& b) const {
  return cresset::floor_divide_(self(*this), b);
}
Tensor TensorMethods::fmod(const Tensor& b) const {
  return cresset::fmod(self(*this), b);
}
Tensor TensorMethods::fmod(const Scalar& b) const {
  return cresset::fmod(self(*this), b);
}
const Tensor& TensorMethods::fmod_(const Tensor& b) const {
  return cresset::fmod_(self(*this), b);
}
const Tensor& TensorMethods::fmod_(const Scalar& b) const {
  return cresset::fmod_(self(*this), b);
}
Tensor TensorMethods::remainder(const Tensor& b) const {
  return cresset::remainder(self(*this), b);
}
Tensor TensorMethods::remainder(const Scalar& b) const {
  return cresset::remainder(self(*this), b);
}
const Tensor& TensorMethods::remainder_(const Tensor& b) const {
  return cresset::remainder_(self(*this), b);
}
const Tensor& TensorMethods::remainder_(const Scalar& b) const {
  return cresset::remainder_(self(*this), b);
}
Tensor TensorMethods::pow(const Tensor& exponent) const {
  return cresset::pow(self(*this), exponent);
}
Tensor TensorMethods::pow(const Scalar& exponent) const {
  return cresset::pow(self(*this), exponent);
}
const Tensor& TensorMethods::pow_(const Tensor& exponent) const {
  return cresset::pow_(self(*this), exponent);
}
const Tensor& TensorMethods::pow_(const Scalar& exponent) const {
  return cresset::pow_(self(*this), exponent);
}
Tensor TensorMethods::float_power(const Tensor& exponent) const {
  return cresset::float_power(self(*this), exponent);
}
Tensor TensorMethods::float_power(const Scalar& exponent) const {
  return cresset::float_power(self(*this), exponent);
}
Tensor TensorMethods::atan2(const Tensor& b) const {
  return cresset::atan2(self(*this), b);
}
Tensor TensorMethods::hypot(const Tensor& b) const {
  return cresset::hypot(self(*this), b);
}
Tensor TensorMethods::copysign(const Tensor& b) const {
  return cresset::copysign(self(*this), b);
}
Tensor TensorMethods::copysign(const Scalar& b) const {
  return cresset::copysign(self(*this), b);
}
Tensor TensorMethods::heaviside(const Tensor& values) const {
  return cresset::heaviside(self(*this), values);
}
Tensor TensorMethods::xlogy(const Tensor& b) const {
  return cresset::xlogy(self(*this), b);
}
Tensor TensorMethods::xlogy(const Scalar& b) const {
  return cresset::xlogy(self(*this), b);
}
Tensor TensorMethods::logaddexp(const Tensor& b) const {
  return cresset::logaddexp(self(*this), b);
}
Tensor TensorMethods::logaddexp2(const Tensor& b) const {
  return cresset::logaddexp2(self(*this), b);
}
Tensor TensorMethods::lerp(const Tensor& end, const Tensor& weight) const {
  return cresset::lerp(self(*this), end, weight);
}
Tensor TensorMethods::lerp(const Tensor& end, const Scalar& weight) const {
  return cresset::lerp(self(*this), end, weight);
}
const Tensor& TensorMethods::lerp_(const Tensor& end,
                                   const Tensor& weight) const {
  return cresset::lerp_(self(*this), end, weight);
}
const Tensor& TensorMethods::lerp_(const Tensor& end,
                                   const Scalar& weight) const {
  return cresset::lerp_(self(*this), end, weight);
}
Tensor TensorMethods::addcmul(const Tensor& a, const Tensor& b,
                              const Scalar& value) const {
  return cresset::addcmul(self(*this), a, b, value);
}
const Tensor& TensorMethods::addcmul_(const Tensor& a, const Tensor& b,
                                      const Scalar& value) const {
  return cresset::addcmul_(self(*this), a, b, value);
}
Tensor TensorMethods::addcdiv(const Tensor& a, const Tensor& b,
                              const Scalar& value) const {
  return cresset::addcdiv(self(*this), a, b, value);
}
const Tensor& TensorMethods::addcdiv_(const Tensor& a, const Tensor& b,
                                      const Scalar& value) const {
  return cresset::addcdiv_(self(*this), a, b, value);
}
Tensor TensorMethods::neg() const { return cresset::neg(self(*this)); }
const Tensor& TensorMethods::neg_() const { return cresset::neg_(self(*this)); }
Tensor TensorMethods::abs() const { return cresset::abs(self(*this)); }
const Tensor& TensorMethods::abs_() const { return cresset::abs_(self(*this)); }
Tensor TensorMethods::square() const { return cresset::square(self(*this)); }
const Tensor& TensorMethods::square_() const {
  return cresset::square_(self(*this));
}
Tensor TensorMethods::ceil() const { return cresset::ceil(self(*this)); }
const Tensor& TensorMethods::ceil_() const {
  return cresset::ceil_(self(*this));
}
Tensor TensorMethods::floor() const { return cresset::floor(self(*this)); }
const Tensor& TensorMethods::floor_() const {
  return cresset::floor_(self(*this));
}
Tensor TensorMethods::trunc() const { return cresset::trunc(self(*this)); }
const Tensor& TensorMethods::trunc_() const {
  return cresset::trunc_(self(*this));
}
Tensor TensorMethods::frac() const { return cresset::frac(self(*this)); }
const Tensor& TensorMethods::frac_() const {
  return cresset::frac_(self(*this));
}
Tensor TensorMethods::sign() const { return cresset::sign(self(*this)); }
const Tensor& TensorMethods::sign_() const {
  return cresset::sign_(self(*this));
}
Tensor TensorMethods::sgn() const { return cresset::sgn(self(*this)); }
const Tensor& TensorMethods::sgn_() const { return cresset::sgn_(self(*this)); }
Tensor TensorMethods::reciprocal() const {
  return cresset::reciprocal(self(*this));
}
const Tensor& TensorMethods::reciprocal_() const {
  return cresset::reciprocal_(self(*this));
}
Tensor TensorMethods::sqrt() const { return cresset::sqrt(self(*this)); }
const Tensor& TensorMethods::sqrt_() const {
  return cresset::sqrt_(self(*this));
}
Tensor TensorMethods::rsqrt() const { return cresset::rsqrt(self(*this)); }
const Tensor& TensorMethods::rsqrt_() const {
  return cresset::rsqrt_(self(*this));
}
Tensor TensorMethods::exp() const { return cresset::exp(self(*this)); }
const Tensor& TensorMethods::exp_() const { return cresset::exp_(self(*this)); }
Tensor TensorMethods::exp2() const { return cresset::exp2(self(*this)); }
const Tensor& TensorMethods::exp2_() const {
  return cresset::exp2_(self(*this));
}
Tensor TensorMethods::expm1() const { return cresset::expm1(self(*this)); }
const Tensor& TensorMethods::expm1_() const {
  return cresset::expm1_(self(*this));
}
Tensor TensorMethods::log() const { return cresset::log(self(*this)); }
const Tensor& TensorMethods::log_() const { return cresset::log_(self(*this)); }
Tensor TensorMethods::log2() const { return cresset::log2(self(*this)); }
const Tensor& TensorMethods::log2_() const {
  return cresset::log2_(self(*this));
}
Tensor TensorMethods::log10() const { return cresset::log10(self(*this)); }
const Tensor& TensorMethods::log10_() const {
  return cresset::log10_(self(*this));
}
Tensor TensorMethods::log1p() const { return cresset::log1p(self(*this)); }
const Tensor& TensorMethods::log1p_() const {
  return cresset::log1p_(self(*this));
}
Tensor TensorMethods::sin() const { return cresset::sin(self(*this)); }
const Tensor& TensorMethods::sin_() const { return cresset::sin_(self(*this)); }
Tensor TensorMethods::cos() const { return cresset::cos(self(*this)); }
const Tensor& TensorMethods::cos_() const { return cresset::cos_(self(*this)); }
Tensor TensorMethods::tan() const { return cresset::tan(self(*this)); }
const Tensor& TensorMethods::tan_() const { return cresset::tan_(self(*this)); }
Tensor TensorMethods::asin() const { return cresset::asin(self(*this)); }
const Tensor& TensorMethods::asin_() const {
  return cresset::asin_(self(*this));
}
Tensor TensorMethods::acos() const { return cresset::acos(self(*this)); }
const Tensor& TensorMethods::acos_() const {
  return cresset::acos_(self(*this));
}
Tensor TensorMethods::atan() const { return cresset::atan(self(*this)); }
const Tensor& TensorMethods::atan_() const {
  return cresset::atan_(self(*this));
}
Tensor TensorMethods::sinh() const { return cresset::sinh(self(*this)); }
const Tensor& TensorMethods::sinh_() const {
  return cresset::sinh_(self(*this));
}
Tensor TensorMethods::cosh() const { return cresset::cosh(self(*this)); }
const Tensor& TensorMethods::cosh_() const {
  return cresset::cosh_(self(*this));
}
Tensor TensorMethods::tanh() const { return cresset::tanh(self(*this)); }
const Tensor& TensorMethods::tanh_() const {
  return cresset::tanh_(self(*this));
}
Tensor TensorMethods::asinh() const { return cresset::asinh(self(*this)); }
const Tensor& TensorMethods::asinh_() const {
  return cresset::asinh_(self(*this));
}
Tensor TensorMethods::acosh() const { return cresset::acosh(self(*this)); }
const Tensor& TensorMethods::acosh_() const {
  return cresset::acosh_(self(*this));
}
Tensor TensorMethods::atanh() const { return cresset::atanh(self(*this)); }
const Tensor& TensorMethods::atanh_() const {
  return cresset::atanh_(self(*this));
}
Tensor TensorMethods::sigmoid() const { return cresset::sigmoid(self(*this)); }
const Tensor& TensorMethods::sigmoid_() const {
  return cresset::sigmoid_(self(*this));
}
Tensor TensorMethods::erf() const { return cresset::erf(self(*this)); }
const Tensor& TensorMethods::erf_() const { return cresset::erf_(self(*this)); }
Tensor TensorMethods::erfc() const { return cresset::erfc(self(*this)); }
const Tensor& TensorMethods::erfc_() const {
  return cresset::erfc_(self(*this));
}
Tensor TensorMethods::sinc() const { return cresset::sinc(self(*this)); }
const Tensor& TensorMethods::sinc_() const {
  return cresset::sinc_(self(*this));
}
Tensor TensorMethods::round(int64_t decimals) const {
  return cresset::round(self(*this), decimals);
}
const Tensor& TensorMethods::round_(int64_t decimals) const {
  return cresset::round_(self(*this), decimals);
}
Tensor TensorMethods::logit(std::optional<double> eps) const {
  return cresset::logit(self(*this), eps);
}
const Tensor& TensorMethods::logit_(std::optional<double> eps) const {
  return cresset::logit_(self(*this), eps);
}
Tensor TensorMethods::nan_to_num(std::optional<double> nan,
                                 std::optional<double> posinf,
                                 std::optional<double> neginf) const {
  return cresset::nan_to_num(self(*this), nan, posinf, neginf);
}
const Tensor& TensorMethods::nan_to_num_(std::optional<double> nan,
                                         std::optional<double> posinf,
                                         std::optional<double> neginf) const {
  return cresset::nan_to_num_(self(*this), nan, posinf, neginf);
}
Tensor TensorMethods::positive() const {
  return cresset::positive(self(*this));
}
Tensor TensorMethods::deg2rad() const { return cresset::deg2rad(self(*this)); }
Tensor TensorMethods::rad2deg() const { return cresset::rad2deg(self(*this)); }
Tensor TensorMethods::where(const Tensor& a, const Tensor& b) const {
  return cresset::where(self(*this), a, b);
}
Tensor TensorMethods::where(const Tensor& a, const Scalar& b) const {
  return cresset::where(self(*this), a, b);
}
Tensor TensorMethods::where(const Scalar& a, const Tensor& b) const {
  return cresset::where(self(*this), a, b);
}
Tensor TensorMethods::where(const Scalar& a, const Scalar& b) const {
  return cresset::where(self(*this), a, b);
}
Tensor TensorMethods::masked_fill(const Tensor& mask,
                                  const Scalar& value) const {
  return cresset::masked_fill(self(*this), mask, value);
}
Tensor TensorMethods::masked_fill(const Tensor& mask,
                                  const Tensor& value) const {
  return cresset::masked_fill(self(*this), mask, value);
}
const Tensor& TensorMethods::masked_fill_(const Tensor& mask,
                                          const Scalar& value) const {
  return cresset::masked_fill_(self(*this), mask, value);
}
const Tensor& TensorMethods::masked_fill_(const Tensor& mask,
                                          const Tensor& value) const {
  return cresset::masked_fill_(self(*this), mask, value);
}

}  // namespace cresset
