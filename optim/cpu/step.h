// The steps of step_defs.h over dense arrays.

#ifndef CRESSET_OPTIM_CPU_STEP_H_
#define CRESSET_OPTIM_CPU_STEP_H_

#include <cstdint>

#include "cresset/optim/step_defs.h"
#include "cresset/tensor/core/cpu_level.h"

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

#endif  // CRESSET_OPTIM_CPU_STEP_H_
