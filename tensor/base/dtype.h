// Element types: their sizes, names, classes and PyTorch's promotion rules.

#ifndef CRESSET_TENSOR_BASE_DTYPE_H_
#define CRESSET_TENSOR_BASE_DTYPE_H_

#include <complex>
#include <cstddef>
#include <cstdint>

#include "cresset/tensor/base/half.h"

namespace cresset {

/// An element type. Use the constants below, which are named as in PyTorch.
enum class Dtype : uint8_t {
  kBool,
  kUint8,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat16,
  kBfloat16,
  kFloat32,
  kFloat64,
  kComplex64,
  kComplex128,
  kUint16,
  kUint32,
  kUint64,
  kFloat8E4M3FN,
  kFloat8E5M2,
};

inline constexpr int kNumDtypes = 17;

inline constexpr Dtype bool_ = Dtype::kBool;
inline constexpr Dtype uint8 = Dtype::kUint8;
inline constexpr Dtype int8 = Dtype::kInt8;
inline constexpr Dtype int16 = Dtype::kInt16;
inline constexpr Dtype int32 = Dtype::kInt32;
inline constexpr Dtype int64 = Dtype::kInt64;
inline constexpr Dtype float16 = Dtype::kFloat16;
inline constexpr Dtype bfloat16 = Dtype::kBfloat16;
inline constexpr Dtype float32 = Dtype::kFloat32;
inline constexpr Dtype float64 = Dtype::kFloat64;
inline constexpr Dtype complex64 = Dtype::kComplex64;
inline constexpr Dtype complex128 = Dtype::kComplex128;
inline constexpr Dtype uint16 = Dtype::kUint16;
inline constexpr Dtype uint32 = Dtype::kUint32;
inline constexpr Dtype uint64 = Dtype::kUint64;
inline constexpr Dtype float8_e4m3fn = Dtype::kFloat8E4M3FN;
inline constexpr Dtype float8_e5m2 = Dtype::kFloat8E5M2;

/// Bytes of one element.
constexpr size_t itemsize(Dtype dtype) {
  constexpr uint8_t kSizes[kNumDtypes] = {1, 1, 1,  2, 4, 8, 2, 2, 4,
                                          8, 8, 16, 2, 4, 8, 1, 1};
  return kSizes[static_cast<int>(dtype)];
}

/// PyTorch's name without "torch.": "float32", "bool".
const char* to_string(Dtype dtype);

/// float16, bfloat16, float32, float64 and the 8-bit floats.
constexpr bool is_floating(Dtype dtype) {
  return (dtype >= Dtype::kFloat16 && dtype <= Dtype::kFloat64) ||
         dtype >= Dtype::kFloat8E4M3FN;
}

constexpr bool is_complex(Dtype dtype) {
  return dtype == Dtype::kComplex64 || dtype == Dtype::kComplex128;
}

/// All integer types; bool counts only if `include_bool`.
constexpr bool is_integral(Dtype dtype, bool include_bool = false) {
  return (dtype >= Dtype::kUint8 && dtype <= Dtype::kInt64) ||
         (dtype >= Dtype::kUint16 && dtype <= Dtype::kUint64) ||
         (include_bool && dtype == Dtype::kBool);
}

/// The smallest type that holds both, by PyTorch's table.
///
/// Errors: kDtype for pairs that PyTorch does not promote (8-bit floats with
///         other floats, uint16/32/64 with signed integers).
/// Torch:  torch.promote_types(a, b)
Dtype promote_types(Dtype a, Dtype b);

/// What `zeros` and friends make when no dtype is named; float32 at start.
/// Threads: one setting for the process; safe to read and set from any thread.
/// Torch:   torch.get_default_dtype(), torch.set_default_dtype(dtype)
Dtype get_default_dtype();
void set_default_dtype(Dtype dtype);

/// The C++ type of a dtype and back: `dtype_of<float>` is float32.
template <class T>
struct DtypeOf;
template <>
struct DtypeOf<bool> {
  static constexpr Dtype value = bool_;
};
template <>
struct DtypeOf<uint8_t> {
  static constexpr Dtype value = uint8;
};
template <>
struct DtypeOf<int8_t> {
  static constexpr Dtype value = int8;
};
template <>
struct DtypeOf<int16_t> {
  static constexpr Dtype value = int16;
};
template <>
struct DtypeOf<int32_t> {
  static constexpr Dtype value = int32;
};
template <>
struct DtypeOf<int64_t> {
  static constexpr Dtype value = int64;
};
template <>
struct DtypeOf<long long> {
  static constexpr Dtype value = int64;
};
template <>
struct DtypeOf<uint16_t> {
  static constexpr Dtype value = uint16;
};
template <>
struct DtypeOf<uint32_t> {
  static constexpr Dtype value = uint32;
};
template <>
struct DtypeOf<uint64_t> {
  static constexpr Dtype value = uint64;
};
template <>
struct DtypeOf<Half> {
  static constexpr Dtype value = float16;
};
template <>
struct DtypeOf<BFloat16> {
  static constexpr Dtype value = bfloat16;
};
template <>
struct DtypeOf<float> {
  static constexpr Dtype value = float32;
};
template <>
struct DtypeOf<double> {
  static constexpr Dtype value = float64;
};
template <>
struct DtypeOf<Float8E4M3FN> {
  static constexpr Dtype value = float8_e4m3fn;
};
template <>
struct DtypeOf<Float8E5M2> {
  static constexpr Dtype value = float8_e5m2;
};
template <>
struct DtypeOf<std::complex<float>> {
  static constexpr Dtype value = complex64;
};
template <>
struct DtypeOf<std::complex<double>> {
  static constexpr Dtype value = complex128;
};

template <class T>
inline constexpr Dtype dtype_of = DtypeOf<T>::value;

/// Calls `f(T{})` with the C++ type of `dtype`, for any dtype.
template <class F>
decltype(auto) visit_dtype(Dtype dtype, F&& f) {
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
      break;
  }
  return f(Float8E5M2{});
}

}  // namespace cresset

#endif  // CRESSET_TENSOR_BASE_DTYPE_H_
