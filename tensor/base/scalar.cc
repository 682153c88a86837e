#include "cresset/tensor/base/scalar.h"

#include <charconv>
#include <cmath>

#include "cresset/tensor/base/error.h"

namespace cresset {

Dtype Scalar::dtype() const {
  switch (kind_) {
    case Kind::kBool:
      return bool_;
    case Kind::kInt:
      return int64;
    case Kind::kFloat:
      return get_default_dtype();
    case Kind::kComplex:
      break;
  }
  return get_default_dtype() == float64 ? complex128 : complex64;
}

bool operator==(const Scalar& a, const Scalar& b) {
  if (a.kind_ != b.kind_) return false;
  if (a.is_floating()) return a.float_ == b.float_;
  if (a.is_complex()) return a.float_ == b.float_ && a.imag_ == b.imag_;
  return a.int_ == b.int_;
}

std::string python_float(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char digits[40];
  // Python switches to an exponent below 1e-4 and from 1e16 on.
  const double magnitude = std::fabs(value);
  const bool scientific = value != 0 && (magnitude < 1e-4 || magnitude >= 1e16);
  const auto format =
      scientific ? std::chars_format::scientific : std::chars_format::fixed;
  const auto end =
      std::to_chars(digits, digits + sizeof digits, value, format).ptr;
  std::string text(digits, end);
  if (!scientific && text.find('.') == std::string::npos) text += ".0";
  return text;
}

std::string to_string(const Scalar& value) {
  switch (value.kind()) {
    case Scalar::Kind::kBool:
      return value.to<bool>() ? "True" : "False";
    case Scalar::Kind::kInt: {
      std::string text;
      internal::append_int(text, value.to<int64_t>());
      return text;
    }
    case Scalar::Kind::kFloat:
      return python_float(value.to<double>());
    case Scalar::Kind::kComplex:
      break;
  }
  const auto z = value.to<std::complex<double>>();
  std::string imag = python_float(z.imag());
  if (imag[0] != '-') imag = "+" + imag;
  return "(" + python_float(z.real()) + imag + "j)";
}

}  // namespace cresset
