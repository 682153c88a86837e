// Whether work is written down, to be repeated later, instead of run.

#ifndef CRESSET_TENSOR_CORE_CAPTURE_H_
#define CRESSET_TENSOR_CORE_CAPTURE_H_

#include "cresset/tensor/core/kernel.h"

namespace cresset::internal {

// Whether a graph is captured from the current stream of `device`. What the
// host counts meanwhile would be the same number in every replay.
using CapturingKernel = Kernel<bool(Device device)>;
extern CapturingKernel capturing_kernel;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_CAPTURE_H_
