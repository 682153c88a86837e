// Channel and row statistics over raw memory, for every instruction set level.

#ifndef CRESSET_TENSOR_OPS_CPU_NORM_KERNEL_H_
#define CRESSET_TENSOR_OPS_CPU_NORM_KERNEL_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

// x is [n, channels, inner]; each call does channels [c0, c1).
struct ChannelRange {
  int64_t n, channels, inner, c0, c1;
};

#define CRESSET_NORM_KERNELS(suffix, T)                                       \
  CRESSET_CPU_KERNEL(                                                         \
      void, channel_moments_##suffix,                                         \
      (const ChannelRange& range, const T* x, T* mean, T* var));              \
  CRESSET_CPU_KERNEL(void, channel_affine_##suffix,                           \
                     (const ChannelRange& range, const T* x, const T* scale,  \
                      const T* shift, T* y));                                 \
  CRESSET_CPU_KERNEL(void, channel_grad_sums_##suffix,                        \
                     (const ChannelRange& range, const T* g, const T* x,      \
                      const T* mean, const T* rstd, T* sum_g, T* sum_gx));    \
  CRESSET_CPU_KERNEL(void, channel_combine_##suffix,                          \
                     (const ChannelRange& range, const T* g, const T* x,      \
                      const T* a, const T* b, const T* c, T* y));             \
  CRESSET_CPU_KERNEL(                                                         \
      void, row_norm_##suffix,                                                \
      (int64_t rows, int64_t m, double eps, const T* x, const T* weight,      \
       const T* bias, T* y, T* mean, T* rstd));                               \
  CRESSET_CPU_KERNEL(void, row_norm_grad_##suffix,                            \
                     (int64_t rows, int64_t m, const T* g, const T* x,        \
                      const T* weight, const T* mean, const T* rstd, T* gx)); \
  CRESSET_CPU_KERNEL(void, row_norm_parameter_grad_##suffix,                  \
                     (int64_t rows, int64_t m, const T* g, const T* x,        \
                      const T* mean, const T* rstd, T* gw, T* gb))

CRESSET_NORM_KERNELS(float32, float);
CRESSET_NORM_KERNELS(float64, double);

#undef CRESSET_NORM_KERNELS

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_NORM_KERNEL_H_
