#include "cresset/optim/state.h"

#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/capture.h"
#include "cresset/tensor/core/copy.h"

namespace cresset::optim {

Tensor step_gradient(const Tensor& p, const char* optimizer) {
  const Tensor& g = p.grad();
  if (g.defined()) {
    CRESSET_CHECK(g.sizes() == p.sizes(), kShape, optimizer,
                  ": a gradient must have its parameter's shape; got ",
                  g.sizes(), " for ", p.sizes());
  }
  return g;
}

Tensor state_tensor(Value& state, const char* key, const Tensor& p) {
  const Value found = state.get(key);
  if (found.is_tensor()) return found.as_tensor();
  const Tensor made =
      cresset::internal::make_empty(p.sizes(), p.dtype(), p.device());
  made.zero_();
  state[key] = made;
  return made;
}

double count_step(Value& state, const Tensor& p) {
  CRESSET_CHECK(
      !cresset::internal::capturing_kernel(p.device(), p.device()), kState,
      "step: this optimizer counts its steps on the host, and every replay of "
      "a "
      "graph would take the same count; use SGD, or Adam or AdamW with "
      "capturable = true; got a step while a graph is captured on ",
      p.device());
  Value& slot = state["step"];
  if (!slot.is_tensor()) {
    const double step = slot.is_none() ? 1 : slot.as_float() + 1;
    slot = cresset::internal::filled({}, step, float32, Device());
    return step;
  }
  if (!slot.as_tensor().device().is_cpu()) slot = slot.as_tensor().cpu();
  const double step = slot.as_tensor().item<double>() + 1;
  slot.as_tensor().fill_(step);
  return step;
}

Tensor count_on_device(Value& state, const Tensor& p) {
  Value& slot = state["step"];
  if (!slot.is_tensor()) {
    const double step = slot.is_none() ? 0 : slot.as_float();
    slot = cresset::internal::filled({}, step, float32, p.device());
  } else if (slot.as_tensor().device() != p.device() ||
             slot.as_tensor().dtype() != float32) {
    slot = slot.as_tensor().to(p.device(), float32);
  }
  return slot.as_tensor();
}

void count_whole_step(Value& state) {
  Value& slot = state["step"];
  if (slot.is_tensor()) {
    slot.as_tensor().fill_(slot.as_tensor().item<double>() + 1);
  } else {
    slot = slot.is_none() ? Value(1) : Value(slot.as_int() + 1);
  }
}

}  // namespace cresset::optim
