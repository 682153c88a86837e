#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/norm.h"
#include "cresset/tensor/ops/pad.h"
#include "cresset/tensor/ops/pool.h"
#include "cresset/tensor/ops/power.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

// Mean and 1 / deviation of x over `dims`, in x's dtype or float32.
NormAndStatistics with_statistics(const Tensor& y, const Tensor& x,
                                  IntSpan dims, bool keepdim, double eps) {
  const NoGradGuard guard;
  const Dtype dtype = x.dtype() == float64 ? float64 : float32;
  const SpreadAndMean s = var_mean(x.detach().to(dtype), dims,
                                   {.correction = 0, .keepdim = keepdim});
  return {y, s.mean.to(x.dtype()), rsqrt(add(s.spread, eps)).to(x.dtype())};
}

}  // namespace

NormAndStatistics native_batch_norm(const Tensor& x, const Tensor& weight,
                                    const Tensor& bias,
                                    const Tensor& running_mean,
                                    const Tensor& running_var,
                                    const BatchNormOptions& options) {
  const Tensor y =
      batch_norm(x, running_mean, running_var, weight, bias, options);
  if (!options.training) return {y, new_zeros(x, {0}), new_zeros(x, {0})};
  Shape dims;
  for (int64_t d = 0; d < x.dim(); ++d) {
    if (d != 1) dims.push_back(d);
  }
  return with_statistics(y, x, dims, /*keepdim=*/false, options.eps);
}

NormAndStatistics native_layer_norm(const Tensor& x, IntSpan normalized_shape,
                                    const Tensor& weight, const Tensor& bias,
                                    double eps) {
  const Tensor y = layer_norm(x, normalized_shape, weight, bias, eps);
  Shape dims;
  for (size_t d = 1; d <= normalized_shape.size(); ++d) {
    dims.push_back(-static_cast<int64_t>(d));
  }
  return with_statistics(y, x, dims, /*keepdim=*/true, eps);
}

Tensor local_response_norm(const Tensor& x, int64_t size,
                           const LocalResponseNormOptions& options) {
  CRESSET_CHECK(x.dim() >= 3, kShape,
                "local_response_norm: Expected 3D or higher dimensionality "
                "input; got ",
                x.sizes());
  CRESSET_CHECK(size > 0, kValue,
                "local_response_norm: size must be positive; got ", size);
  if (x.numel() == 0) return mul(x, 1);
  // The channels as the rows of an image of one column for each point.
  const Tensor squares = reshape(square(x), {x.size(0), 1, x.size(1), -1});
  const Tensor wide = pad(squares, {0, 0, size / 2, (size - 1) / 2});
  const Tensor mean =
      reshape(avg_pool2d(wide, {size, 1}, {.stride = 1}), x.sizes());
  return div(x, pow(add(mul(mean, options.alpha), options.k), options.beta));
}

}  // namespace cresset
