// cuDNN's plans for convolutions, chosen once for each geometry.

#ifndef CRESSET_CUDA_OPS_CONV_PLAN_H_
#define CRESSET_CUDA_OPS_CONV_PLAN_H_

#include "cresset/cuda/ops/conv_graph.h"

namespace cresset::internal::cuda {

enum class ConvOutcome {
  kRefused,  // cuDNN has no plan; nothing is done
  kDone,
  kNeedsBias,  // done, but for the bias
};

// Runs the convolution by the plan that was found for its geometry before, or
// by the first one that works. A plan works if its workspace can be had and it
// runs.
ConvOutcome run_by_plan(const ConvProblem& problem);

// Forgets this thread's plans.
void forget_conv_plans();

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_CONV_PLAN_H_
