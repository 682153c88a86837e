// Steps that an optimizer collects, to run them together.

#ifndef CRESSET_OPTIM_STEP_LIST_H_
#define CRESSET_OPTIM_STEP_LIST_H_

#include <array>
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

#endif  // CRESSET_OPTIM_STEP_LIST_H_
