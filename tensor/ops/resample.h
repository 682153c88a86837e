// Images and volumes with another number of points.

#ifndef CRESSET_TENSOR_OPS_RESAMPLE_H_
#define CRESSET_TENSOR_OPS_RESAMPLE_H_

#include <optional>
#include <string_view>
#include <vector>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct InterpolateOptions {
  Ints size = {};  ///< sizes of the result; or give scale_factor
  /// One factor, or one for each spatial dimension.
  std::vector<double> scale_factor = {};
  /// "nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear"
  /// or "area".
  std::string_view mode = "nearest";
  bool align_corners = false;  ///< whether corner points, not pixels, coincide
  bool recompute_scale_factor = false;  ///< take the factor from the sizes
  bool antialias = false;  ///< widens the filter where the result is smaller
};

/// x read at evenly spaced points.
///
/// Shape:    [N, C, spatial...] of one to three spatial dimensions -> the same
///           with `size`, or floor(size * factor).
/// Dtype:    floating -> the same, float16 and bfloat16 by way of float32; the
///           nearest modes also uint8.
/// Gradient: g to each point by the weight it was read with; any order.
/// Errors:   kShape for another rank or an empty result; kValue for unknown
///           modes, modes that do not fit the rank, or not exactly one of size
///           and scale_factor; kDtype.
/// Torch:    torch.nn.functional.interpolate(x, size, scale_factor, mode,
///           align_corners, recompute_scale_factor, antialias)
Tensor interpolate(const Tensor& x, const InterpolateOptions& options);

struct GridSampleOptions {
  std::string_view mode = "bilinear";       ///< or "nearest", "bicubic"
  std::string_view padding_mode = "zeros";  ///< or "border", "reflection"
  bool align_corners = false;  ///< whether -1 and 1 are points or their edges
};

/// x read at the points of a grid, whose last dimension holds (x, y) or
/// (x, y, z) between -1 and 1.
///
/// Shape:    [N, C, H, W] and [N, h, w, 2] -> [N, C, h, w]; likewise with
///           depth.
/// Dtype:    floating, the same for both -> the same.
/// Gradient: that of the formula to both; none through rounding.
/// Errors:   kShape if the shapes do not fit; kValue for unknown modes; kDtype.
/// Torch:    torch.nn.functional.grid_sample(x, grid, mode, padding_mode,
///           align_corners)
Tensor grid_sample(const Tensor& x, const Tensor& grid,
                   const GridSampleOptions& options = {});

namespace internal {

// A sparse matrix [out, in] by rows: row i has the entries first[i] to
// first[i + 1] - 1 of `index` (its column) and `weight`.
struct Taps {
  int64_t in = 0, out = 0;
  std::vector<int64_t> first, index;
  std::vector<double> weight;

  Taps transposed() const;
};

// y[o, i, j] = sum over k of taps[i, k] * x[o, k, j] for row-major
// x [outer, in, inner] and y [outer, out, inner] of float32 or float64.
using MixKernel = Kernel<void(const Taps& taps, const Tensor& x,
                              const Tensor& y, int64_t outer, int64_t inner)>;
extern MixKernel mix_kernel;

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_RESAMPLE_H_
