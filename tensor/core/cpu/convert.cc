#include "cresset/tensor/core/cpu/convert.h"

#include <cstring>
#include <type_traits>

#include "cresset/tensor/core/convert_value.h"

namespace cresset::internal {
namespace {

template <class From, class To>
void convert_strided(const void* from, int64_t from_stride, void* to,
                     int64_t to_stride, int64_t n) {
  const auto* in = static_cast<const char*>(from);
  auto* out = static_cast<char*>(to);
  for (int64_t i = 0; i < n; ++i) {
    From value;
    if constexpr (std::is_same_v<From, bool>) {
      value = *in != 0;  // files may hold bytes other than 0 and 1
    } else {
      std::memcpy(&value, in, sizeof value);
    }
    const To result = convert_value<To>(value);
    std::memcpy(out, &result, sizeof result);
    in += from_stride;
    out += to_stride;
  }
}

using RowFunction = void (*)(const void*, int64_t, void*, int64_t, int64_t);

RowFunction strided_function(Dtype from_dtype, Dtype to_dtype) {
  return visit_dtype(from_dtype, [&](auto from) {
    return visit_dtype(to_dtype, [&](auto to) -> RowFunction {
      return convert_strided<decltype(from), decltype(to)>;
    });
  });
}

// The dense conversions with kernels of their own; false if there is none.
bool convert_dense(Dtype from_dtype, const void* from, Dtype to_dtype, void* to,
                   int64_t n) {
  const auto* half = static_cast<const uint16_t*>(from);
  const auto* single = static_cast<const float*>(from);
  if (to_dtype == float32) {
    auto* y = static_cast<float*>(to);
    switch (from_dtype) {
      case Dtype::kFloat16:
        float16_to_float32()(half, y, n);
        return true;
      case Dtype::kBfloat16:
        bfloat16_to_float32()(half, y, n);
        return true;
      case Dtype::kFloat64:
        float64_to_float32()(static_cast<const double*>(from), y, n);
        return true;
      case Dtype::kUint8:
        uint8_to_float32()(static_cast<const uint8_t*>(from), y, n);
        return true;
      case Dtype::kInt64:
        int64_to_float32()(static_cast<const int64_t*>(from), y, n);
        return true;
      default:
        return false;
    }
  }
  if (from_dtype == float32) {
    switch (to_dtype) {
      case Dtype::kFloat16:
        float32_to_float16()(single, static_cast<uint16_t*>(to), n);
        return true;
      case Dtype::kBfloat16:
        float32_to_bfloat16()(single, static_cast<uint16_t*>(to), n);
        return true;
      case Dtype::kFloat64:
        float32_to_float64()(single, static_cast<double*>(to), n);
        return true;
      default:
        return false;
    }
  }
  return false;
}

}  // namespace

void convert_row(Dtype from_dtype, const void* from, int64_t from_stride,
                 Dtype to_dtype, void* to, int64_t to_stride, int64_t n) {
  const auto from_size = static_cast<int64_t>(itemsize(from_dtype));
  const auto to_size = static_cast<int64_t>(itemsize(to_dtype));
  if (from_stride == from_size && to_stride == to_size) {
    if (from_dtype == to_dtype && from_dtype != bool_) {
      std::memcpy(to, from, static_cast<size_t>(n * from_size));
      return;
    }
    if (convert_dense(from_dtype, from, to_dtype, to, n)) return;
  }
  strided_function(from_dtype, to_dtype)(from, from_stride, to, to_stride, n);
}

}  // namespace cresset::internal
