// Combining one element with another; for the CPU's index kernels.

#ifndef CRESSET_TENSOR_OPS_PUT_OP_H_
#define CRESSET_TENSOR_OPS_PUT_OP_H_

#include <cmath>
#include <complex>
#include <type_traits>

#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tensor/ops/data_kernels.h"

namespace cresset::internal {

// The type that elements of T are combined in.
template <class T>
using PutType =
    std::conditional_t<std::is_arithmetic_v<T>, T,
                       std::conditional_t<sizeof(T) <= 2, float, T>>;

template <PutOp kOp, class T>
void combine(T& target, const T& value) {
  using W = PutType<T>;
  const W a = static_cast<W>(target), b = static_cast<W>(value);
  if constexpr (kOp == PutOp::kAssign) {
    target = value;
  } else if constexpr (std::is_same_v<T, bool>) {
    target = kOp == PutOp::kAdd || kOp == PutOp::kMax ? a || b : a && b;
  } else if constexpr (std::is_integral_v<T> && kOp == PutOp::kAdd) {
    // Integers wrap, as in PyTorch.
    target =
        static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  } else if constexpr (std::is_integral_v<T> && kOp == PutOp::kMul) {
    target =
        static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  } else if constexpr (kOp == PutOp::kAdd) {
    target = static_cast<T>(a + b);
  } else if constexpr (kOp == PutOp::kMul) {
    target = static_cast<T>(a * b);
  } else if constexpr (std::is_same_v<W, T> && !std::is_arithmetic_v<T>) {
    throw_error(ErrorCode::kDtype,
                "scatter: complex numbers have no minimum or maximum");
  } else {
    // NaN wins, as in PyTorch.
    const bool take = (kOp == PutOp::kMin ? b < a : b > a) || b != b;
    if (take && a == a) target = value;
  }
}

// Calls f with the op as a constant.
template <class F>
void visit_put_op(PutOp op, F&& f) {
  switch (op) {
    case PutOp::kAssign:
      return f(std::integral_constant<PutOp, PutOp::kAssign>{});
    case PutOp::kAdd:
      return f(std::integral_constant<PutOp, PutOp::kAdd>{});
    case PutOp::kMul:
      return f(std::integral_constant<PutOp, PutOp::kMul>{});
    case PutOp::kMin:
      return f(std::integral_constant<PutOp, PutOp::kMin>{});
    case PutOp::kMax:
      return f(std::integral_constant<PutOp, PutOp::kMax>{});
  }
}

struct Bytes16 {
  uint64_t words[2];
};

// Calls f(T{}) and with a constant op: for plain assignment with an unsigned
// integer of the element's size, so that a few functions serve all dtypes; for
// the others with the element's own type.
template <class F>
void visit_put(Dtype dtype, PutOp op, F&& f) {
  using Assign = std::integral_constant<PutOp, PutOp::kAssign>;
  if (op == PutOp::kAssign) {
    switch (itemsize(dtype)) {
      case 1:
        return f(uint8_t{}, Assign{});
      case 2:
        return f(uint16_t{}, Assign{});
      case 4:
        return f(uint32_t{}, Assign{});
      case 8:
        return f(uint64_t{}, Assign{});
      default:
        return f(Bytes16{}, Assign{});
    }
  }
  visit_dtype(dtype, [&](auto t) {
    using T = decltype(t);
    if constexpr (std::is_same_v<T, uint16_t> || std::is_same_v<T, uint32_t> ||
                  std::is_same_v<T, uint64_t> ||
                  std::is_same_v<T, Float8E4M3FN> ||
                  std::is_same_v<T, Float8E5M2>) {
      throw_error(ErrorCode::kDtype,
                  concat("index: elements of ", dtype, " cannot be combined"));
    } else {
      visit_put_op(op, [&](auto constant) {
        if constexpr (constant.value != PutOp::kAssign) f(T{}, constant);
      });
    }
  });
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_PUT_OP_H_
