// How optimizers run their one-pass kernels over a parameter.

#ifndef CRESSET_OPTIM_FUSED_STEP_H_
#define CRESSET_OPTIM_FUSED_STEP_H_

#include "cresset/optim/cpu/step.h"
#include "cresset/serialize/value.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

// What a device provides. All tensors are row-major, of the parameter's shape
// and of one dtype, float32 or float64; absent ones are undefined.
using SgdStepKernel = Kernel<void(const SgdNumbers&, const Tensor& p,
                                  const Tensor& g, const Tensor& buffer)>;
using AdamStepKernel = Kernel<void(
    const AdamNumbers&, const Tensor& p, const Tensor& g, const Tensor& mean,
    const Tensor& square, const Tensor& largest)>;
using RmspropStepKernel = Kernel<void(
    const RmspropNumbers&, const Tensor& p, const Tensor& g,
    const Tensor& square, const Tensor& mean, const Tensor& buffer)>;
extern SgdStepKernel sgd_step_kernel;
extern AdamStepKernel adam_step_kernel;
extern RmspropStepKernel rmsprop_step_kernel;

// A tensor as those kernels need it: itself, or a converted copy that is
// written back at the end of the scope.
class StepOperand {
 public:
  StepOperand(const Tensor& x, Dtype compute)
      : original_(x), used_(is_ready(x, compute) ? x : converted(x, compute)) {}
  StepOperand(const StepOperand&) = delete;
  StepOperand& operator=(const StepOperand&) = delete;

  const Tensor& operator*() const { return used_; }
  // Makes the result visible in the tensor itself.
  void finish() const {
    if (!original_.defined()) return;
    if (used_.is_same(original_)) {
      bump_version(original_);
    } else {
      original_.copy_(used_);
    }
  }

 private:
  static bool is_ready(const Tensor& x, Dtype compute) {
    return !x.defined() || (x.is_contiguous() && x.dtype() == compute);
  }
  static Tensor converted(const Tensor& x, Dtype compute) {
    const Tensor y = make_empty(x.sizes(), compute, x.device());
    y.copy_(x);
    return y;
  }

  Tensor original_;
  Tensor used_;
};

// The dtype that a step on `p` is computed in.
// Errors: kDtype unless p is floating.
inline Dtype step_dtype(const Tensor& p, const char* optimizer) {
  CRESSET_CHECK(is_floating(p.dtype()), kDtype, optimizer,
                ": parameters must be floating; got ", p.dtype());
  return p.dtype() == float64 ? float64 : float32;
}

// The gradient of `p` if it takes part in a step.
// Errors: kShape if it does not fit.
inline Tensor step_gradient(const Tensor& p, const char* optimizer) {
  const Tensor& g = p.grad();
  if (g.defined()) {
    CRESSET_CHECK(g.sizes() == p.sizes(), kShape, optimizer,
                  ": a gradient must have its parameter's shape; got ",
                  g.sizes(), " for ", p.sizes());
  }
  return g;
}

// A zero-filled tensor like p under `key`, made on first use.
Tensor state_tensor(Value& state, const char* key, const Tensor& p);

}  // namespace cresset::internal

#endif  // CRESSET_OPTIM_FUSED_STEP_H_
