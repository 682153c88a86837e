// Normalisation layers' functions.
//
// Unless an op says otherwise
//   Dtype:  floating -> the same; float16 and bfloat16 add up in float32.
//           Weights, biases and running statistics may be float32 then.
//   Errors: kShape if parameters do not fit the input; kDtype for other dtypes.

#ifndef CRESSET_TENSOR_OPS_NORM_H_
#define CRESSET_TENSOR_OPS_NORM_H_

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct BatchNormOptions {
  bool training = false;  ///< use the batch's statistics, update running ones
  double momentum = 0.1;  ///< weight of the batch in the running statistics
  double eps = 1e-5;      ///< added to the variance
};

/// (x - mean) / sqrt(var + eps) * weight + bias for each channel.
///
/// With `training` (or without running statistics) mean and biased variance
/// are those of the batch, and running_mean and running_var, where defined,
/// move towards the batch's mean and unbiased variance in place.
///
/// Shape:    x [N, C, ...] -> the same; the others [C] or undefined.
/// Gradient: through the batch statistics in training, else a scaling.
/// Errors:   kShape also for one value per channel in training.
/// Torch:    torch.nn.functional.batch_norm(x, running_mean, running_var,
///           weight, bias, training, momentum, eps)
Tensor batch_norm(const Tensor& x, const Tensor& running_mean,
                  const Tensor& running_var, const Tensor& weight = Tensor(),
                  const Tensor& bias = Tensor(),
                  const BatchNormOptions& options = {});

/// (x - mean) / sqrt(var + eps) * weight + bias over the last dimensions.
///
/// Shape:    x [..., normalized_shape] -> the same; weight and bias
///           [normalized_shape] or undefined.
/// Gradient: through mean and variance.
/// Torch:    torch.nn.functional.layer_norm(x, normalized_shape, weight, bias,
///           eps)
Tensor layer_norm(const Tensor& x, IntSpan normalized_shape,
                  const Tensor& weight = Tensor(),
                  const Tensor& bias = Tensor(), double eps = 1e-5);

/// The same over groups of channels.
/// Shape:    x [N, C, ...] -> the same; weight and bias [C] or undefined.
/// Gradient: through mean and variance.
/// Errors:   kShape also if C is not divisible by num_groups.
/// Torch:    torch.nn.functional.group_norm(x, num_groups, weight, bias, eps)
Tensor group_norm(const Tensor& x, int64_t num_groups,
                  const Tensor& weight = Tensor(),
                  const Tensor& bias = Tensor(), double eps = 1e-5);

struct InstanceNormOptions {
  bool use_input_stats = true;
  double momentum = 0.1;
  double eps = 1e-5;
};

/// The same over each channel of each sample.
/// Shape:    x [N, C, ...] -> the same; the others [C] or undefined.
/// Gradient: as batch_norm.
/// Torch:    torch.nn.functional.instance_norm
Tensor instance_norm(const Tensor& x, const Tensor& running_mean = Tensor(),
                     const Tensor& running_var = Tensor(),
                     const Tensor& weight = Tensor(),
                     const Tensor& bias = Tensor(),
                     const InstanceNormOptions& options = {});

/// A normalised tensor and what it was normalised with; the statistics have no
/// gradient.
struct NormAndStatistics {
  Tensor y, mean, rstd;
};

/// batch_norm and layer_norm with the mean and 1 / deviation that they used.
/// Shape:    statistics [C], or [0] from batch_norm without training; x's
///           leading sizes followed by ones from layer_norm.
/// Gradient: as batch_norm and layer_norm.
/// Torch:    torch.native_batch_norm(x, weight, bias, running_mean,
///           running_var, training, momentum, eps),
///           torch.native_layer_norm(x, normalized_shape, weight, bias, eps)
NormAndStatistics native_batch_norm(const Tensor& x, const Tensor& weight,
                                    const Tensor& bias,
                                    const Tensor& running_mean,
                                    const Tensor& running_var,
                                    const BatchNormOptions& options);
NormAndStatistics native_layer_norm(const Tensor& x, IntSpan normalized_shape,
                                    const Tensor& weight, const Tensor& bias,
                                    double eps);

struct LocalResponseNormOptions {
  double alpha = 1e-4;
  double beta = 0.75;
  double k = 1;
};

/// x / (k + alpha * mean of the squares of `size` neighbouring channels)^beta.
/// Shape:    x [N, C, ...] -> the same.
/// Gradient: that of the formula.
/// Torch:    torch.nn.functional.local_response_norm(x, size, alpha, beta, k)
Tensor local_response_norm(const Tensor& x, int64_t size,
                           const LocalResponseNormOptions& options = {});

namespace internal {

// x, g and y as [n, channels, inner], row-major, of one of float32 and float64,
// on devices other than the CPU also of float16 and bfloat16. Everything
// [channels] is float64 beside float64 and else float32.
struct ChannelLayout {
  int64_t n, channels, inner;
};

// Mean and biased variance of each channel.
using ChannelMomentsKernel =
    Kernel<void(const ChannelLayout& layout, const Tensor& x,
                const Tensor& mean, const Tensor& var)>;
extern ChannelMomentsKernel channel_moments_kernel;

// y = x * scale + shift for each channel.
using ChannelAffineKernel =
    Kernel<void(const ChannelLayout& layout, const Tensor& x,
                const Tensor& scale, const Tensor& shift, const Tensor& y)>;
extern ChannelAffineKernel channel_affine_kernel;

// Sums over each channel of g and of g * (x - mean) * rstd.
using ChannelGradSumsKernel =
    Kernel<void(const ChannelLayout& layout, const Tensor& g, const Tensor& x,
                const Tensor& mean, const Tensor& rstd, const Tensor& sum_g,
                const Tensor& sum_gx)>;
extern ChannelGradSumsKernel channel_grad_sums_kernel;

// y = g * a + x * b + c for each channel.
using ChannelCombineKernel = Kernel<void(
    const ChannelLayout& layout, const Tensor& g, const Tensor& x,
    const Tensor& a, const Tensor& b, const Tensor& c, const Tensor& y)>;
extern ChannelCombineKernel channel_combine_kernel;

// What a batch norm makes of mean and biased variance: rstd = 1 / sqrt(var +
// eps), scale = rstd * weight, shift = bias - mean * scale. running_mean and
// running_var move by `momentum` towards mean and var * unbias. Tensors that
// are not wanted or not there are undefined.
struct ChannelFold {
  double eps, momentum, unbias;
  Tensor mean, var, weight, bias;
  Tensor running_mean, running_var;
  Tensor rstd, scale, shift;
};
using ChannelFoldKernel = Kernel<void(const ChannelFold& fold)>;
extern ChannelFoldKernel channel_fold_kernel;

// And for its gradient scale (g - mean(g) - xhat mean(g xhat)) = g a + x b + c,
// where the means are the sums divided by count.
struct ChannelGradFold {
  double count;
  Tensor mean, rstd, weight;  // weight may be undefined
  Tensor sum_g, sum_gx;
  Tensor a, b, c;
};
using ChannelGradFoldKernel = Kernel<void(const ChannelGradFold& fold)>;
extern ChannelGradFoldKernel channel_grad_fold_kernel;

// Dtypes as above: x, g, y and gx of one, the rest of the statistics' one.

// Rows of x [rows, m] normalised, with their mean and 1 / deviation [rows];
// weight and bias [m] or undefined.
using RowNormKernel = Kernel<void(
    const Tensor& x, const Tensor& weight, const Tensor& bias, double eps,
    const Tensor& y, const Tensor& mean, const Tensor& rstd)>;
extern RowNormKernel row_norm_kernel;

// Its gradients; gx, gw, gb undefined where not wanted.
using RowNormGradKernel = Kernel<void(
    const Tensor& g, const Tensor& x, const Tensor& weight, const Tensor& mean,
    const Tensor& rstd, const Tensor& gx, const Tensor& gw, const Tensor& gb)>;
extern RowNormGradKernel row_norm_grad_kernel;

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_NORM_H_
