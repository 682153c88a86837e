// What steps share: the gradient they take and the state they keep.

#ifndef CRESSET_OPTIM_STATE_H_
#define CRESSET_OPTIM_STATE_H_

#include "cresset/serialize/value.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::optim {

/// The gradient of `p`, undefined if it takes no part in a step.
/// Errors: kShape if it does not fit.
Tensor step_gradient(const Tensor& p, const char* optimizer);

/// A zero-filled tensor like p under `key`, made on first use.
Tensor state_tensor(Value& state, const char* key, const Tensor& p);

/// Adds 1 to state["step"], a float32 tensor of the host, and gives it. Files
/// of PyTorch before 1.12 hold the count as an int. Errors: kState while the
/// step of `p` is captured in a graph, which would
///         take the same count at every replay.
double count_step(Value& state, const Tensor& p);

/// state["step"] as a float32 tensor on p's device, where a kernel counts; made
/// on first use.
Tensor count_on_device(Value& state, const Tensor& p);

/// The same for optimizers whose count PyTorch 1.13 keeps as an int and 2.0 as
/// a tensor; it stays as it came.
void count_whole_step(Value& state);

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_STATE_H_
