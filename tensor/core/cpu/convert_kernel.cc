#include "cresset/tensor/base/half.h"
#include "cresset/tensor/core/cpu/convert.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

void float16_to_float32(const uint16_t* from, float* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = half_to_float(from[i]);
}

void float32_to_float16(const float* from, uint16_t* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = float_to_half(from[i]);
}

void bfloat16_to_float32(const uint16_t* from, float* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = bfloat16_to_float(from[i]);
}

void float32_to_bfloat16(const float* from, uint16_t* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = float_to_bfloat16(from[i]);
}

void float64_to_float32(const double* from, float* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i]);
}

void float32_to_float64(const float* from, double* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<double>(from[i]);
}

void uint8_to_float32(const uint8_t* from, float* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i]);
}

void int64_to_float32(const int64_t* from, float* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i]);
}

void add_float32(const float* a, const float* b, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = a[i] + b[i];
}

void add_float64(const double* a, const double* b, double* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = a[i] + b[i];
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
