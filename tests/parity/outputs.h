// What an op returns, as the flat list of tensors and numbers of a case.

#ifndef CRESSET_TESTS_PARITY_OUTPUTS_H_
#define CRESSET_TESTS_PARITY_OUTPUTS_H_

#include <array>
#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "cresset/serialize/value.h"

namespace cresset::parity {

using Outputs = std::vector<Value>;

inline void append_output(Outputs& out, const Tensor& x) {
  out.push_back(Value(x));
}

template <class T>
requires std::integral<T> || std::floating_point<T>
void append_output(Outputs& out, T number) { out.push_back(Value(number)); }

template <class T>
void append_output(Outputs& out, const std::vector<T>& list) {
  for (const T& item : list) append_output(out, item);
}

// Pairs and tuples, and below the structs of two that ops return.
template <class T>
requires requires { std::tuple_size<T>::value; }
void append_output(Outputs& out, const T& results) {
  std::apply([&](const auto&... item) { (append_output(out, item), ...); },
             results);
}

template <class T>
requires(std::is_aggregate_v<T>&& requires {
  T{Tensor(), Tensor()};
}) void append_output(Outputs& out, const T& results) {
  const auto& [first, second] = results;
  append_output(out, first);
  append_output(out, second);
}

template <class T>
Outputs flat(const T& result) {
  if constexpr (std::same_as<T, Outputs>) {
    return result;
  } else {
    Outputs out;
    append_output(out, result);
    return out;
  }
}

}  // namespace cresset::parity

#endif  // CRESSET_TESTS_PARITY_OUTPUTS_H_
