// The steps of fused_step_defs.h over dense arrays.

#ifndef CRESSET_TENSOR_OPS_CPU_FUSED_STEP_H_
#define CRESSET_TENSOR_OPS_CPU_FUSED_STEP_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"
#include "cresset/tensor/ops/fused_step_defs.h"

namespace cresset::internal {

// `x` holds the arrays in the order of the update's elements; those that the
// update does not use may be null.
CRESSET_CPU_KERNEL(void, sgd_float,
                   (const SgdNumbers& numbers, int64_t n, float* const* x));
CRESSET_CPU_KERNEL(void, sgd_double,
                   (const SgdNumbers& numbers, int64_t n, double* const* x));
CRESSET_CPU_KERNEL(void, adam_float,
                   (const AdamNumbers& numbers, int64_t n, float* const* x));
CRESSET_CPU_KERNEL(void, adam_double,
                   (const AdamNumbers& numbers, int64_t n, double* const* x));
CRESSET_CPU_KERNEL(void, rmsprop_float,
                   (const RmspropNumbers& numbers, int64_t n, float* const* x));
CRESSET_CPU_KERNEL(void, rmsprop_double,
                   (const RmspropNumbers& numbers, int64_t n,
                    double* const* x));

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_FUSED_STEP_H_
