// The conversion of one element between any two dtypes, for kernels of every
// device.

#ifndef CRESSET_TENSOR_CORE_CONVERT_VALUE_H_
#define CRESSET_TENSOR_CORE_CONVERT_VALUE_H_

#include <complex>
#include <cstdint>
#include <type_traits>

#include "cresset/tensor/base/half.h"
#include "cresset/tensor/base/math_bits.h"  // CRESSET_HD

namespace cresset::internal {

template <class T>
inline constexpr bool kIsComplexType = std::is_same_v<T, std::complex<float>> ||
                                       std::is_same_v<T, std::complex<double>>;

// The real part of a complex number goes to real dtypes; what is not zero is
// true.
template <class To, class From>
CRESSET_HD To convert_value(From value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (std::is_same_v<To, bool>) {
    if constexpr (std::is_arithmetic_v<From> || kIsComplexType<From>) {
      return value != From(0);
    } else {
      return static_cast<float>(value) != 0.0f;
    }
  } else if constexpr (kIsComplexType<To>) {
    using R = typename To::value_type;
    if constexpr (kIsComplexType<From>) {
      return To(static_cast<R>(value.real()), static_cast<R>(value.imag()));
    } else {
      return To(convert_value<R>(value), R(0));
    }
  } else if constexpr (kIsComplexType<From>) {
    return convert_value<To>(value.real());
  } else if constexpr (std::is_integral_v<To> && !std::is_integral_v<From>) {
    // Through int64, as x86 and PyTorch do: out-of-range floats wrap.
    const auto wide = static_cast<double>(value);
    if constexpr (std::is_same_v<To, uint64_t>) {
      if (wide >= 0x1p63) {
        return wide < 0x1p64 ? static_cast<uint64_t>(wide) : 0;
      }
    }
    // The minimum is what the instruction yields for NaN and out of range.
    const bool fits = wide >= -0x1p63 && wide < 0x1p63;
    return static_cast<To>(fits ? static_cast<int64_t>(wide) : INT64_MIN);
  } else if constexpr (std::is_arithmetic_v<To> && std::is_arithmetic_v<From>) {
    return static_cast<To>(value);
  } else if constexpr (std::is_arithmetic_v<To>) {
    return static_cast<To>(static_cast<float>(value));
  } else {
    return To(static_cast<float>(value));
  }
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_CONVERT_VALUE_H_
