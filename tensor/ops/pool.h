// Pooling over windows of the last one, two or three dimensions.
//
// Unless an op says otherwise
//   Shape:  [N, C, spatial...] or [C, spatial...] -> the same rank, each
//           spatial size (in + 2 padding - dilation (kernel - 1) - 1) / stride
//           + 1, rounded down, or up with ceil_mode as long as the last window
//           starts inside the input or its left padding.
//   Dtype:  floating -> the same.
//   Errors: kShape for a wrong rank or an output size below 1; kValue for a
//           kernel or stride below 1 or a padding above half the kernel;
//           kDtype for other dtypes.

#ifndef CRESSET_TENSOR_OPS_POOL_H_
#define CRESSET_TENSOR_OPS_POOL_H_

#include <optional>
#include <utility>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct MaxPoolOptions {
  Ints stride = {};  ///< default: the kernel size
  Ints padding = 0;  ///< counts as minus infinity
  Ints dilation = 1;
  bool ceil_mode = false;
};

/// The largest element of each window.
/// Gradient: g to the (first) largest element.
/// Torch: torch.nn.functional.max_pool1d, 2d, 3d
Tensor max_pool1d(const Tensor& x, const Ints& kernel_size,
                  const MaxPoolOptions& options = {});
Tensor max_pool2d(const Tensor& x, const Ints& kernel_size,
                  const MaxPoolOptions& options = {});
Tensor max_pool3d(const Tensor& x, const Ints& kernel_size,
                  const MaxPoolOptions& options = {});

/// The same with the place of each maximum in its plane, int64.
/// Gradient: as max_pool. Torch: the functions with return_indices=True
std::pair<Tensor, Tensor> max_pool1d_with_indices(
    const Tensor& x, const Ints& kernel_size,
    const MaxPoolOptions& options = {});
std::pair<Tensor, Tensor> max_pool2d_with_indices(
    const Tensor& x, const Ints& kernel_size,
    const MaxPoolOptions& options = {});
std::pair<Tensor, Tensor> max_pool3d_with_indices(
    const Tensor& x, const Ints& kernel_size,
    const MaxPoolOptions& options = {});

struct AvgPoolOptions {
  Ints stride = {};  ///< default: the kernel size
  Ints padding = 0;  ///< counts as zero
  bool ceil_mode = false;
  bool count_include_pad = true;  ///< whether padding counts in the divisor
  std::optional<int64_t> divisor_override = std::nullopt;
};

/// The mean of each window.
/// Dtype: floating, or int64 with the mean's integer part -> the same.
/// Gradient: g / divisor to each element of the window.
/// Torch: torch.nn.functional.avg_pool1d, 2d, 3d
Tensor avg_pool1d(const Tensor& x, const Ints& kernel_size,
                  const AvgPoolOptions& options = {});
Tensor avg_pool2d(const Tensor& x, const Ints& kernel_size,
                  const AvgPoolOptions& options = {});
Tensor avg_pool3d(const Tensor& x, const Ints& kernel_size,
                  const AvgPoolOptions& options = {});

/// Windows that tile the input so that the output has a given size; -1 keeps
/// the input's.
/// Shape:    [N, C, spatial...] -> [N, C, output_size...].
/// Gradient: as the pooling with fixed windows.
/// Torch: torch.nn.functional.adaptive_avg_pool1d, 2d, 3d and adaptive_max_pool
Tensor adaptive_avg_pool1d(const Tensor& x, const Ints& output_size);
Tensor adaptive_avg_pool2d(const Tensor& x, const Ints& output_size);
Tensor adaptive_avg_pool3d(const Tensor& x, const Ints& output_size);
Tensor adaptive_max_pool1d(const Tensor& x, const Ints& output_size);
Tensor adaptive_max_pool2d(const Tensor& x, const Ints& output_size);
Tensor adaptive_max_pool3d(const Tensor& x, const Ints& output_size);
std::pair<Tensor, Tensor> adaptive_max_pool1d_with_indices(
    const Tensor& x, const Ints& output_size);
std::pair<Tensor, Tensor> adaptive_max_pool2d_with_indices(
    const Tensor& x, const Ints& output_size);
std::pair<Tensor, Tensor> adaptive_max_pool3d_with_indices(
    const Tensor& x, const Ints& output_size);

/// Puts the elements of a pooled tensor back where its indices say, zeros
/// elsewhere.
/// Shape:    [N, C, pooled...] -> [N, C, output_size...], by default the
///           smallest that pools to x's size.
/// Gradient: g at the indices.
/// Errors:   kIndex for an index outside the output.
/// Torch: torch.nn.functional.max_unpool1d, 2d, 3d
Tensor max_unpool1d(const Tensor& x, const Tensor& indices,
                    const Ints& kernel_size, const Ints& stride = {},
                    const Ints& padding = 0, const Ints& output_size = {});
Tensor max_unpool2d(const Tensor& x, const Tensor& indices,
                    const Ints& kernel_size, const Ints& stride = {},
                    const Ints& padding = 0, const Ints& output_size = {});
Tensor max_unpool3d(const Tensor& x, const Tensor& indices,
                    const Ints& kernel_size, const Ints& stride = {},
                    const Ints& padding = 0, const Ints& output_size = {});

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_POOL_H_
