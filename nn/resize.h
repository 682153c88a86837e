// Layers that trade channels, patches and pixels for one another.

#ifndef CRESSET_NN_RESIZE_H_
#define CRESSET_NN_RESIZE_H_

#include <optional>
#include <string>
#include <vector>

#include "cresset/nn/module.h"
#include "cresset/tensor/base/shape.h"
#include "cresset/tensor/ops/patches.h"

namespace cresset::nn {

struct UpsampleOptions {
  Ints size = {};                         ///< of the result; or
  std::vector<double> scale_factor = {};  ///< one, or one for each dimension
  std::string mode = "nearest";           ///< as interpolate's
  bool align_corners = false;
  bool recompute_scale_factor = false;
};

/// The input read at evenly spaced points.
///
/// Shape: [N, C, spatial...] -> the same rank with other spatial sizes.
/// Torch: torch.nn.Upsample
class Upsample : public Module {
 public:
  explicit Upsample(const UpsampleOptions& resizing) : options(resizing) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  UpsampleOptions options;
};

/// Torch: torch.nn.UpsamplingNearest2d
class UpsamplingNearest2d : public Upsample {
 public:
  explicit UpsamplingNearest2d(const UpsampleOptions& resizing)
      : Upsample(resizing) {}
};

/// Torch: torch.nn.UpsamplingBilinear2d
class UpsamplingBilinear2d : public Upsample {
 public:
  explicit UpsamplingBilinear2d(const UpsampleOptions& resizing)
      : Upsample(resizing) {
    options.mode = "bilinear";
    options.align_corners = true;
  }
};

/// Shape: [..., C * r * r, H, W] -> [..., C, H * r, W * r].
/// Torch: torch.nn.PixelShuffle
class PixelShuffle : public Module {
 public:
  explicit PixelShuffle(int64_t factor) : upscale_factor(factor) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  int64_t upscale_factor;
};

/// Shape: [..., C, H * r, W * r] -> [..., C * r * r, H, W].
/// Torch: torch.nn.PixelUnshuffle
class PixelUnshuffle : public Module {
 public:
  explicit PixelUnshuffle(int64_t factor) : downscale_factor(factor) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  int64_t downscale_factor;
};

/// Channels of `groups` groups dealt out in turn.
/// Torch: torch.nn.ChannelShuffle
class ChannelShuffle : public Module {
 public:
  explicit ChannelShuffle(int64_t number_of_groups)
      : groups(number_of_groups) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  int64_t groups;
};

/// Patches as columns: [N, C, H, W] -> [N, C * kernel, patches].
/// Torch: torch.nn.Unfold
class Unfold : public Module {
 public:
  explicit Unfold(const Ints& kernel, const PatchOptions& patches = {})
      : kernel_size(kernel), options(patches) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  Ints kernel_size;
  PatchOptions options;
};

/// Columns added to an image: [N, C * kernel, patches] -> [N, C, H, W].
/// Torch: torch.nn.Fold
class Fold : public Module {
 public:
  Fold(const Ints& size, const Ints& kernel, const PatchOptions& patches = {})
      : output_size(size), kernel_size(kernel), options(patches) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  Ints output_size, kernel_size;
  PatchOptions options;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_RESIZE_H_
