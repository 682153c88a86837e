// Elements whose dtype is known when the kernel runs: read and written as one
// of four types that hold them all, so that one kernel serves many dtypes.

#ifndef CRESSET_CUDA_OPS_ELEMENT_CUH_
#define CRESSET_CUDA_OPS_ELEMENT_CUH_

#include <cuda_runtime.h>

#include <cstdint>

#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/base/error.h"

namespace cresset::internal::cuda {

// A complex number that is only added and multiplied.
struct Complex {
  double re, im;
};
__host__ __device__ inline Complex operator+(Complex a, Complex b) {
  return {a.re + b.re, a.im + b.im};
}
__host__ __device__ inline Complex operator*(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

// Calls f with a float, double, int64_t or Complex, which hold all elements of
// `dtype`: float for float32 and the 16-bit floats, int64_t for integers and
// bool.
template <class F>
void visit_wide(Dtype dtype, const char* op, F&& f) {
  if (dtype == float32 || dtype == float16 || dtype == bfloat16) {
    return f(float{});
  }
  if (dtype == float64) return f(double{});
  if (is_complex(dtype)) return f(Complex{});
  CRESSET_CHECK(dtype <= Dtype::kInt64, kDtype, op, ": elements of ", dtype,
                " cannot be combined");
  f(int64_t{});
}

// An array of elements of a dtype, as numbers of type W.
template <class W>
struct Elements;

template <>
struct Elements<float> {
  void* data;
  Dtype dtype;

  __device__ float load(int64_t i) const {
    if (dtype == Dtype::kFloat32) return static_cast<const float*>(data)[i];
    if (dtype == Dtype::kFloat16) return static_cast<const Half*>(data)[i];
    return static_cast<const BFloat16*>(data)[i];
  }
  __device__ void store(int64_t i, float value) const {
    if (dtype == Dtype::kFloat32) {
      static_cast<float*>(data)[i] = value;
    } else if (dtype == Dtype::kFloat16) {
      static_cast<Half*>(data)[i] = value;
    } else {
      static_cast<BFloat16*>(data)[i] = value;
    }
  }
};

template <>
struct Elements<double> {
  void* data;
  Dtype dtype;

  __device__ double load(int64_t i) const {
    return static_cast<const double*>(data)[i];
  }
  __device__ void store(int64_t i, double value) const {
    static_cast<double*>(data)[i] = value;
  }
};

template <>
struct Elements<int64_t> {
  void* data;
  Dtype dtype;

  __device__ int64_t load(int64_t i) const {
    switch (dtype) {
      case Dtype::kInt64:
        return static_cast<const int64_t*>(data)[i];
      case Dtype::kInt32:
        return static_cast<const int32_t*>(data)[i];
      case Dtype::kInt16:
        return static_cast<const int16_t*>(data)[i];
      case Dtype::kInt8:
        return static_cast<const int8_t*>(data)[i];
      default:  // uint8 and bool
        return static_cast<const uint8_t*>(data)[i];
    }
  }
  __device__ void store(int64_t i, int64_t value) const {
    switch (dtype) {
      case Dtype::kInt64:
        static_cast<int64_t*>(data)[i] = value;
        break;
      case Dtype::kInt32:
        static_cast<int32_t*>(data)[i] = static_cast<int32_t>(value);
        break;
      case Dtype::kInt16:
        static_cast<int16_t*>(data)[i] = static_cast<int16_t>(value);
        break;
      case Dtype::kInt8:
        static_cast<int8_t*>(data)[i] = static_cast<int8_t>(value);
        break;
      case Dtype::kBool:
        static_cast<uint8_t*>(data)[i] = value != 0;
        break;
      default:
        static_cast<uint8_t*>(data)[i] = static_cast<uint8_t>(value);
    }
  }
};

template <>
struct Elements<Complex> {
  void* data;
  Dtype dtype;

  __device__ Complex load(int64_t i) const {
    if (dtype == Dtype::kComplex128) {
      const double* at = static_cast<const double*>(data) + 2 * i;
      return {at[0], at[1]};
    }
    const float* at = static_cast<const float*>(data) + 2 * i;
    return {at[0], at[1]};
  }
  __device__ void store(int64_t i, Complex value) const {
    if (dtype == Dtype::kComplex128) {
      double* at = static_cast<double*>(data) + 2 * i;
      at[0] = value.re;
      at[1] = value.im;
    } else {
      float* at = static_cast<float*>(data) + 2 * i;
      at[0] = static_cast<float>(value.re);
      at[1] = static_cast<float>(value.im);
    }
  }
};

// 16 bytes that are moved as one.
struct alignas(16) Bytes16 {
  uint64_t words[2];
};

// Calls f with an unsigned integer of `bytes` bytes, or Bytes16.
template <class F>
void visit_bytes(size_t bytes, F&& f) {
  switch (bytes) {
    case 1:
      return f(uint8_t{});
    case 2:
      return f(uint16_t{});
    case 4:
      return f(uint32_t{});
    case 8:
      return f(uint64_t{});
    default:
      return f(Bytes16{});
  }
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_ELEMENT_CUH_
