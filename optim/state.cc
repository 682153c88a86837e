#include "cresset/optim/state.h"

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

double count_step(Value& state) {
  Value& slot = state["step"];
  if (slot.is_tensor()) {
    const double step = slot.as_tensor().item<double>() + 1;
    slot.as_tensor().fill_(step);
    return step;
  }
  const double step = slot.is_none() ? 1 : slot.as_float() + 1;
  slot = cresset::internal::filled({}, step, float32, Device());
  return step;
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
