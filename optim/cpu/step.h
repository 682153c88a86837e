// One pass over a parameter for a whole optimizer step: every array is read
// and written once, where op by op would walk memory once for each operation.

#ifndef CRESSET_OPTIM_CPU_STEP_H_
#define CRESSET_OPTIM_CPU_STEP_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

struct SgdNumbers {
  double lr, momentum, dampening, weight_decay;
  bool nesterov, maximize;
  bool has_buffer;  // of an earlier step; else it is filled
};

struct AdamNumbers {
  double step_size;      // lr / (1 - beta1^step)
  double root_of_bias2;  // sqrt(1 - beta2^step)
  double beta1, beta2, eps;
  double weight_decay;  // added to the gradient
  double shrink;        // factor of the parameter before the step
  bool maximize;
};

struct RmspropNumbers {
  double lr, alpha, eps, weight_decay, momentum;
  bool maximize;
};

// `buffer` is null without momentum.
CRESSET_CPU_KERNEL(void, sgd_float,
                   (const SgdNumbers& numbers, int64_t n, float* p,
                    const float* g, float* buffer));
CRESSET_CPU_KERNEL(void, sgd_double,
                   (const SgdNumbers& numbers, int64_t n, double* p,
                    const double* g, double* buffer));

// `largest` is null unless amsgrad.
CRESSET_CPU_KERNEL(void, adam_float,
                   (const AdamNumbers& numbers, int64_t n, float* p,
                    const float* g, float* mean, float* square,
                    float* largest));
CRESSET_CPU_KERNEL(void, adam_double,
                   (const AdamNumbers& numbers, int64_t n, double* p,
                    const double* g, double* mean, double* square,
                    double* largest));

// `mean` is null unless centered, `buffer` without momentum.
CRESSET_CPU_KERNEL(void, rmsprop_float,
                   (const RmspropNumbers& numbers, int64_t n, float* p,
                    const float* g, float* square, float* mean, float* buffer));
CRESSET_CPU_KERNEL(void, rmsprop_double,
                   (const RmspropNumbers& numbers, int64_t n, double* p,
                    const double* g, double* square, double* mean,
                    double* buffer));

}  // namespace cresset::internal

#endif  // CRESSET_OPTIM_CPU_STEP_H_
