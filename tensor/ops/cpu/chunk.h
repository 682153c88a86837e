// Chunk functions from op structs; for kernel sources only, inside the
// namespace of their instruction set level.

#ifndef CRESSET_TENSOR_OPS_CPU_CHUNK_H_
#define CRESSET_TENSOR_OPS_CPU_CHUNK_H_

#include <cstdint>

#include "cresset/tensor/ops/cpu/chunk_row.h"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

template <class Op, class T>
void unary_chunk(const void* op, int64_t n, void* y, const void* const* x) {
  const Op f = *static_cast<const Op*>(op);
  const T* a = static_cast<const T*>(x[0]);
  T* out = static_cast<T*>(y);
  for (int64_t i = 0; i < n; ++i) out[i] = f.template value<T>(a[i]);
}

// g and the saved tensor in, the gradient out. An op that saves nothing gets g
// in its place and ignores it.
template <class Op, class T>
void unary_grad_chunk(const void* op, int64_t n, void* y,
                      const void* const* x) {
  const Op f = *static_cast<const Op*>(op);
  const T* g = static_cast<const T*>(x[0]);
  const T* saved =
      static_cast<const T*>(x[Op::kSaves == Saves::kNothing ? 0 : 1]);
  T* out = static_cast<T*>(y);
  for (int64_t i = 0; i < n; ++i) {
    out[i] = f.template grad<T>(g[i], saved[i], saved[i]);
  }
}

template <class Op, class T>
void binary_chunk(const void* op, int64_t n, void* y, const void* const* x) {
  const Op f = *static_cast<const Op*>(op);
  const T* a = static_cast<const T*>(x[0]);
  const T* b = static_cast<const T*>(x[1]);
  T* out = static_cast<T*>(y);
  for (int64_t i = 0; i < n; ++i) out[i] = f.template value<T>(a[i], b[i]);
}

// A comparison or test: writes bool.
template <class Op, class T>
void compare_chunk(const void* op, int64_t n, void* y, const void* const* x) {
  const Op f = *static_cast<const Op*>(op);
  const T* a = static_cast<const T*>(x[0]);
  const T* b = static_cast<const T*>(x[1]);
  uint8_t* out = static_cast<uint8_t*>(y);
  for (int64_t i = 0; i < n; ++i) {
    out[i] = static_cast<uint8_t>(f.template value<T>(a[i], b[i]));
  }
}

template <class Op, class T>
void test_chunk(const void* op, int64_t n, void* y, const void* const* x) {
  const Op f = *static_cast<const Op*>(op);
  const T* a = static_cast<const T*>(x[0]);
  uint8_t* out = static_cast<uint8_t*>(y);
  for (int64_t i = 0; i < n; ++i) {
    out[i] = static_cast<uint8_t>(f.template value<T>(a[i]));
  }
}

template <class Op, class T>
void ternary_chunk(const void* op, int64_t n, void* y, const void* const* x) {
  const Op f = *static_cast<const Op*>(op);
  const T* a = static_cast<const T*>(x[0]);
  const T* b = static_cast<const T*>(x[1]);
  const T* c = static_cast<const T*>(x[2]);
  T* out = static_cast<T*>(y);
  for (int64_t i = 0; i < n; ++i) {
    out[i] = f.template value<T>(a[i], b[i], c[i]);
  }
}

// The rows of a family's table, one per op of its list, from one of the
// templates above.
#define CRESSET_CHUNK_ROWS(chunk)                                         \
  template <class Op>                                                     \
  constexpr ChunkRow chunk##_row() {                                      \
    if constexpr (Op::kDomain == Domain::kNumber) {                       \
      return {{chunk<Op, float>, chunk<Op, double>, chunk<Op, int64_t>}}; \
    } else {                                                              \
      return {{chunk<Op, float>, chunk<Op, double>, nullptr}};            \
    }                                                                     \
  }                                                                       \
  template <class List>                                                   \
  struct chunk##_rows;                                                    \
  template <class... Ops>                                                 \
  struct chunk##_rows<OpList<Ops...>> {                                   \
    static constexpr ChunkRow kRows[] = {chunk##_row<Ops>()...};          \
  }

CRESSET_CHUNK_ROWS(unary_chunk);
CRESSET_CHUNK_ROWS(binary_chunk);
CRESSET_CHUNK_ROWS(compare_chunk);
CRESSET_CHUNK_ROWS(test_chunk);
CRESSET_CHUNK_ROWS(ternary_chunk);

#undef CRESSET_CHUNK_ROWS

// Gradients are floating.
template <class List>
struct unary_grad_chunk_rows;
template <class... Ops>
struct unary_grad_chunk_rows<OpList<Ops...>> {
  static constexpr ChunkRow kRows[] = {
      {{unary_grad_chunk<Ops, float>, unary_grad_chunk<Ops, double>,
        nullptr}}...};
};

}  // namespace cresset::internal::CRESSET_CPU_LEVEL

#endif  // CRESSET_TENSOR_OPS_CPU_CHUNK_H_
