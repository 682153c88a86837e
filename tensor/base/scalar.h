// One number of any element type, as it is passed to an op: x + 1, x * 2.5.

#ifndef CRESSET_TENSOR_BASE_SCALAR_H_
#define CRESSET_TENSOR_BASE_SCALAR_H_

#include <complex>
#include <concepts>
#include <cstdint>
#include <string>

#include "cresset/tensor/base/dtype.h"

namespace cresset {

/// A Python-like number: bool, integer (64 bits), float (double) or complex.
/// In type promotion it counts by its kind only, as in PyTorch.
class Scalar {
 public:
  enum class Kind : uint8_t { kBool, kInt, kFloat, kComplex };

  Scalar() : Scalar(int64_t{0}) {}
  template <std::integral T>
  Scalar(T value)  // NOLINT
      : kind_(std::same_as<T, bool> ? Kind::kBool : Kind::kInt),
        int_(static_cast<int64_t>(value)) {}
  template <std::floating_point T>
  Scalar(T value) : kind_(Kind::kFloat), float_(value) {}        // NOLINT
  Scalar(Half value) : Scalar(static_cast<float>(value)) {}      // NOLINT
  Scalar(BFloat16 value) : Scalar(static_cast<float>(value)) {}  // NOLINT
  Scalar(Float8E4M3FN value)                                     // NOLINT
      : Scalar(static_cast<float>(value)) {}
  Scalar(Float8E5M2 value)  // NOLINT
      : Scalar(static_cast<float>(value)) {}
  template <class T>
  Scalar(std::complex<T> value)  // NOLINT
      : kind_(Kind::kComplex),
        float_(static_cast<double>(value.real())),
        imag_(static_cast<double>(value.imag())) {}

  Kind kind() const { return kind_; }
  bool is_bool() const { return kind_ == Kind::kBool; }
  bool is_integral() const { return kind_ == Kind::kInt; }
  bool is_floating() const { return kind_ == Kind::kFloat; }
  bool is_complex() const { return kind_ == Kind::kComplex; }

  /// The number as T, converted as static_cast does.
  template <class T>
  T to() const {
    if constexpr (std::same_as<T, std::complex<float>> ||
                  std::same_as<T, std::complex<double>>) {
      using R = typename T::value_type;
      return T(static_cast<R>(to<double>()),
               static_cast<R>(is_complex() ? imag_ : 0.0));
    } else if constexpr (std::same_as<T, bool>) {
      return is_floating() || is_complex() ? float_ != 0 || imag_ != 0
                                           : int_ != 0;
    } else if constexpr (std::integral<T> || std::floating_point<T>) {
      return is_floating() || is_complex() ? static_cast<T>(float_)
                                           : static_cast<T>(int_);
    } else {
      return T(static_cast<float>(to<double>()));
    }
  }

  /// bool_, int64, the default dtype or its complex twin.
  Dtype dtype() const;

  friend bool operator==(const Scalar& a, const Scalar& b);

 private:
  Kind kind_;
  int64_t int_ = 0;
  double float_ = 0;
  double imag_ = 0;
};

/// As Python prints it: "True", "3", "0.1", "(1+2j)".
std::string to_string(const Scalar& value);

/// Python's repr of a float: the shortest text that reads back, "1e-05", "2.0".
std::string python_float(double value);

}  // namespace cresset

#endif  // CRESSET_TENSOR_BASE_SCALAR_H_
