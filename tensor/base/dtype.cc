#include "cresset/tensor/base/dtype.h"

#include <atomic>

#include "cresset/tensor/base/error.h"

namespace cresset {
namespace {

std::atomic<Dtype> default_dtype{Dtype::kFloat32};

// The classes of PyTorch's promotion lattice, lowest first.
enum class Class { kBool, kInteger, kFloat, kComplex };

Class class_of(Dtype dtype) {
  if (dtype == bool_) return Class::kBool;
  if (is_integral(dtype)) return Class::kInteger;
  return is_complex(dtype) ? Class::kComplex : Class::kFloat;
}

bool is_wide_unsigned(Dtype dtype) {
  return dtype >= Dtype::kUint16 && dtype <= Dtype::kUint64;
}

bool is_float8(Dtype dtype) { return dtype >= Dtype::kFloat8E4M3FN; }

[[noreturn]] void refuse(Dtype a, Dtype b) {
  internal::throw_error(
      ErrorCode::kDtype,
      internal::concat("promote_types: no common type is defined for ", a,
                       " and ", b, "; convert one of them with to(dtype)"));
}

}  // namespace

const char* to_string(Dtype dtype) {
  constexpr const char* kNames[kNumDtypes] = {
      "bool",          "uint8",      "int8",     "int16",   "int32",
      "int64",         "float16",    "bfloat16", "float32", "float64",
      "complex64",     "complex128", "uint16",   "uint32",  "uint64",
      "float8_e4m3fn", "float8_e5m2"};
  return kNames[static_cast<int>(dtype)];
}

Dtype promote_types(Dtype a, Dtype b) {
  if (a == b) return a;
  const Class ca = class_of(a), cb = class_of(b);
  if (ca != cb) {
    const Dtype high = ca > cb ? a : b;
    const Dtype low = ca > cb ? b : a;
    if (is_float8(high) && class_of(low) == Class::kFloat) refuse(a, b);
    if (high == complex64 && low == float64) return complex128;
    return high;
  }
  switch (ca) {
    case Class::kBool:
      return a;
    case Class::kInteger: {
      if (is_wide_unsigned(a) || is_wide_unsigned(b)) {
        const Dtype wide = is_wide_unsigned(a) ? a : b;
        const Dtype other = is_wide_unsigned(a) ? b : a;
        if (other == uint8) return wide;
        if (is_wide_unsigned(other)) return itemsize(a) > itemsize(b) ? a : b;
        refuse(a, b);
      }
      if ((a == uint8 && b == int8) || (a == int8 && b == uint8)) return int16;
      return itemsize(a) >= itemsize(b) ? a : b;
    }
    case Class::kFloat:
      if (is_float8(a) || is_float8(b)) refuse(a, b);
      if (itemsize(a) == 2 && itemsize(b) == 2) return float32;
      return itemsize(a) > itemsize(b) ? a : b;
    case Class::kComplex:
      return complex128;
  }
  refuse(a, b);
}

Dtype get_default_dtype() {
  return default_dtype.load(std::memory_order_relaxed);
}

void set_default_dtype(Dtype dtype) {
  CRESSET_CHECK(is_floating(dtype), kDtype,
                "set_default_dtype: only floating dtypes are supported; got ",
                dtype);
  default_dtype.store(dtype, std::memory_order_relaxed);
}

}  // namespace cresset
