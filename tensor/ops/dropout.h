// Random zeroing, for training.
//
// Unless an op says otherwise
//   Dtype:    floating -> the same.
//   Gradient: g times the same mask.
//   Errors:   kValue unless p is in [0, 1]; kDtype for other dtypes.
// The stream of the default generator is consumed as PyTorch's CPU does, so
// the same seed gives the same mask. A GPU keeps no mask of x's size: gradients
// draw the same numbers again. Masks of whole channels, [N, C], are kept.

#ifndef CRESSET_TENSOR_OPS_DROPOUT_H_
#define CRESSET_TENSOR_OPS_DROPOUT_H_

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// Zeros each element with probability p and divides the others by 1 - p. The
/// identity unless `training`.
/// Shape: any -> the same. Torch: torch.nn.functional.dropout(x, p, training)
Tensor dropout(const Tensor& x, double p = 0.5, bool training = true);
const Tensor& dropout_(const Tensor& x, double p = 0.5, bool training = true);

/// The same for whole channels.
/// Shape: [N, C, ...] -> the same, from rank 2 on (rank 3 for dropout1d, ...);
///        one rank less means no batch.
/// Torch: torch.nn.functional.dropout1d, 2d, 3d
Tensor dropout1d(const Tensor& x, double p = 0.5, bool training = true);
Tensor dropout2d(const Tensor& x, double p = 0.5, bool training = true);
Tensor dropout3d(const Tensor& x, double p = 0.5, bool training = true);

/// Dropout that keeps mean and variance of SELU activations.
/// Shape: any -> the same. Torch: torch.nn.functional.alpha_dropout
Tensor alpha_dropout(const Tensor& x, double p = 0.5, bool training = false);

namespace internal {

// Fills `mask` with 1 (probability keep) and 0.
using BernoulliKernel = Kernel<void(double keep, const Tensor& mask)>;
extern BernoulliKernel bernoulli_mask_kernel;

// Numbers that a device's kernel has drawn and can draw again.
struct DrawnNumbers {
  uint64_t seed = 0;
  uint64_t offset = 0;
  const uint64_t* replayed = nullptr;  // in device memory, while in a graph
};

// y = x / keep where a random number is below `keep`, else 0: dropout without a
// mask. Draws new numbers if `draws`, else those that `numbers` names. x and y
// are row-major and not empty. The CPU has none: its masks are PyTorch's.
using DropoutKernel = Kernel<void(const Tensor& x, double keep, bool draws,
                                  DrawnNumbers& numbers, const Tensor& y)>;
extern DropoutKernel dropout_kernel;

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_DROPOUT_H_
