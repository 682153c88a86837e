// Pooling over planes of raw memory, for every instruction set level.

#ifndef CRESSET_TENSOR_OPS_CPU_POOL_KERNEL_H_
#define CRESSET_TENSOR_OPS_CPU_POOL_KERNEL_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

// PoolAxis (tensor/ops/pool_windows.h) without its vectors.
struct PoolAxisView {
  int64_t in, out, step, kernel, stride, padding;
  const int64_t* begin;
  const int64_t* end;
  const int64_t* padded_size;
};

struct PoolView {
  PoolAxisView axes[3];
  bool include_pad;
  int64_t divisor;  // 0: the window's size
};

// Planes [first, last) of x [planes, in], y and indices [planes, out].
CRESSET_CPU_KERNEL(void, max_pool_float32,
                   (const PoolView& view, int64_t first, int64_t last,
                    const float* x, float* y, int64_t* indices));
CRESSET_CPU_KERNEL(void, max_pool_float64,
                   (const PoolView& view, int64_t first, int64_t last,
                    const double* x, double* y, int64_t* indices));
CRESSET_CPU_KERNEL(void, avg_pool_float32,
                   (const PoolView& view, int64_t first, int64_t last,
                    const float* x, float* y));
CRESSET_CPU_KERNEL(void, avg_pool_float64,
                   (const PoolView& view, int64_t first, int64_t last,
                    const double* x, double* y));
// x += what g sends back; x starts as zeros.
CRESSET_CPU_KERNEL(void, avg_pool_grad_float32,
                   (const PoolView& view, int64_t first, int64_t last,
                    const float* g, float* x));
CRESSET_CPU_KERNEL(void, avg_pool_grad_float64,
                   (const PoolView& view, int64_t first, int64_t last,
                    const double* g, double* x));

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_POOL_KERNEL_H_
