// From a Value of a case to the C++ type that a row's lambda takes.
//
// Convert<T>::fits says whether the conversion is one that PyTorch would make
// (an int for a float, an int for a list of ints; never a bool for an int), so
// that the rows of one op act as overloads.

#ifndef CRESSET_TESTS_PARITY_CONVERT_H_
#define CRESSET_TESTS_PARITY_CONVERT_H_

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "cresset/serialize/value.h"

namespace cresset::parity {

/// A parameter that changes nothing that a case can see: memory_format,
/// pin_memory, foreach.
struct Ignored {};

/// A parameter that Cresset lacks: only its default value fits.
struct Absent {};

using Tensors = std::vector<Tensor>;

inline bool is_sequence(const Value& v) {
  return v.is_list() || v.is_tuple() || v.kind() == ValueKind::kSize;
}

inline std::vector<Value> sequence(const Value& v) {
  if (v.kind() != ValueKind::kSize) return v.elements();
  const Shape shape = v.as_shape();
  return std::vector<Value>(shape.begin(), shape.end());
}

template <class T>
struct Convert;

template <>
struct Convert<Value> {
  static bool fits(const Value&) { return true; }
  static Value get(const Value& v) { return v; }
};

template <>
struct Convert<Ignored> {
  static bool fits(const Value&) { return true; }
  static Ignored get(const Value&) { return {}; }
};

template <>
struct Convert<Absent> {
  static bool fits(const Value& v) {
    return v.is_none() || (v.is_bool() && !v.as_bool());
  }
  static Absent get(const Value&) { return {}; }
};

template <>
struct Convert<Tensor> {
  static bool fits(const Value& v) { return v.is_tensor(); }
  static Tensor get(const Value& v) { return v.as_tensor(); }
};

template <>
struct Convert<bool> {
  static bool fits(const Value& v) { return v.is_bool(); }
  static bool get(const Value& v) { return v.as_bool(); }
};

template <>
struct Convert<int64_t> {
  static bool fits(const Value& v) { return v.is_int(); }
  static int64_t get(const Value& v) { return v.as_int(); }
};

template <>
struct Convert<double> {
  static bool fits(const Value& v) { return v.is_int() || v.is_float(); }
  static double get(const Value& v) { return v.as_float(); }
};

template <>
struct Convert<Scalar> {
  static bool fits(const Value& v) {
    return v.is_int() || v.is_float() || v.is_bool() || v.is_complex() ||
           (v.is_tensor() && v.as_tensor().dim() == 0 &&
            !v.as_tensor().requires_grad());
  }
  static Scalar get(const Value& v) {
    if (v.is_tensor()) return v.as_tensor().item();
    if (v.is_bool()) return v.as_bool();
    if (v.is_int()) return v.as_int();
    if (v.is_complex()) return v.as_complex();
    return v.as_float();
  }
};

template <>
struct Convert<std::string> {
  static bool fits(const Value& v) { return v.is_str(); }
  static std::string get(const Value& v) { return v.as_str(); }
};

template <>
struct Convert<Dtype> {
  static bool fits(const Value& v) { return v.kind() == ValueKind::kDtype; }
  static Dtype get(const Value& v) { return v.as_dtype(); }
};

template <>
struct Convert<Device> {
  static bool fits(const Value& v) {
    return v.kind() == ValueKind::kDevice || v.is_str();
  }
  static Device get(const Value& v) {
    return v.is_str() ? Device(v.as_str()) : v.as_device();
  }
};

template <class T>
struct Convert<std::optional<T>> {
  static bool fits(const Value& v) {
    return v.is_none() || Convert<T>::fits(v);
  }
  static std::optional<T> get(const Value& v) {
    if (v.is_none()) return std::nullopt;
    return Convert<T>::get(v);
  }
};

template <class T>
struct Convert<std::vector<T>> {
  static constexpr bool kTakesOne = !std::same_as<T, Tensor>;

  static bool fits(const Value& v) {
    if (!is_sequence(v)) return kTakesOne && Convert<T>::fits(v);
    const std::vector<Value> elements = sequence(v);
    return std::all_of(elements.begin(), elements.end(), Convert<T>::fits);
  }
  static std::vector<T> get(const Value& v) {
    if (!is_sequence(v)) return {Convert<T>::get(v)};
    std::vector<T> result;
    for (const Value& element : sequence(v)) {
      result.push_back(Convert<T>::get(element));
    }
    return result;
  }
};

// PyTorch takes a single int where it wants a list of ints.
template <>
struct Convert<Ints> {
  static bool fits(const Value& v) {
    return Convert<std::vector<int64_t>>::fits(v);
  }
  static Ints get(const Value& v) {
    return IntSpan(Convert<std::vector<int64_t>>::get(v));
  }
};

}  // namespace cresset::parity

#endif  // CRESSET_TESTS_PARITY_CONVERT_H_
