#include "cresset/tensor/ops/fused_step.h"

#include <algorithm>
#include <vector>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/cpu/fused_step.h"

namespace cresset::internal {
namespace {

// A multiple of every vector length, and about what one thread moves in the
// time that waking another takes.
constexpr int64_t kGrain = 1 << 14;

// Calls f(numbers, n, arrays) for pieces of the parameters laid end to end, so
// that threads share small parameters too.
template <class T, class Step, class F>
void for_pieces(std::span<const Step> steps, F f) {
  int64_t total = 0;
  for (const Step& step : steps) total += step.tensors[0].numel();
  parallel_for(0, total, kGrain, [&](int64_t first, int64_t last) {
    int64_t begin = 0;
    for (const Step& step : steps) {
      if (begin >= last) return;
      const int64_t size = step.tensors[0].numel();
      const int64_t from = std::max(first - begin, int64_t{0});
      const int64_t to = std::min(last - begin, size);
      begin += size;
      if (from >= to) continue;
      T* arrays[Step::kTensors];
      for (size_t k = 0; k < Step::kTensors; ++k) {
        const Tensor& x = step.tensors[k];
        arrays[k] = x.defined() ? x.data<T>() + from : nullptr;
      }
      f(step.numbers, to - from, arrays);
    }
  });
}

template <class Step, class OnFloat, class OnDouble>
void run_cpu(std::span<const Step> steps, OnFloat on_float,
             OnDouble on_double) {
  if (steps.front().tensors[0].dtype() == float32) {
    for_pieces<float>(steps, on_float);
  } else {
    for_pieces<double>(steps, on_double);
  }
}

void sgd_step_cpu(std::span<const SgdStep> steps) {
  run_cpu(steps, sgd_float(), sgd_double());
}
void adam_step_cpu(std::span<const AdamStep> steps) {
  run_cpu(steps, adam_float(), adam_double());
}
void counted_adam_step_cpu(std::span<const CountedAdamStep> steps) {
  std::vector<AdamStep> ready(steps.begin(), steps.end());
  for (size_t i = 0; i < steps.size(); ++i) {
    float& count = *steps[i].count.data<float>();
    count += 1;
    ready[i].numbers = at_step(ready[i].numbers, count);
  }
  adam_step_cpu(ready);
}
void rmsprop_step_cpu(std::span<const RmspropStep> steps) {
  run_cpu(steps, rmsprop_float(), rmsprop_double());
}

}  // namespace

constinit StepKernel<SgdStep> sgd_step_kernel{"sgd", sgd_step_cpu};
constinit StepKernel<AdamStep> adam_step_kernel{"adam", adam_step_cpu};
constinit StepKernel<CountedAdamStep> counted_adam_step_kernel{
    "adam", counted_adam_step_cpu};
constinit StepKernel<RmspropStep> rmsprop_step_kernel{"rmsprop",
                                                      rmsprop_step_cpu};

}  // namespace cresset::internal
