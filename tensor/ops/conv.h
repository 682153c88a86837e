// Convolutions over one, two or three spatial dimensions.
//
// Unless an op says otherwise
//   Dtype:  floating, all operands alike -> the same; float16 and bfloat16 add
//           up in float32. int64 too, exact for sums below 2^53.
//   Errors: kShape if channels, groups or sizes do not fit or an output size
//           would be below 1; kValue for a stride or dilation below 1 or a
//           negative padding; kDtype for mixed or other dtypes.

#ifndef CRESSET_TENSOR_OPS_CONV_H_
#define CRESSET_TENSOR_OPS_CONV_H_

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct ConvOptions {
  Ints stride = 1;
  Ints padding = 0;
  Ints dilation = 1;
  int64_t groups = 1;
};

/// Cross-correlation, as deep learning calls convolution.
///
/// Shape:    x [N, C, in...] or [C, in...], weight [O, C / groups, kernel...],
///           bias [O] or undefined -> [N, O, out...] with out = (in +
///           2 padding - dilation (kernel - 1) - 1) / stride + 1.
/// Gradient: the transposed convolution of g to x, the correlation of x and g
///           to weight, the sum of g to bias; all of any order.
/// Torch:    torch.nn.functional.conv1d, conv2d, conv3d
Tensor conv1d(const Tensor& x, const Tensor& weight,
              const Tensor& bias = Tensor(), const ConvOptions& options = {});
Tensor conv2d(const Tensor& x, const Tensor& weight,
              const Tensor& bias = Tensor(), const ConvOptions& options = {});
Tensor conv3d(const Tensor& x, const Tensor& weight,
              const Tensor& bias = Tensor(), const ConvOptions& options = {});

struct ConvTransposeOptions {
  Ints stride = 1;
  Ints padding = 0;
  Ints output_padding = 0;  ///< added to one side of the output
  int64_t groups = 1;
  Ints dilation = 1;
};

/// The gradient of a convolution with respect to its input, used as a layer.
///
/// Shape:    x [N, C, in...] or [C, in...], weight [C, O / groups, kernel...],
///           bias [O] or undefined -> [N, O, out...] with out = (in - 1)
///           stride - 2 padding + dilation (kernel - 1) + output_padding + 1.
/// Gradient: the convolution of g to x, and as conv to weight and bias.
/// Errors:   kValue also if output_padding is not below stride or dilation.
/// Torch:    torch.nn.functional.conv_transpose1d, 2d, 3d
Tensor conv_transpose1d(const Tensor& x, const Tensor& weight,
                        const Tensor& bias = Tensor(),
                        const ConvTransposeOptions& options = {});
Tensor conv_transpose2d(const Tensor& x, const Tensor& weight,
                        const Tensor& bias = Tensor(),
                        const ConvTransposeOptions& options = {});
Tensor conv_transpose3d(const Tensor& x, const Tensor& weight,
                        const Tensor& bias = Tensor(),
                        const ConvTransposeOptions& options = {});

namespace internal {

// The geometry of a convolution; missing leading dimensions count as size 1.
struct ConvShape {
  int64_t batch, in_channels, out_channels, groups;
  int64_t rank;  // of the spatial part: 1, 2 or 3
  int64_t in[3], out[3], kernel[3], stride[3], padding[3], dilation[3];

  Shape x_sizes() const;
  Shape y_sizes() const;
};

// All tensors row-major, of one floating dtype; x [N, C, in...],
// w [O, C / groups, kernel...], y and g [N, O, out...].
using ConvKernel =
    Kernel<void(const ConvShape& shape, const Tensor& x, const Tensor& w,
                const Tensor& bias, const Tensor& y)>;
// Writes the gradient of x, or of w.
using ConvGradKernel = Kernel<void(const ConvShape& shape, const Tensor& a,
                                   const Tensor& b, const Tensor& gradient)>;
extern ConvKernel conv_kernel;             // bias may be undefined
extern ConvGradKernel conv_x_grad_kernel;  // a = g, b = w
extern ConvGradKernel conv_w_grad_kernel;  // a = x, b = g

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_CONV_H_
