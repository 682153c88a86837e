#include "cresset/optim/composed.h"

#include "cresset/optim/fused_step.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset::optim {

void ComposedOptimizer::step() {
  const NoGradGuard no_grad;
  for (ParamGroup& group : param_groups) {
    const Value maximize = group.options.get("maximize", false);
    const Value decay = group.options.get("weight_decay", 0);
    for (const Tensor& p : group.params) {
      Tensor g = cresset::internal::step_gradient(p, name().c_str());
      if (!g.defined()) continue;
      if (maximize.as_bool()) g = neg(g);
      if (decay.as_float() != 0) g = add(g, p, decay.as_float());
      update(group, p, g, state(p));
    }
  }
}

double ComposedOptimizer::count_step(Value& state) {
  Value& slot = state["step"];
  const double step = slot.is_none()     ? 1
                      : slot.is_tensor() ? slot.as_tensor().item<double>() + 1
                                         : slot.as_float() + 1;
  if (slot.is_tensor()) {
    slot.as_tensor().fill_(step);
  } else {
    slot = cresset::internal::filled({}, step, float32, Device());
  }
  return step;
}

void ComposedOptimizer::count_whole_step(Value& state) {
  Value& slot = state["step"];
  if (slot.is_tensor()) {
    slot.as_tensor().fill_(slot.as_tensor().item<double>() + 1);
  } else {
    slot = slot.is_none() ? Value(1) : Value(slot.as_int() + 1);
  }
}

void check_not_negative(const Scalar& number, const char* what) {
  CRESSET_CHECK(number.to<double>() >= 0, kValue, "Invalid ", what, ": ",
                number);
}

void check_betas(const std::pair<Scalar, Scalar>& betas) {
  const auto in_range = [](const Scalar& beta) {
    return beta.to<double>() >= 0 && beta.to<double>() < 1;
  };
  CRESSET_CHECK(in_range(betas.first), kValue,
                "Invalid beta parameter at index 0: ", betas.first);
  CRESSET_CHECK(in_range(betas.second), kValue,
                "Invalid beta parameter at index 1: ", betas.second);
}

Value pair_of(const std::pair<Scalar, Scalar>& pair) {
  return Value::tuple({to_value(pair.first), to_value(pair.second)});
}

}  // namespace cresset::optim
