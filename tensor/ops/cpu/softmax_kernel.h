// Softmax over dense blocks [outer, n, inner], and cross entropy over rows.

#ifndef CRESSET_TENSOR_OPS_CPU_SOFTMAX_KERNEL_H_
#define CRESSET_TENSOR_OPS_CPU_SOFTMAX_KERNEL_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

// What the rows of a cross entropy share. A row whose target is `ignored` has
// no loss. The wanted distribution is 1 - smoothing on the target plus
// smoothing / n on every class.
struct CrossEntropyRows {
  int64_t rows;
  int64_t n;
  const int64_t* target;
  int64_t ignored;
  double smoothing;
};

// For one floating type.
struct SoftmaxFunctions {
  // y = softmax or its logarithm over the middle dimension.
  void (*forward)(const void* x, void* y, int64_t outer, int64_t n,
                  int64_t inner, bool log);
  // The gradient of x from those of y.
  void (*backward)(const void* g, const void* y, void* gx, int64_t outer,
                   int64_t n, int64_t inner, bool log);
  // The loss of each row, and log(sum(exp(x))), which the gradient needs.
  void (*cross_entropy)(const CrossEntropyRows& call, const void* x, void* loss,
                        void* log_sum);
  // The gradient of x from those of the losses: `g_stride` is 0 if all rows
  // share one.
  void (*cross_entropy_grad)(const CrossEntropyRows& call, const void* x,
                             const void* log_sum, const void* g,
                             int64_t g_stride, void* gx);
};

// Two entries: float, double.
CRESSET_CPU_KERNEL(const SoftmaxFunctions*, softmax_functions, ());

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_SOFTMAX_KERNEL_H_
