// Elements of any dtype in kernels: read as, and written from, the type that a
// kernel computes in. The dtype is the same for all threads of a launch, so
// the switch costs no divergence.

#ifndef CRESSET_CUDA_OPS_CONVERT_CUH_
#define CRESSET_CUDA_OPS_CONVERT_CUH_

#include <cuda_runtime.h>

#include <complex>
#include <cstdint>
#include <type_traits>

#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/core/convert_value.h"

namespace cresset::internal::cuda {

// The 16-bit floats by the instructions that the device has for them.
__device__ inline float half_bits_to_float(uint16_t bits) {
#ifdef __CUDA_ARCH__
  float y;
  asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(bits));
  return y;
#else
  return half_to_float(bits);
#endif
}
__device__ inline uint16_t float_to_half_bits(float x) {
#ifdef __CUDA_ARCH__
  uint16_t y;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y) : "f"(x));
  return y;
#else
  return float_to_half(x);
#endif
}
__device__ inline uint16_t float_to_bfloat16_bits(float x) {
#ifdef __CUDA_ARCH__
  uint16_t y;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(y) : "f"(x));
  return y;
#else
  return float_to_bfloat16(x);
#endif
}

// One element to another type, by the CPU's rules (convert_value.h).
template <class To, class From>
__device__ To converted(From value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (std::is_same_v<From, Half>) {
    return convert_value<To>(half_bits_to_float(value.bits));
  } else if constexpr (std::is_same_v<From, BFloat16>) {
    return convert_value<To>(bfloat16_to_float(value.bits));
  } else if constexpr (std::is_same_v<To, Half>) {
    To y;
    y.bits = float_to_half_bits(convert_value<float>(value));
    return y;
  } else if constexpr (std::is_same_v<To, BFloat16>) {
    To y;
    y.bits = float_to_bfloat16_bits(convert_value<float>(value));
    return y;
  } else {
    return convert_value<To>(value);
  }
}

// `count` elements of one type, read or written at once.
template <class T, int count>
struct alignas(sizeof(T) * count > 16 ? 16 : sizeof(T) * count) Pack {
  T at[count];
};

// N elements of type T at p, which is aligned to sizeof(T) * N bytes (16 if
// that is more), as V.
template <class T, int N, class V>
__device__ void load_elements(const void* p, V (&y)[N]) {
  // A bool of a file may hold any byte.
  using Stored = std::conditional_t<std::is_same_v<T, bool>, uint8_t, T>;
  const auto x = *static_cast<const Pack<Stored, N>*>(p);
#pragma unroll
  for (int i = 0; i < N; ++i) {
    if constexpr (std::is_same_v<T, bool>) {
      y[i] = converted<V>(x.at[i] != 0);
    } else {
      y[i] = converted<V>(x.at[i]);
    }
  }
}
template <class T, int N, class V>
__device__ void store_elements(void* p, const V (&x)[N]) {
  Pack<T, N> y;
#pragma unroll
  for (int i = 0; i < N; ++i) y.at[i] = converted<T>(x[i]);
  *static_cast<Pack<T, N>*>(p) = y;
}

// Calls f(T{}) with the element type of `dtype`: visit_dtype for kernels.
template <class F>
__device__ void device_visit(Dtype dtype, F&& f) {
  switch (dtype) {
    case Dtype::kBool:
      return f(bool{});
    case Dtype::kUint8:
      return f(uint8_t{});
    case Dtype::kInt8:
      return f(int8_t{});
    case Dtype::kInt16:
      return f(int16_t{});
    case Dtype::kInt32:
      return f(int32_t{});
    case Dtype::kInt64:
      return f(int64_t{});
    case Dtype::kFloat16:
      return f(Half{});
    case Dtype::kBfloat16:
      return f(BFloat16{});
    case Dtype::kFloat32:
      return f(float{});
    case Dtype::kFloat64:
      return f(double{});
    case Dtype::kComplex64:
      return f(std::complex<float>{});
    case Dtype::kComplex128:
      return f(std::complex<double>{});
    case Dtype::kUint16:
      return f(uint16_t{});
    case Dtype::kUint32:
      return f(uint32_t{});
    case Dtype::kUint64:
      return f(uint64_t{});
    case Dtype::kFloat8E4M3FN:
      return f(Float8E4M3FN{});
    case Dtype::kFloat8E5M2:
      return f(Float8E5M2{});
  }
}

// N elements of any dtype at p (aligned as above) as V.
template <int N, class V>
__device__ void load_as(const void* p, Dtype dtype, V (&y)[N]) {
  device_visit(dtype, [&](auto t) { load_elements<decltype(t)>(p, y); });
}
template <int N, class V>
__device__ void store_as(void* p, Dtype dtype, const V (&x)[N]) {
  device_visit(dtype, [&](auto t) { store_elements<decltype(t)>(p, x); });
}

// One element of any dtype. Never inlined: what is rare in a kernel should not
// fill its code.
template <class V>
__device__ __attribute__((noinline)) V load_any(const void* p, Dtype dtype) {
  V y[1];
  load_as(p, dtype, y);
  return y[0];
}
template <class V>
__device__ __attribute__((noinline)) void store_any(void* p, Dtype dtype, V x) {
  const V values[1] = {x};
  store_as(p, dtype, values);
}

// Element `index` of an array of any dtype.
template <class V>
__device__ V load_as(const void* data, Dtype dtype, int64_t index) {
  return load_any<V>(static_cast<const char*>(data) +
                         index * static_cast<int64_t>(itemsize(dtype)),
                     dtype);
}
template <class V>
__device__ void store_as(void* data, Dtype dtype, int64_t index, V value) {
  store_any(
      static_cast<char*>(data) + index * static_cast<int64_t>(itemsize(dtype)),
      dtype, value);
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_CONVERT_CUH_
