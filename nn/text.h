// Pieces of extra_repr(): numbers and lists as Python prints them.

#ifndef CRESSET_NN_TEXT_H_
#define CRESSET_NN_TEXT_H_

#include <optional>
#include <string>

#include "cresset/tensor/base/scalar.h"
#include "cresset/tensor/base/shape.h"

namespace cresset::internal {

inline const char* python_bool(bool value) { return value ? "True" : "False"; }

// "(3, 3)", "(3,)"
inline std::string python_tuple(IntSpan values) {
  std::string out = "(";
  for (size_t i = 0; i < values.size(); ++i) {
    if (i != 0) out += ", ";
    out += std::to_string(values[i]);
  }
  return out + (values.size() == 1 ? ",)" : ")");
}

// One integer without parentheses: "3", "(3, 5)".
inline std::string python_ints(const Ints& values) {
  return values.size() == 1 ? std::to_string(values[0]) : python_tuple(values);
}

inline std::string python_optional(const std::optional<double>& value) {
  return value ? python_float(*value) : "None";
}

inline std::string python_optional(const std::optional<int64_t>& value) {
  return value ? std::to_string(*value) : "None";
}

}  // namespace cresset::internal

#endif  // CRESSET_NN_TEXT_H_
