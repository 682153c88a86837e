#include "cresset/nn/resize.h"

#include "cresset/nn/text.h"
#include "cresset/tensor/ops/resample.h"

namespace cresset::nn {

using cresset::internal::concat;
using cresset::internal::python_ints;

Tensor Upsample::forward(const Tensor& x) {
  return interpolate(
      x, {.size = options.size,
          .scale_factor = options.scale_factor,
          .mode = options.mode,
          .align_corners = options.align_corners,
          .recompute_scale_factor = options.recompute_scale_factor});
}

std::string Upsample::extra_repr() const {
  std::string out = "size=" + python_ints(options.size);
  const std::vector<double>& factors = options.scale_factor;
  if (!factors.empty()) {
    out = factors.size() == 1 ? "scale_factor=" : "scale_factor=(";
    for (size_t i = 0; i < factors.size(); ++i) {
      out += concat(i == 0 ? "" : ", ", python_float(factors[i]));
    }
    if (factors.size() > 1) out += ")";
  }
  return concat(out, ", mode=", options.mode);
}

Tensor PixelShuffle::forward(const Tensor& x) {
  return pixel_shuffle(x, upscale_factor);
}
std::string PixelShuffle::extra_repr() const {
  return concat("upscale_factor=", upscale_factor);
}

Tensor PixelUnshuffle::forward(const Tensor& x) {
  return pixel_unshuffle(x, downscale_factor);
}
std::string PixelUnshuffle::extra_repr() const {
  return concat("downscale_factor=", downscale_factor);
}

Tensor ChannelShuffle::forward(const Tensor& x) {
  return channel_shuffle(x, groups);
}
std::string ChannelShuffle::extra_repr() const {
  return concat("groups=", groups);
}

Tensor Unfold::forward(const Tensor& x) {
  return im2col(x, kernel_size, options);
}
std::string Unfold::extra_repr() const {
  return concat("kernel_size=", python_ints(kernel_size),
                ", dilation=", python_ints(options.dilation),
                ", padding=", python_ints(options.padding),
                ", stride=", python_ints(options.stride));
}

Tensor Fold::forward(const Tensor& x) {
  return col2im(x, output_size, kernel_size, options);
}
std::string Fold::extra_repr() const {
  return concat("output_size=", python_ints(output_size),
                ", kernel_size=", python_ints(kernel_size),
                ", dilation=", python_ints(options.dilation),
                ", padding=", python_ints(options.padding),
                ", stride=", python_ints(options.stride));
}

}  // namespace cresset::nn
