// Dividing scaled gradients again.

#ifndef CRESSET_TENSOR_OPS_UNSCALE_H_
#define CRESSET_TENSOR_OPS_UNSCALE_H_

#include <span>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

// Multiplies gradients by `factor` and says whether any of them holds an
// infinity or a NaN: found [1], float32, zero at first, becomes 1 then. All on
// one device and floating.
// Torch: torch._amp_foreach_non_finite_check_and_unscale_
using UnscaleKernel = Kernel<void(std::span<const Tensor> gradients,
                                  double factor, const Tensor& found)>;
extern UnscaleKernel unscale_kernel;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_UNSCALE_H_
