// Chunk functions from op structs; for kernel sources only, inside the
// namespace of their instruction set level.

#ifndef CRESSET_TENSOR_OPS_CPU_CHUNK_H_
#define CRESSET_TENSOR_OPS_CPU_CHUNK_H_

#include <cstdint>

#include "cresset/tensor/ops/cpu/chunk_row.h"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

// The element types of results and of the first input.
template <class Op, class T>
using Result = std::conditional_t<Op::kWritesBool, uint8_t, T>;
template <class Op, class T>
using First = std::conditional_t<Op::kReadsMask, uint8_t, T>;

// Floats by the op's form for small numbers where a block holds no others, NaN
// included.
template <class Op>
void small_chunk(const Op& f, int64_t n, float* y, const float* x) {
  constexpr int64_t kBlock = 512;
  for (int64_t at = 0; at < n; at += kBlock) {
    const int64_t end = at + kBlock < n ? at + kBlock : n;
    int large = 0;
    for (int64_t i = at; i < end; ++i) {
      large |= static_cast<int>(!(math::abs(x[i]) <= Op::kSmall));
    }
    if (large == 0) {
      for (int64_t i = at; i < end; ++i) y[i] = f.small(x[i]);
    } else {
      for (int64_t i = at; i < end; ++i) y[i] = f.template value<float>(x[i]);
    }
  }
}

template <class Op, class T>
constexpr bool has_small(decltype(Op::kSmall)*) {
  return std::is_same_v<T, float>;
}
template <class Op, class T>
constexpr bool has_small(...) {
  return false;
}

template <class Op, class T>
void value_chunk(const void* op, int64_t n, void* y, const void* const* x) {
  const Op f = *static_cast<const Op*>(op);
  auto* out = static_cast<Result<Op, T>*>(y);
  const auto* a = static_cast<const First<Op, T>*>(x[0]);
  if constexpr (has_small<Op, T>(nullptr)) {
    small_chunk(f, n, out, a);
  } else if constexpr (Op::kArity == 1) {
    for (int64_t i = 0; i < n; ++i) {
      out[i] = static_cast<Result<Op, T>>(f.template value<T>(a[i]));
    }
  } else if constexpr (Op::kArity == 2) {
    const T* b = static_cast<const T*>(x[1]);
    for (int64_t i = 0; i < n; ++i) {
      out[i] = static_cast<Result<Op, T>>(f.template value<T>(a[i], b[i]));
    }
  } else {
    const T* b = static_cast<const T*>(x[1]);
    const T* c = static_cast<const T*>(x[2]);
    for (int64_t i = 0; i < n; ++i) {
      out[i] =
          static_cast<Result<Op, T>>(f.template value<T>(a[i], b[i], c[i]));
    }
  }
}

// g and the saved tensor in, the gradient out. An op that saves nothing gets g
// in its place and ignores it.
template <class Op, class T>
void grad_chunk(const void* op, int64_t n, void* y, const void* const* x) {
  const Op f = *static_cast<const Op*>(op);
  const T* g = static_cast<const T*>(x[0]);
  const T* saved =
      static_cast<const T*>(x[Op::kSaves == Saves::kNothing ? 0 : 1]);
  T* out = static_cast<T*>(y);
  for (int64_t i = 0; i < n; ++i) {
    out[i] = f.template grad<T>(g[i], saved[i], saved[i]);
  }
}

template <class Op>
constexpr bool has_grad(decltype(Op::kSaves)*) {
  return true;
}
template <class Op>
constexpr bool has_grad(...) {
  return false;
}

template <class Op>
constexpr ChunkRow row_of() {
  ChunkRow row = {};
  if constexpr (computes_floats(Op::kDomain)) {
    row.value[0] = value_chunk<Op, float>;
    row.value[1] = value_chunk<Op, double>;
  }
  if constexpr (computes_integers(Op::kDomain)) {
    row.value[2] = value_chunk<Op, int64_t>;
  }
  if constexpr (has_grad<Op>(nullptr)) {
    row.grad[0] = grad_chunk<Op, float>;
    row.grad[1] = grad_chunk<Op, double>;
  }
  return row;
}

template <class List>
struct RowsOf;
template <class... Ops>
struct RowsOf<OpList<Ops...>> {
  static constexpr ChunkRow kRows[] = {row_of<Ops>()...};
};

}  // namespace cresset::internal::CRESSET_CPU_LEVEL

#endif  // CRESSET_TENSOR_OPS_CPU_CHUNK_H_
