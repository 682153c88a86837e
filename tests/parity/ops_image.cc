// Rows of padding, resampling, and channels as pixels.

#include "cresset/tensor/ops/pad.h"
#include "cresset/tensor/ops/patches.h"
#include "cresset/tensor/ops/resample.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptInts = std::optional<Ints>;
using OptNumbers = std::optional<std::vector<double>>;
using OptBool = std::optional<bool>;

Tensor resized(const Tensor& x, const OptInts& size, const OptNumbers& factor,
               const std::string& mode, bool align_corners) {
  return interpolate(x, {.size = size.value_or(Ints()),
                         .scale_factor = factor.value_or(std::vector<double>()),
                         .mode = mode,
                         .align_corners = align_corners});
}

}  // namespace

void add_image_ops(OpTable& t) {
  t.add("nn.functional.pad", "input, pad, mode='constant', value=None",
        [](const Tensor& x, const Ints& padding, const std::string& mode,
           const std::optional<Scalar>& value) {
          return pad(x, padding, mode, value.value_or(0));
        });
  t.add("nn.functional.interpolate",
        "input, size=None, scale_factor=None, mode='nearest', "
        "align_corners=None, recompute_scale_factor=None, antialias=False",
        [](const Tensor& x, const OptInts& size, const OptNumbers& factor,
           const std::string& mode, OptBool align_corners, OptBool recompute,
           bool antialias) {
          return interpolate(
              x, {.size = size.value_or(Ints()),
                  .scale_factor = factor.value_or(std::vector<double>()),
                  .mode = mode,
                  .align_corners = align_corners.value_or(false),
                  .recompute_scale_factor = recompute.value_or(false),
                  .antialias = antialias});
        });
  t.add("nn.functional.upsample",
        "input, size=None, scale_factor=None, mode='nearest', "
        "align_corners=None",
        [](const Tensor& x, const OptInts& size, const OptNumbers& factor,
           const std::string& mode, OptBool align_corners) {
          return resized(x, size, factor, mode, align_corners.value_or(false));
        });
  t.add("nn.functional.upsample_bilinear",
        "input, size=None, scale_factor=None",
        [](const Tensor& x, const OptInts& size, const OptNumbers& factor) {
          return resized(x, size, factor, "bilinear", true);
        });
  t.add("nn.functional.upsample_nearest", "input, size=None, scale_factor=None",
        [](const Tensor& x, const OptInts& size, const OptNumbers& factor) {
          return resized(x, size, factor, "nearest", false);
        });
  t.add("nn.functional.grid_sample",
        "input, grid, mode='bilinear', padding_mode='zeros', "
        "align_corners=None",
        [](const Tensor& x, const Tensor& grid, const std::string& mode,
           const std::string& padding, OptBool align_corners) {
          return grid_sample(x, grid,
                             {.mode = mode,
                              .padding_mode = padding,
                              .align_corners = align_corners.value_or(false)});
        });
  t.add("nn.functional.unfold",
        "input, kernel_size, dilation=1, padding=0, stride=1",
        [](const Tensor& x, const Ints& kernel, const Ints& dilation,
           const Ints& padding, const Ints& stride) {
          return im2col(
              x, kernel,
              {.dilation = dilation, .padding = padding, .stride = stride});
        });
  t.add("nn.functional.fold",
        "input, output_size, kernel_size, dilation=1, padding=0, stride=1",
        [](const Tensor& x, const Ints& size, const Ints& kernel,
           const Ints& dilation, const Ints& padding, const Ints& stride) {
          return col2im(
              x, size, kernel,
              {.dilation = dilation, .padding = padding, .stride = stride});
        });
  t.add("nn.functional.pixel_shuffle", "input, upscale_factor",
        [](const Tensor& x, int64_t r) { return pixel_shuffle(x, r); });
  t.add("nn.functional.pixel_unshuffle", "input, downscale_factor",
        [](const Tensor& x, int64_t r) { return pixel_unshuffle(x, r); });
  t.add("nn.functional.channel_shuffle", "input, groups",
        [](const Tensor& x, int64_t groups) {
          return channel_shuffle(x, groups);
        });
}

}  // namespace cresset::parity
