// Where the windows of a pooling lie: for each of three spatial dimensions
// (missing ones count as size 1) the elements that belong to each output.

#ifndef CRESSET_TENSOR_OPS_POOL_WINDOWS_H_
#define CRESSET_TENSOR_OPS_POOL_WINDOWS_H_

#include <cstdint>
#include <vector>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

// One dimension. Output i covers begin[i], begin[i] + step, ... below end[i],
// all inside the input.
struct PoolAxis {
  int64_t in = 1;
  int64_t out = 1;
  int64_t step = 1;
  std::vector<int64_t> begin = {0};
  std::vector<int64_t> end = {1};
  std::vector<int64_t> padded_size = {1};  // window size with padding counted
  // Evenly spaced windows: begin before clamping is i * stride - padding. A
  // stride of 0 says they are not (adaptive pooling).
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t padding = 0;
};

struct PoolWindows {
  PoolAxis axes[3];  // depth, height, width
  int64_t planes = 1;

  int64_t in_plane() const { return axes[0].in * axes[1].in * axes[2].in; }
  int64_t out_plane() const { return axes[0].out * axes[1].out * axes[2].out; }
};

// How an average divides.
struct AvgDivisor {
  bool include_pad = true;
  int64_t override_value = 0;  // 0: none
};

// x [planes, in...], y [planes, out...] row-major of one floating dtype;
// indices int64 like y, the place in the input plane.
using MaxPoolKernel = Kernel<void(const PoolWindows& windows, const Tensor& x,
                                  const Tensor& y, const Tensor& indices)>;
// x[indices] += g for each plane; x starts as zeros. Each index lies in the
// window of its element of g, as max_pool leaves it.
using PlaneScatterKernel =
    Kernel<void(const PoolWindows& windows, const Tensor& g,
                const Tensor& indices, const Tensor& x)>;
using AvgPoolKernel =
    Kernel<void(const PoolWindows& windows, const AvgDivisor& divisor,
                const Tensor& x, const Tensor& y)>;
using AvgPoolGradKernel =
    Kernel<void(const PoolWindows& windows, const AvgDivisor& divisor,
                const Tensor& g, const Tensor& x)>;
extern MaxPoolKernel max_pool_kernel;
extern PlaneScatterKernel plane_scatter_kernel;
extern AvgPoolKernel avg_pool_kernel;
extern AvgPoolGradKernel avg_pool_grad_kernel;

void max_pool_cpu(const PoolWindows& windows, const Tensor& x, const Tensor& y,
                  const Tensor& indices);
void plane_scatter_cpu(const PoolWindows& windows, const Tensor& g,
                       const Tensor& indices, const Tensor& x);
void avg_pool_cpu(const PoolWindows& windows, const AvgDivisor& divisor,
                  const Tensor& x, const Tensor& y);
void avg_pool_grad_cpu(const PoolWindows& windows, const AvgDivisor& divisor,
                       const Tensor& g, const Tensor& x);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_POOL_WINDOWS_H_
