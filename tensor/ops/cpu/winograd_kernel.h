// The transforms of Winograd's F(2x2, 3x3): 4x4 tiles of the input become 16
// values for each channel, and 16 sums for each output channel become 2x2
// outputs. Images lie by pixel ([height, width, channel]), so that every step
// works on vectors of channels, whatever the size of the image.

#ifndef CRESSET_TENSOR_OPS_CPU_WINOGRAD_KERNEL_H_
#define CRESSET_TENSOR_OPS_CPU_WINOGRAD_KERNEL_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

inline constexpr int kWinogradPlaces = 16;  // values of a transformed tile

struct WinogradShape {
  int64_t in_channels, out_channels;
  int64_t in_stride, out_stride;  // elements from pixel to pixel
  int64_t in_height, in_width;
  int64_t out_height, out_width;
  int64_t padding_height, padding_width;
  int64_t tiles_down, tiles_across;
};

// The input channels [first, last) of w [out, in, 3, 3], transformed to 16
// matrices [in, out] packed as pack_b of gemm_kernel.h does, `size` elements
// apart. `scratch` holds (last - first) * 9 rows of out_stride elements.
CRESSET_CPU_KERNEL(void, winograd_weight,
                   (const WinogradShape& shape, int64_t first, int64_t last,
                    const float* w, float* scratch, float* packed,
                    int64_t size));

// The tiles [first, first + count) of all images' tiles: value `place` of tile
// t and channel c goes to out[(place * count + t) * row_stride + c]. `zeros`
// stands for pixels in the padding.
CRESSET_CPU_KERNEL(void, winograd_input,
                   (const WinogradShape& shape, int64_t first, int64_t count,
                    const float* x, const float* zeros, float* out,
                    int64_t row_stride));

// The reverse, from sums[(place * count + t) * out_stride + c].
CRESSET_CPU_KERNEL(void, winograd_output,
                   (const WinogradShape& shape, int64_t first, int64_t count,
                    const float* sums, const float* bias, float* y));

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_WINOGRAD_KERNEL_H_
