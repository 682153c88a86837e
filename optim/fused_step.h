// Steps that run as one pass over each parameter, all parameters in few calls.

#ifndef CRESSET_OPTIM_FUSED_STEP_H_
#define CRESSET_OPTIM_FUSED_STEP_H_

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "cresset/optim/step_defs.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

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

// What a device provides. All tensors lie on it, are row-major and of one
// dtype, float32 or float64; those of one step have one shape.
template <class Step>
using StepKernel = Kernel<void(std::span<const Step>)>;
extern StepKernel<SgdStep> sgd_step_kernel;
extern StepKernel<AdamStep> adam_step_kernel;
extern StepKernel<RmspropStep> rmsprop_step_kernel;

// Steps to be run together.
template <class Step>
class StepList {
 public:
  explicit StepList(const char* optimizer) : optimizer_(optimizer) {}

  // Errors: kDtype unless the parameter is floating.
  void add(const Step& step) {
    const Tensor& p = step.tensors[0];
    CRESSET_CHECK(is_floating(p.dtype()), kDtype, optimizer_,
                  ": parameters must be floating; got ", p.dtype());
    const Dtype compute = p.dtype() == float64 ? float64 : float32;
    Batch& batch = batch_for(p.device(), compute);
    batch.originals.push_back(step.tensors);
    Step ready = step;
    for (Tensor& x : ready.tensors) {
      if (!x.defined() || (x.is_contiguous() && x.dtype() == compute)) continue;
      const Tensor converted = make_empty(x.sizes(), compute, x.device());
      converted.copy_(x);
      x = converted;
    }
    batch.steps.push_back(std::move(ready));
  }

  // Runs them, and makes the results visible in the tensors that were given.
  void run(const StepKernel<Step>& kernel) {
    for (const Batch& batch : batches_) {
      kernel(batch.device, std::span<const Step>(batch.steps));
      for (size_t i = 0; i < batch.steps.size(); ++i) finish(batch, i);
    }
    batches_.clear();
  }

 private:
  struct Batch {
    Device device;
    Dtype compute;
    std::vector<Step> steps;
    std::vector<std::array<Tensor, Step::kTensors>> originals;
  };

  Batch& batch_for(Device device, Dtype compute) {
    for (Batch& batch : batches_) {
      if (batch.device == device && batch.compute == compute) return batch;
    }
    return batches_.emplace_back(Batch{device, compute, {}, {}});
  }

  // All tensors but the gradient have changed.
  static void finish(const Batch& batch, size_t i) {
    for (size_t k = 0; k < Step::kTensors; ++k) {
      const Tensor& original = batch.originals[i][k];
      const Tensor& used = batch.steps[i].tensors[k];
      if (k == 1 || !original.defined()) continue;
      if (used.is_same(original)) {
        bump_version(original);
      } else {
        original.copy_(used);
      }
    }
  }

  const char* optimizer_;
  std::vector<Batch> batches_;
};

}  // namespace cresset::internal

#endif  // CRESSET_OPTIM_FUSED_STEP_H_
