// Steps that an optimizer collects, to run them together.

#ifndef CRESSET_OPTIM_STEP_LIST_H_
#define CRESSET_OPTIM_STEP_LIST_H_

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/fused_step.h"

namespace cresset::internal {

// Steps of kernels as fused_step.h has them.
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
    Step ready = step;
    for (size_t k = 0; k < Step::kTensors; ++k) {
      Tensor& x = ready.tensors[k];
      if (!x.defined() || (x.is_contiguous() && x.dtype() == compute)) continue;
      const Tensor converted = make_empty(x.sizes(), compute, x.device());
      converted.copy_(x);
      if (k != kGradient) converted_.emplace_back(x, converted);
      x = converted;
    }
    batch_for(p.device(), compute).steps.push_back(std::move(ready));
  }

  // Runs them, and makes the results visible in the tensors that were given.
  void run(const StepKernel<Step>& kernel) {
    for (const Batch& batch : batches_) {
      kernel(batch.device, std::span<const Step>(batch.steps));
      for (const Step& step : batch.steps) {
        for (size_t k = 0; k < Step::kTensors; ++k) {
          const Tensor& x = step.tensors[k];
          if (k != kGradient && x.defined()) bump_version(x);
        }
      }
    }
    for (const auto& [original, changed] : converted_) original.copy_(changed);
    batches_.clear();
    converted_.clear();
  }

 private:
  // The one tensor of a step that does not change.
  static constexpr size_t kGradient = 1;

  struct Batch {
    Device device;
    Dtype compute;
    std::vector<Step> steps;
  };

  Batch& batch_for(Device device, Dtype compute) {
    for (Batch& batch : batches_) {
      if (batch.device == device && batch.compute == compute) return batch;
    }
    return batches_.emplace_back(Batch{device, compute, {}});
  }

  const char* optimizer_;
  std::vector<Batch> batches_;
  // Tensors that a kernel does not take as they are, and what it works on.
  std::vector<std::pair<Tensor, Tensor>> converted_;
};

}  // namespace cresset::internal

#endif  // CRESSET_OPTIM_STEP_LIST_H_
