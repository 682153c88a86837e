// Optimizer steps as one pass over each parameter, all parameters in few calls.
// Torch: torch._fused_sgd_, torch._fused_adam_

#ifndef CRESSET_TENSOR_OPS_FUSED_STEP_H_
#define CRESSET_TENSOR_OPS_FUSED_STEP_H_

#include <array>
#include <cstddef>
#include <span>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/fused_step_defs.h"

namespace cresset::internal {

// One parameter's step: its numbers and its tensors in the order of the
// update's elements; absent ones are undefined.
template <template <class T> class Update>
struct FusedStep {
  static constexpr size_t kTensors = Update<float>::kTensors;
  using Numbers = typename Update<float>::Numbers;

  Numbers numbers;
  std::array<Tensor, kTensors> tensors;
};
using SgdStep = FusedStep<SgdUpdate>;
using AdamStep = FusedStep<AdamUpdate>;
using RmspropStep = FusedStep<RmspropUpdate>;

// Adam's step that is counted where the parameter lies, so that a captured
// graph counts as well. `numbers` are those that at_step() takes.
struct CountedAdamStep : AdamStep {
  Tensor count;  // one float32 number, which the step first adds 1 to
};

// What a device provides. All tensors lie on it, are row-major and of one
// dtype, float32 or float64; those of one step have one shape.
template <class Step>
using StepKernel = Kernel<void(std::span<const Step>)>;
extern StepKernel<SgdStep> sgd_step_kernel;
extern StepKernel<AdamStep> adam_step_kernel;
extern StepKernel<CountedAdamStep> counted_adam_step_kernel;
extern StepKernel<RmspropStep> rmsprop_step_kernel;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_FUSED_STEP_H_
