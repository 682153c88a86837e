// The loops of the random number generator and of what is drawn from it.

#ifndef CRESSET_TENSOR_CORE_CPU_RANDOM_H_
#define CRESSET_TENSOR_CORE_CPU_RANDOM_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

// The next 624 words of an mt19937 state.
CRESSET_CPU_KERNEL(void, mt19937_refill, (uint32_t * words));

// The numbers that `n` words of the state stand for.
CRESSET_CPU_KERNEL(void, mt19937_draw,
                   (int64_t n, const uint32_t* words, uint32_t* out));

// raw -> from + [0, 1) * range with one rounding at the end: the lower 24 bits
// of a word for a float, the lower 53 bits of two words for a double.
CRESSET_CPU_KERNEL(void, uniform_floats,
                   (int64_t n, const uint32_t* raw, float from, float range,
                    float* out));
CRESSET_CPU_KERNEL(void, uniform_doubles,
                   (int64_t n, const uint32_t* raw, double from, double range,
                    double* out));

// Two words each: 1 if their lower 53 bits are below `bound`.
CRESSET_CPU_KERNEL(void, bernoulli_floats,
                   (int64_t n, const uint32_t* raw, int64_t bound, float* out));
CRESSET_CPU_KERNEL(void, bernoulli_bytes,
                   (int64_t n, const uint32_t* raw, int64_t bound,
                    uint8_t* out));

// Turns groups of 16 numbers, uniform in [0, 1), into normal ones: 8 radii
// and then 8 angles give 8 cosines and then 8 sines.
CRESSET_CPU_KERNEL(void, normal_floats,
                   (int64_t groups, float mean, float std, float* data));
CRESSET_CPU_KERNEL(void, normal_doubles,
                   (int64_t groups, double mean, double std, double* data));

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_CPU_RANDOM_H_
