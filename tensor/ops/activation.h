// Activation functions.
//
// Unless an op says otherwise
//   Shape:  any -> the same.
//   Dtype:  floating -> the same. float16 and bfloat16 are computed in float32.
//   Errors: kDtype for other dtypes.
// and `op_` changes x in place and returns it. sigmoid and tanh are in unary.h.

#ifndef CRESSET_TENSOR_OPS_ACTIVATION_H_
#define CRESSET_TENSOR_OPS_ACTIVATION_H_

#include <string_view>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// x above 0, else 0. NaN stays NaN.
/// Dtype: integers too. Gradient: g where y > 0. Torch: torch.relu(x)
Tensor relu(const Tensor& x);
const Tensor& relu_(const Tensor& x);

/// x above 0, slope * x below.
/// Gradient: g above 0, slope * g below.
/// Torch: torch.nn.functional.leaky_relu(x, negative_slope)
Tensor leaky_relu(const Tensor& x, double negative_slope = 0.01);
const Tensor& leaky_relu_(const Tensor& x, double negative_slope = 0.01);

/// x above 0, alpha * (exp(x) - 1) below.
/// Gradient: g above 0, g * alpha * exp(x) below.
/// Torch: torch.nn.functional.elu(x, alpha)
Tensor elu(const Tensor& x, double alpha = 1);
const Tensor& elu_(const Tensor& x, double alpha = 1);

/// x above 0, alpha * (exp(x / alpha) - 1) below.
/// Gradient: g above 0, g * exp(x / alpha) below. Errors: kValue for alpha 0.
/// Torch: torch.nn.functional.celu(x, alpha)
Tensor celu(const Tensor& x, double alpha = 1);
const Tensor& celu_(const Tensor& x, double alpha = 1);

/// elu with the two constants of self-normalising networks.
/// Gradient: elu's, scaled. Torch: torch.nn.functional.selu(x)
Tensor selu(const Tensor& x);
const Tensor& selu_(const Tensor& x);

/// x times the normal distribution function of x; `approximate` is "none" or
/// "tanh".
/// Gradient: g * (cdf(x) + x * pdf(x)). Errors: kValue for another word.
/// Torch: torch.nn.functional.gelu(x, approximate=approximate)
Tensor gelu(const Tensor& x, std::string_view approximate = "none");

/// x * sigmoid(x).
/// Gradient: g * s * (1 + x * (1 - s)) with s = sigmoid(x).
/// Torch: torch.nn.functional.silu(x)
Tensor silu(const Tensor& x);
const Tensor& silu_(const Tensor& x);

/// x * tanh(softplus(x)).
/// Gradient: g * (t + x * sigmoid(x) * (1 - t * t)) with t the tanh.
/// Torch: torch.nn.functional.mish(x)
Tensor mish(const Tensor& x);
const Tensor& mish_(const Tensor& x);

/// log(1 + exp(beta * x)) / beta; x where beta * x is above the threshold.
/// Gradient: g * sigmoid(beta * x). Errors: kValue for beta 0.
/// Torch: torch.nn.functional.softplus(x, beta, threshold)
Tensor softplus(const Tensor& x, double beta = 1, double threshold = 20);

/// x / (1 + |x|). Dtype: integers become the default dtype.
/// Gradient: g / (1 + |x|)^2. Torch: torch.nn.functional.softsign(x)
Tensor softsign(const Tensor& x);

/// log(sigmoid(x)).
/// Gradient: g * sigmoid(-x). Torch: torch.nn.functional.logsigmoid(x)
Tensor logsigmoid(const Tensor& x);

/// x kept within [low, high]; limits that cross give the upper one.
/// Dtype: integers too. Gradient: g strictly inside, 0 elsewhere.
/// Errors: kValue for a negative low of an unsigned dtype.
/// Torch: torch.nn.functional.hardtanh(x, min_val, max_val)
Tensor hardtanh(const Tensor& x, double low = -1, double high = 1);
const Tensor& hardtanh_(const Tensor& x, double low = -1, double high = 1);

/// hardtanh(x, 0, 6). Dtype: integers too. Gradient: g where 0 < x < 6.
/// Torch: torch.nn.functional.relu6(x)
Tensor relu6(const Tensor& x);
const Tensor& relu6_(const Tensor& x);

/// (x + 3) / 6 kept within [0, 1].
/// Gradient: g / 6 inside. Torch: torch.nn.functional.hardsigmoid(x)
Tensor hardsigmoid(const Tensor& x);
const Tensor& hardsigmoid_(const Tensor& x);

/// x * hardsigmoid(x).
/// Gradient: g * (x / 3 + 1/2) inside, g above.
/// Torch: torch.nn.functional.hardswish(x)
Tensor hardswish(const Tensor& x);
const Tensor& hardswish_(const Tensor& x);

/// x, but 0 where |x| <= lambd.
/// Gradient: g where x is kept. Torch: torch.nn.functional.hardshrink(x, lambd)
Tensor hardshrink(const Tensor& x, double lambd = 0.5);

/// x moved towards 0 by lambd, 0 where it would cross.
/// Gradient: g where y is not 0. Errors: kValue for a negative lambd.
/// Torch: torch.nn.functional.softshrink(x, lambd)
Tensor softshrink(const Tensor& x, double lambd = 0.5);

/// x - tanh(x). Dtype: integers become the default dtype.
/// Gradient: g * tanh(x)^2. Torch: torch.nn.functional.tanhshrink(x)
Tensor tanhshrink(const Tensor& x);

/// x above `limit`, `value` elsewhere.
/// Dtype: integers too, with the numbers cut to them. Gradient: g above.
/// Torch: torch.nn.functional.threshold(x, threshold, value)
Tensor threshold(const Tensor& x, const Scalar& limit, const Scalar& value);
const Tensor& threshold_(const Tensor& x, const Scalar& limit,
                         const Scalar& value);

/// x above 0, weight * x below, with one weight or one for each channel.
///
/// Shape:    x [n, c, ...], weight [1] or [c] -> x's shape.
/// Dtype:    both floating and the same.
/// Gradient: g above 0, weight * g below; g * x below to the weight.
/// Errors:   kShape if the weight has another size; kDtype if dtypes differ.
/// Torch:    torch.nn.functional.prelu(x, weight)
Tensor prelu(const Tensor& x, const Tensor& weight);

/// a * sigmoid(b), where a and b are the halves of x along `dim`.
///
/// Shape:    x [..., 2n, ...] -> [..., n, ...].
/// Gradient: that of the product and the sigmoid.
/// Errors:   kShape if the size is odd; kIndex if `dim` is out of range.
/// Torch:    torch.nn.functional.glu(x, dim)
Tensor glu(const Tensor& x, int64_t dim = -1);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_ACTIVATION_H_
