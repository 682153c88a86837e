// Vectors of the level that a kernel source is compiled for, by the compiler's
// vector extensions: arithmetic works element by element, and a scalar operand
// is repeated. For kernel sources only (tensor/core/cpu_level.h).

#ifndef CRESSET_TENSOR_OPS_CPU_SIMD_H_
#define CRESSET_TENSOR_OPS_CPU_SIMD_H_

#include <cstdint>

namespace cresset::internal::CRESSET_CPU_LEVEL {

#if defined(CRESSET_CPU_LEVEL_AVX512)
#define CRESSET_VECTOR_BYTES 64
#elif defined(CRESSET_CPU_LEVEL_AVX2)
#define CRESSET_VECTOR_BYTES 32
#else
#define CRESSET_VECTOR_BYTES 16
#endif

template <class T>
struct Simd;

template <>
struct Simd<float> {
  typedef float Vec __attribute__((vector_size(CRESSET_VECTOR_BYTES)));
  typedef float Unaligned
      __attribute__((vector_size(CRESSET_VECTOR_BYTES), aligned(4), may_alias));
};

template <>
struct Simd<double> {
  typedef double Vec __attribute__((vector_size(CRESSET_VECTOR_BYTES)));
  typedef double Unaligned
      __attribute__((vector_size(CRESSET_VECTOR_BYTES), aligned(8), may_alias));
};

template <class T>
using Vec = typename Simd<T>::Vec;

// Elements in a vector.
template <class T>
constexpr int kLanes = CRESSET_VECTOR_BYTES / static_cast<int>(sizeof(T));

template <class T>
inline __attribute__((always_inline)) Vec<T> load(const T* from) {
  return *reinterpret_cast<const typename Simd<T>::Unaligned*>(from);
}

template <class T>
inline __attribute__((always_inline)) void store(T* to, Vec<T> value) {
  *reinterpret_cast<typename Simd<T>::Unaligned*>(to) = value;
}

// Keeps the compiler from fusing the operation that made `value` with the next
// one. Of a * b + c * d it may fuse either product, and not the same one in two
// copies of the code.
template <class V>
inline __attribute__((always_inline)) V rounded(V value) {
#if defined(CRESSET_CPU_LEVEL_AVX512)
  asm("" : "+v"(value));
#elif defined(__x86_64__)
  asm("" : "+x"(value));
#endif
  return value;
}

// The sum of a vector's elements, in a fixed order.
template <class T>
inline __attribute__((always_inline)) T sum_of(Vec<T> value) {
  T parts[kLanes<T>];
  store(parts, value);
  for (int width = kLanes<T> / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; ++i) parts[i] += parts[i + width];
  }
  return parts[0];
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL

// Unrolls the loop that follows completely.
#if defined(__clang__)
#define CRESSET_UNROLL _Pragma("clang loop unroll(full)")
#else
#define CRESSET_UNROLL _Pragma("GCC unroll 32")
#endif

#endif  // CRESSET_TENSOR_OPS_CPU_SIMD_H_
