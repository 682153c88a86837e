// A convolution is linear in x and in w, and with g in the place of y the three
// kernels are one trilinear form read three ways:
//
//   conv(x, w) -> y      x_grad(g, w) -> x      w_grad(x, g) -> w
//
// The gradient of each is made of the other two, so every order of derivative
// is here, and a transposed convolution is x_grad under another name.

#include "cresset/tensor/ops/conv.h"

#include <utility>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/conv_cpu.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {

constinit ConvKernel conv_kernel{"conv", conv_cpu};
constinit ConvGradKernel conv_x_grad_kernel{"conv", conv_x_grad_cpu};
constinit ConvGradKernel conv_w_grad_kernel{"conv", conv_w_grad_cpu};

Shape ConvShape::x_sizes() const {
  Shape sizes{batch, in_channels};
  for (int64_t d = 3 - rank; d < 3; ++d) sizes.push_back(in[d]);
  return sizes;
}

Shape ConvShape::y_sizes() const {
  Shape sizes{batch, out_channels};
  for (int64_t d = 3 - rank; d < 3; ++d) sizes.push_back(out[d]);
  return sizes;
}

namespace {

Shape w_sizes(const ConvShape& shape) {
  Shape sizes{shape.out_channels, shape.in_channels / shape.groups};
  for (int64_t d = 3 - shape.rank; d < 3; ++d) sizes.push_back(shape.kernel[d]);
  return sizes;
}

Tensor dense(const Tensor& x) { return x.is_contiguous() ? x : dense_copy(x); }

// The sum of g over all but the channels: the gradient of a bias.
Tensor channel_sum(const Tensor& g) {
  Shape dims;
  for (int64_t d = 0; d < g.dim(); ++d) {
    if (d != 1) dims.push_back(d);
  }
  return sum(g, dims);
}

Tensor x_grad(const Tensor& g, const Tensor& w, const ConvShape& shape);
Tensor w_grad(const Tensor& x, const Tensor& g, const ConvShape& shape);

Tensor conv(const Tensor& x, const Tensor& w, const Tensor& bias,
            const ConvShape& shape) {
  Tensor y = make_empty(shape.y_sizes(), x.dtype(), x.device());
  if (y.numel() != 0) {
    conv_kernel(x.device(), shape, dense(x), dense(w),
                bias.defined() ? dense(bias) : bias, y);
  }
  if (!any_wants_grad(TensorRefs{x, w, bias})) return y;
  return with_grad(
      "ConvolutionBackward", std::move(y), {x, w, bias},
      [x = keep(x), w = keep(w), shape](const Tensor& g, Grads& grads) {
        if (grads.needs(0)) grads[0] = x_grad(g, w(), shape);
        if (grads.needs(1)) grads[1] = w_grad(x(), g, shape);
        if (grads.needs(2)) grads[2] = channel_sum(g);
      });
}

Tensor x_grad(const Tensor& g, const Tensor& w, const ConvShape& shape) {
  Tensor x = make_empty(shape.x_sizes(), g.dtype(), g.device());
  if (x.numel() != 0) {
    conv_x_grad_kernel(g.device(), shape, dense(g), dense(w), x);
  }
  if (!any_wants_grad(TensorRefs{g, w})) return x;
  return with_grad(
      "ConvolutionBackward", std::move(x), {g, w},
      [g = keep(g), w = keep(w), shape](const Tensor& gx, Grads& grads) {
        if (grads.needs(0)) grads[0] = conv(gx, w(), Tensor(), shape);
        if (grads.needs(1)) grads[1] = w_grad(gx, g(), shape);
      });
}

Tensor w_grad(const Tensor& x, const Tensor& g, const ConvShape& shape) {
  Tensor w = make_empty(w_sizes(shape), g.dtype(), g.device());
  if (w.numel() != 0) {
    conv_w_grad_kernel(g.device(), shape, dense(x), dense(g), w);
  }
  if (!any_wants_grad(TensorRefs{x, g})) return w;
  return with_grad(
      "ConvolutionBackward", std::move(w), {x, g},
      [x = keep(x), g = keep(g), shape](const Tensor& gw, Grads& grads) {
        if (grads.needs(0)) grads[0] = x_grad(g(), gw, shape);
        if (grads.needs(1)) grads[1] = conv(x(), gw, Tensor(), shape);
      });
}

void check_operands(const Tensor& x, const Tensor& w, const Tensor& bias,
                    int64_t rank, const char* op) {
  CRESSET_CHECK(w.dim() == rank + 2, kShape, op, ": the weight must be ",
                rank + 2, "-d; got ", w.sizes());
  CRESSET_CHECK(x.dim() == rank + 2, kShape, op, ": Expected ", rank + 1,
                "D (unbatched) or ", rank + 2, "D (batched) input; got ",
                x.sizes());
  CRESSET_CHECK((is_floating(x.dtype()) || x.dtype() == int64) &&
                    w.dtype() == x.dtype() &&
                    (!bias.defined() || bias.dtype() == x.dtype()),
                kDtype, op,
                ": input, weight and bias must have one dtype, floating or "
                "int64; got ",
                x.dtype(), ", ", w.dtype(), ", ",
                bias.defined() ? to_string(bias.dtype()) : "no bias");
  CRESSET_CHECK(w.device() == x.device() &&
                    (!bias.defined() || bias.device() == x.device()),
                kDevice, op,
                ": input, weight and bias must be on one device; "
                "got ",
                x.device(), " and ", w.device());
}

// Sums of int64 are made in float64, which is exact below 2^53.
Tensor as_float64(const Tensor& x) { return x.defined() ? x.to(float64) : x; }

struct Spatial {
  Shape stride, padding, dilation;
};

Spatial spatial_of(const Ints& stride, const Ints& padding,
                   const Ints& dilation, int64_t rank, const char* op) {
  const auto n = static_cast<size_t>(rank);
  Spatial s{stride.expanded(n, {}, op, "stride"),
            padding.expanded(n, {}, op, "padding"),
            dilation.expanded(n, {}, op, "dilation")};
  for (size_t i = 0; i < n; ++i) {
    CRESSET_CHECK(s.stride[i] > 0 && s.dilation[i] > 0, kValue, op,
                  ": stride and dilation must be >= 1; got ", IntSpan(s.stride),
                  " and ", IntSpan(s.dilation));
    CRESSET_CHECK(s.padding[i] >= 0, kValue, op,
                  ": negative padding is not supported; got ",
                  IntSpan(s.padding));
  }
  return s;
}

// Fills everything but batch, channels, in and out.
ConvShape base_shape(const Tensor& w, int64_t groups, const Spatial& s,
                     int64_t rank) {
  ConvShape shape{};
  shape.groups = groups;
  shape.rank = rank;
  for (int64_t d = 0; d < 3; ++d) {
    const int64_t i = d - (3 - rank);
    const auto at = static_cast<size_t>(i);
    shape.in[d] = shape.out[d] = 1;
    shape.kernel[d] = i < 0 ? 1 : w.size(2 + i);
    shape.stride[d] = i < 0 ? 1 : s.stride[at];
    shape.padding[d] = i < 0 ? 0 : s.padding[at];
    shape.dilation[d] = i < 0 ? 1 : s.dilation[at];
  }
  return shape;
}

void check_bias(const Tensor& bias, int64_t channels, const char* op) {
  CRESSET_CHECK(
      !bias.defined() || (bias.dim() == 1 && bias.size(0) == channels), kShape,
      op, ": expected bias to be 1-dimensional with ", channels,
      " elements; got ", bias.defined() ? to_string(bias.sizes()) : "none");
}

Tensor conv_forward(const Tensor& x, const Tensor& w, const Tensor& bias,
                    const ConvOptions& options, int64_t rank, const char* op) {
  if (autocast_lowers(x, w, bias)) {
    return conv_forward(lowered(x), lowered(w), lowered(bias), options, rank,
                        op);
  }
  if (x.dim() == rank + 1) {
    return squeeze(conv_forward(unsqueeze(x, 0), w, bias, options, rank, op),
                   0);
  }
  check_operands(x, w, bias, rank, op);
  if (x.dtype() == int64) {
    return conv_forward(x.to(float64), w.to(float64), as_float64(bias), options,
                        rank, op)
        .to(int64);
  }
  const int64_t groups = options.groups;
  CRESSET_CHECK(groups > 0 && w.size(0) % groups == 0, kShape, op,
                ": output channels must be divisible by groups = ", groups,
                "; got weight ", w.sizes());
  CRESSET_CHECK(x.size(1) == w.size(1) * groups, kShape, op,
                ": Given groups=", groups, ", weight of size ", w.sizes(),
                ", expected input ", x.sizes(), " to have ", w.size(1) * groups,
                " channels, but got ", x.size(1), " channels instead");
  check_bias(bias, w.size(0), op);
  ConvShape shape = base_shape(
      w, groups,
      spatial_of(options.stride, options.padding, options.dilation, rank, op),
      rank);
  shape.batch = x.size(0);
  shape.in_channels = x.size(1);
  shape.out_channels = w.size(0);
  for (int64_t d = 3 - rank; d < 3; ++d) {
    shape.in[d] = x.size(d + rank - 1);
    const int64_t span = shape.dilation[d] * (shape.kernel[d] - 1) + 1;
    const int64_t room = shape.in[d] + 2 * shape.padding[d] - span;
    CRESSET_CHECK(room >= 0, kShape, op,
                  ": Calculated padded input size per channel: ",
                  shape.in[d] + 2 * shape.padding[d], ". Kernel size: ", span,
                  ". Kernel size can't be greater than actual input size; got "
                  "input ",
                  x.sizes(), ", weight ", w.sizes());
    shape.out[d] = room / shape.stride[d] + 1;
  }
  return conv(x, w, bias, shape);
}

Tensor conv_transpose(const Tensor& x, const Tensor& w, const Tensor& bias,
                      const ConvTransposeOptions& options, int64_t rank,
                      const char* op) {
  if (autocast_lowers(x, w, bias)) {
    return conv_transpose(lowered(x), lowered(w), lowered(bias), options, rank,
                          op);
  }
  if (x.dim() == rank + 1) {
    return squeeze(conv_transpose(unsqueeze(x, 0), w, bias, options, rank, op),
                   0);
  }
  check_operands(x, w, bias, rank, op);
  if (x.dtype() == int64) {
    return conv_transpose(x.to(float64), w.to(float64), as_float64(bias),
                          options, rank, op)
        .to(int64);
  }
  const int64_t groups = options.groups;
  CRESSET_CHECK(groups > 0 && x.size(1) == w.size(0) && w.size(0) % groups == 0,
                kShape, op, ": Given transposed=1, weight of size ", w.sizes(),
                " and groups=", groups, ", expected input ", x.sizes(),
                " to have ", w.size(0), " channels, divisible by groups");
  check_bias(bias, w.size(1) * groups, op);
  const Spatial s =
      spatial_of(options.stride, options.padding, options.dilation, rank, op);
  const Shape extra = options.output_padding.expanded(static_cast<size_t>(rank),
                                                      {}, op, "output_padding");
  // The convolution whose input gradient this is: from [N, O] to [N, C].
  ConvShape shape = base_shape(w, groups, s, rank);
  shape.batch = x.size(0);
  shape.in_channels = w.size(1) * groups;
  shape.out_channels = x.size(1);
  for (int64_t d = 3 - rank; d < 3; ++d) {
    const auto at = static_cast<size_t>(d - (3 - rank));
    shape.out[d] = x.size(d + rank - 1);
    CRESSET_CHECK(extra[at] >= 0 && (extra[at] < shape.stride[d] ||
                                     extra[at] < shape.dilation[d]),
                  kValue, op,
                  ": output padding must be smaller than either "
                  "stride or dilation; got ",
                  IntSpan(extra));
    shape.in[d] = (shape.out[d] - 1) * shape.stride[d] - 2 * shape.padding[d] +
                  shape.dilation[d] * (shape.kernel[d] - 1) + extra[at] + 1;
    CRESSET_CHECK(shape.in[d] >= 1, kShape, op, ": the output size would be ",
                  shape.in[d], "; got input ", x.sizes(), ", weight ",
                  w.sizes());
  }
  const Tensor y = x_grad(x, w, shape);
  if (!bias.defined()) return y;
  Shape along(static_cast<size_t>(rank) + 2, 1);
  along[1] = bias.size(0);
  return add(y, reshape(bias, along));
}

}  // namespace
}  // namespace internal

Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const ConvOptions& options) {
  return internal::conv_forward(x, weight, bias, options, 1, "conv1d");
}
Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const ConvOptions& options) {
  return internal::conv_forward(x, weight, bias, options, 2, "conv2d");
}
Tensor conv3d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const ConvOptions& options) {
  return internal::conv_forward(x, weight, bias, options, 3, "conv3d");
}

Tensor conv_transpose1d(const Tensor& x, const Tensor& weight,
                        const Tensor& bias,
                        const ConvTransposeOptions& options) {
  return internal::conv_transpose(x, weight, bias, options, 1,
                                  "conv_transpose1d");
}
Tensor conv_transpose2d(const Tensor& x, const Tensor& weight,
                        const Tensor& bias,
                        const ConvTransposeOptions& options) {
  return internal::conv_transpose(x, weight, bias, options, 2,
                                  "conv_transpose2d");
}
Tensor conv_transpose3d(const Tensor& x, const Tensor& weight,
                        const Tensor& bias,
                        const ConvTransposeOptions& options) {
  return internal::conv_transpose(x, weight, bias, options, 3,
                                  "conv_transpose3d");
}

}  // namespace cresset
