// Tests of a device's kernels: the same op on the same elements must give what
// the CPU gives.

#ifndef CRESSET_TESTS_CUDA_COMPARE_H_
#define CRESSET_TESTS_CUDA_COMPARE_H_

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>

#include "cresset/tensor/core/tensor.h"
#include "cresset/tests/catch.h"

namespace cresset::testing {

inline const Device kGpu("cuda:0");

// Multiples of 1/8 from -3 to 3, of which integers keep the whole part, in no
// pattern. They lie on the CPU whatever the default device is.
inline Tensor numbers(IntSpan shape, Dtype dtype = float32, uint64_t seed = 1) {
  const Tensor x = empty(shape, {.dtype = float64, .device = Device()});
  uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
  for (int64_t i = 0; i < x.numel(); ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    x.data<double>()[i] = static_cast<double>((state >> 33) % 49) / 8 - 3;
  }
  return x.to(dtype);
}

// The same elements with these strides, in memory of x's device.
inline Tensor with_strides(const Tensor& x, IntSpan strides) {
  const Tensor y = empty_strided(x.sizes(), strides,
                                 {.dtype = x.dtype(), .device = x.device()});
  y.copy_(x);
  return y;
}
// The memory order of the dimensions reversed.
inline Tensor reversed(const Tensor& x) {
  Shape strides(x.sizes().size());
  int64_t next = 1;
  for (size_t d = 0; d < strides.size(); ++d) {
    strides[d] = next;
    next *= x.sizes()[d];
  }
  return with_strides(x, strides);
}
// A gap after each element.
inline Tensor gapped(const Tensor& x) {
  Shape strides = contiguous_strides(x.sizes());
  for (size_t d = 0; d < strides.size(); ++d) strides[d] *= 2;
  return with_strides(x, strides);
}
// Elements that start one element into their storage, unaligned for vectors.
inline Tensor shifted(const Tensor& x) {
  const Tensor y =
      empty({x.numel() + 1}, {.dtype = x.dtype(), .device = x.device()});
  const Tensor part =
      internal::alias(y, x.sizes(), contiguous_strides(x.sizes()), 1);
  return part.copy_(x);
}

// How much results in a dtype may differ, relative to max(1, |element|).
inline double tolerance_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::kFloat16:
      return 2e-3;
    case Dtype::kBfloat16:
      return 1.6e-2;
    case Dtype::kFloat32:
    case Dtype::kComplex64:
      return 2e-6;
    case Dtype::kFloat64:
    case Dtype::kComplex128:
      return 1e-13;
    default:
      return 0;
  }
}

// Where x differs from `wanted`, or nothing. NaN equals NaN.
inline std::string difference(const Tensor& x, const Tensor& wanted,
                              double tolerance) {
  if (x.dtype() != wanted.dtype()) {
    return std::string("dtype ") + to_string(x.dtype()) + ", wanted " +
           to_string(wanted.dtype());
  }
  if (x.sizes() != wanted.sizes()) {
    return "sizes " + to_string(x.sizes()) + ", wanted " +
           to_string(wanted.sizes());
  }
  if (x.strides() != wanted.strides()) {
    return "strides " + to_string(x.strides()) + ", wanted " +
           to_string(wanted.strides());
  }
  const bool whole = is_integral(x.dtype(), true);
  const Dtype wide = is_complex(x.dtype()) ? complex128
                     : whole               ? int64
                                           : float64;
  const Tensor a = x.detach().to(Device(), x.dtype()).to(wide).contiguous();
  const Tensor b = wanted.detach().to(wide).contiguous();
  const int64_t n = b.numel() * (wide == complex128 ? 2 : 1);
  for (int64_t i = 0; i < n; ++i) {
    if (wide == int64) {
      const int64_t got = a.data<int64_t>()[i], want = b.data<int64_t>()[i];
      if (got == want) continue;
      return "element " + std::to_string(i) + ": " + std::to_string(got) +
             ", wanted " + std::to_string(want);
    }
    const double got = static_cast<const double*>(a.raw_data())[i];
    const double want = static_cast<const double*>(b.raw_data())[i];
    if (got == want || (std::isnan(got) && std::isnan(want))) continue;
    const double scale = std::fmax(1, std::fabs(want));
    if (std::fabs(got - want) <= tolerance * scale) continue;
    return "element " + std::to_string(i) + ": " + std::to_string(got) +
           ", wanted " + std::to_string(want);
  }
  return "";
}

inline void check_same(const Tensor& x, const Tensor& wanted,
                       double tolerance = -1) {
  if (tolerance < 0) tolerance = tolerance_of(wanted.dtype());
  CHECK(x.device().is_cuda());
  CHECK(difference(x, wanted, tolerance) == "");
}

}  // namespace cresset::testing

#endif  // CRESSET_TESTS_CUDA_COMPARE_H_
