#include "cresset/tests/parity/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "cresset/tests/parity/outcome.h"

namespace cresset::parity {
namespace {

using cresset::internal::concat;

bool agree(double got, double want, Tolerance tolerance) {
  if (std::isnan(want) || std::isnan(got)) {
    return std::isnan(want) && std::isnan(got);
  }
  if (std::isinf(want) || std::isinf(got)) return got == want;
  return std::abs(got - want) <=
         tolerance.absolute + tolerance.relative * std::abs(want);
}

template <class T>
bool agree(const T& got, const T& want, Tolerance tolerance) {
  if constexpr (std::is_same_v<T, std::complex<float>> ||
                std::is_same_v<T, std::complex<double>>) {
    return agree(static_cast<double>(got.real()), want.real(), tolerance) &&
           agree(static_cast<double>(got.imag()), want.imag(), tolerance);
  } else if constexpr (std::is_integral_v<T>) {
    return got == want;
  } else {
    return agree(static_cast<double>(static_cast<float>(got)),
                 static_cast<double>(static_cast<float>(want)), tolerance);
  }
}

// Position of the element with row-major number `flat`.
std::string position(int64_t flat, IntSpan sizes) {
  Shape at(sizes.size());
  for (size_t i = sizes.size(); i-- > 0;) {
    at[i] = flat % sizes[i];
    flat /= sizes[i];
  }
  return to_string(at);
}

std::string number(const Tensor& x, int64_t i) {
  return visit_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    return to_string(Scalar([&] {
      if constexpr (std::is_same_v<T, Float8E4M3FN> ||
                    std::is_same_v<T, Float8E5M2>) {
        return static_cast<float>(x.data<T>()[i]);
      } else {
        return x.data<T>()[i];
      }
    }()));
  });
}

double number_of(const Value& value) {
  return value.is_tensor() ? value.as_tensor().item<double>()
                           : value.as_float();
}

bool is_number(const Value& value) {
  return value.is_int() || value.is_float() || value.is_bool();
}

void compare_lists(const std::string& what, const std::vector<Value>& got,
                   const std::vector<Value>& want) {
  if (got.size() != want.size()) {
    throw Mismatch(
        concat(what, ": got ", got.size(), " elements, want ", want.size()));
  }
  for (size_t i = 0; i < want.size(); ++i) {
    compare_trees(concat(what, "[", i, "]"), got[i], want[i]);
  }
}

void compare_dicts(const std::string& what, const Value& got,
                   const Value& want) {
  auto key = got.items().begin();
  for (const auto& [name, value] : want.items()) {
    if (key == got.items().end() || !(key->key == name)) {
      throw Mismatch(
          concat(what, ": got ",
                 key == got.items().end() ? "the end" : repr(key->key, 60),
                 " where the key ", repr(name, 60), " stands"));
    }
    compare_trees(concat(what, "[", repr(name, 60), "]"), key->value, value);
    ++key;
  }
  if (key != got.items().end()) {
    throw Mismatch(concat(what, ": got a further key ", repr(key->key, 60)));
  }
}

}  // namespace

Tolerance value_tolerance(Dtype dtype) {
  switch (dtype) {
    case float32:
    case complex64:
      return {1e-5, 1.3e-5};
    case float64:
    case complex128:
      return {1e-7, 1e-7};
    case float16:
      return {1e-5, 1e-3};
    case bfloat16:
      return {1e-5, 1.6e-2};
    default:
      return {0, 0};
  }
}

Tolerance gradient_tolerance(Dtype dtype) {
  if (dtype == float32 || dtype == complex64) return {1e-4, 1e-4};
  return value_tolerance(dtype);
}

Tolerance stream_tolerance(const Tensor& want) {
  if (!is_floating(want.dtype()) || want.numel() == 0) return {0, 0};
  const Tensor values = want.to(Device(), float64).contiguous();
  double largest = 0;
  for (int64_t i = 0; i < values.numel(); ++i) {
    largest = std::max(largest, std::abs(values.data<double>()[i]));
  }
  if (largest == 0) return {0, 0};
  const int digits = want.dtype() == float64    ? 52
                     : want.dtype() == float16  ? 10
                     : want.dtype() == bfloat16 ? 7
                                                : 23;
  return {2 * std::ldexp(1.0, std::ilogb(largest) - digits), 0};
}

void compare_tensors(const std::string& what, const Tensor& got,
                     const Tensor& want, Tolerance tolerance) {
  if (!got.defined()) throw Mismatch(what + ": got no tensor");
  if (got.dtype() != want.dtype()) {
    throw Mismatch(concat(what, ": got dtype ", to_string(got.dtype()),
                          ", want ", to_string(want.dtype())));
  }
  if (got.shape() != want.shape()) {
    throw Mismatch(
        concat(what, ": got shape ", got.shape(), ", want ", want.shape()));
  }
  const Tensor a = got.detach().cpu().contiguous();
  const Tensor b = want.detach().cpu().contiguous();
  int64_t first = -1, count = 0;
  visit_dtype(want.dtype(), [&](auto zero) {
    using T = decltype(zero);
    for (int64_t i = 0; i < b.numel(); ++i) {
      if (agree(a.data<T>()[i], b.data<T>()[i], tolerance)) continue;
      if (count++ == 0) first = i;
    }
  });
  if (count == 0) return;
  throw Mismatch(concat(what, ": got ", number(a, first), ", want ",
                        number(b, first), " at ", position(first, b.sizes()),
                        "; ", count, " of ", b.numel(), " elements of ",
                        to_string(b.dtype()), to_string(b.sizes()), " differ"));
}

void compare_outputs(const std::string& what, const Value& got,
                     const Value& want) {
  if (want.is_tensor()) {
    if (!got.is_tensor()) {
      throw Mismatch(concat(what, ": got ", repr(got, 60), ", want a tensor"));
    }
    const Dtype dtype = want.as_tensor().dtype();
    compare_tensors(what, got.as_tensor(), want.as_tensor(),
                    value_tolerance(dtype));
    return;
  }
  if (is_number(want) && (is_number(got) || got.is_tensor())) {
    const Tolerance tolerance =
        want.is_float() ? value_tolerance(float32) : Tolerance{};
    if (agree(number_of(got), number_of(want), tolerance)) return;
  } else if (got == want) {
    return;
  }
  throw Mismatch(
      concat(what, ": got ", repr(got, 60), ", want ", repr(want, 60)));
}

void compare_gradients(const std::string& what, const Tensor& got,
                       const Value& want) {
  if (want.is_none()) {
    if (!got.defined()) return;
    throw Mismatch(what + ": got a gradient, want none");
  }
  if (!got.defined()) throw Mismatch(what + ": got no gradient");
  compare_tensors(what, got, want.as_tensor(),
                  gradient_tolerance(want.as_tensor().dtype()));
}

void compare_trees(const std::string& what, const Value& got,
                   const Value& want) {
  if (want.is_tensor() || (is_number(want) && got.kind() == want.kind())) {
    if (!want.is_float()) return compare_outputs(what, got, want);
    if (agree(got.as_float(), want.as_float(), {1e-12, 1e-9})) return;
  } else if (got.kind() != want.kind()) {
    throw Mismatch(concat(what, ": got ", to_string(got.kind()), " ",
                          repr(got, 60), ", want ", to_string(want.kind()), " ",
                          repr(want, 60)));
  } else if (want.is_list() || want.is_tuple()) {
    return compare_lists(what, got.elements(), want.elements());
  } else if (want.is_dict()) {
    return compare_dicts(what, got, want);
  } else if (got == want) {
    return;
  }
  throw Mismatch(
      concat(what, ": got ", repr(got, 60), ", want ", repr(want, 60)));
}

}  // namespace cresset::parity
