// Channels and pixels traded for one another.
//
// Unless an op says otherwise
//   Dtype:    any -> the same.
//   Gradient: g, put back where its elements came from.
//   Errors:   kShape if the shape does not fit; kValue for sizes that make no
//             sense.

#ifndef CRESSET_TENSOR_OPS_PATCHES_H_
#define CRESSET_TENSOR_OPS_PATCHES_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct PatchOptions {
  Ints dilation = 1;
  Ints padding = 0;  ///< counts as zero
  Ints stride = 1;
};

/// Every patch of `kernel_size` of an image as a column.
/// Shape: [N, C, H, W] or [C, H, W] -> [N, C * kernel, patches].
/// Torch: torch.nn.functional.unfold(x, kernel_size, dilation, padding, stride)
Tensor im2col(const Tensor& x, const Ints& kernel_size,
              const PatchOptions& options = {});

/// The image of `output_size` in which each column's elements are added where
/// im2col took them.
/// Shape: [N, C * kernel, patches] or without N -> [N, C, H, W].
/// Dtype: floating -> the same.
/// Torch: torch.nn.functional.fold(x, output_size, kernel_size, dilation,
///        padding, stride)
Tensor col2im(const Tensor& x, const Ints& output_size, const Ints& kernel_size,
              const PatchOptions& options = {});

/// Squares of r x r channels spread over the image, and back.
/// Shape: [..., C * r * r, H, W] <-> [..., C, H * r, W * r].
/// Torch: torch.nn.functional.pixel_shuffle(x, r), pixel_unshuffle(x, r)
Tensor pixel_shuffle(const Tensor& x, int64_t upscale_factor);
Tensor pixel_unshuffle(const Tensor& x, int64_t downscale_factor);

/// Channels of `groups` groups dealt out in turn.
/// Shape: [N, C, ...] -> the same.
/// Torch: torch.nn.functional.channel_shuffle(x, groups)
Tensor channel_shuffle(const Tensor& x, int64_t groups);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_PATCHES_H_
