// Conversion of rows of elements between any two dtypes.

#ifndef CRESSET_TENSOR_CORE_CPU_CONVERT_H_
#define CRESSET_TENSOR_CORE_CPU_CONVERT_H_

#include <cstdint>

#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

// Converts n elements; strides in bytes, 0 allowed for `from`. Real parts of
// complex numbers go to real dtypes, non-zero values to true.
void convert_row(Dtype from_dtype, const void* from, int64_t from_stride,
                 Dtype to_dtype, void* to, int64_t to_stride, int64_t n);

// The conversions of dense rows that training in 16 bits and image loading
// live on, compiled for every instruction set level.
CRESSET_CPU_KERNEL(void, float16_to_float32,
                   (const uint16_t* from, float* to, int64_t n));
CRESSET_CPU_KERNEL(void, float32_to_float16,
                   (const float* from, uint16_t* to, int64_t n));
CRESSET_CPU_KERNEL(void, bfloat16_to_float32,
                   (const uint16_t* from, float* to, int64_t n));
CRESSET_CPU_KERNEL(void, float32_to_bfloat16,
                   (const float* from, uint16_t* to, int64_t n));
CRESSET_CPU_KERNEL(void, float64_to_float32,
                   (const double* from, float* to, int64_t n));
CRESSET_CPU_KERNEL(void, float32_to_float64,
                   (const float* from, double* to, int64_t n));
CRESSET_CPU_KERNEL(void, uint8_to_float32,
                   (const uint8_t* from, float* to, int64_t n));
CRESSET_CPU_KERNEL(void, int64_to_float32,
                   (const int64_t* from, float* to, int64_t n));
CRESSET_CPU_KERNEL(void, add_float32,
                   (const float* a, const float* b, float* y, int64_t n));
CRESSET_CPU_KERNEL(void, add_float64,
                   (const double* a, const double* b, double* y, int64_t n));

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_CPU_CONVERT_H_
