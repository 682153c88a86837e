#include "cresset/optim/adam.h"

#include <cmath>

#include "cresset/optim/fused_step.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"

namespace cresset::optim {
namespace {

template <class Options>
void check(const Options& o) {
  CRESSET_CHECK(o.lr.template to<double>() >= 0, kValue,
                "Invalid learning rate: ", o.lr);
  CRESSET_CHECK(o.eps.template to<double>() >= 0, kValue,
                "Invalid epsilon value: ", o.eps);
  const auto in_range = [](const Scalar& beta) {
    return beta.to<double>() >= 0 && beta.to<double>() < 1;
  };
  CRESSET_CHECK(in_range(o.betas.first), kValue,
                "Invalid beta parameter at index 0: ", o.betas.first);
  CRESSET_CHECK(in_range(o.betas.second), kValue,
                "Invalid beta parameter at index 1: ", o.betas.second);
  CRESSET_CHECK(o.weight_decay.template to<double>() >= 0, kValue,
                "Invalid weight_decay value: ", o.weight_decay);
}

Value betas_of(const std::pair<Scalar, Scalar>& betas) {
  return Value::tuple({to_value(betas.first), to_value(betas.second)});
}

Value defaults_of(const AdamOptions& o) {
  check(o);
  return Value::dict({{"lr", to_value(o.lr)},
                      {"betas", betas_of(o.betas)},
                      {"eps", to_value(o.eps)},
                      {"weight_decay", to_value(o.weight_decay)},
                      {"amsgrad", o.amsgrad},
                      {"maximize", o.maximize},
                      {"foreach", nullptr},
                      {"capturable", false},
                      {"differentiable", false},
                      {"fused", false}});
}

Value defaults_of(const AdamWOptions& o) {
  check(o);
  return Value::dict({{"lr", to_value(o.lr)},
                      {"betas", betas_of(o.betas)},
                      {"eps", to_value(o.eps)},
                      {"weight_decay", to_value(o.weight_decay)},
                      {"amsgrad", o.amsgrad},
                      {"foreach", nullptr},
                      {"maximize", o.maximize},
                      {"capturable", false}});
}

// Counts one step; files of PyTorch before 1.12 hold the count as an int.
double count_step(Value& state) {
  Value& slot = state["step"];
  const double step = slot.is_none()     ? 0
                      : slot.is_tensor() ? slot.as_tensor().item<double>()
                                         : slot.as_float();
  if (!slot.is_tensor()) {
    slot = cresset::internal::filled({}, step + 1, float32, Device());
  } else {
    slot.as_tensor().fill_(step + 1);
  }
  return step + 1;
}

}  // namespace

Adam::Adam(const std::vector<Tensor>& params, const AdamOptions& options)
    : Adam(std::vector<ParamGroup>{ParamGroup(params)}, options) {}
Adam::Adam(std::vector<ParamGroup> groups, const AdamOptions& options)
    : Adam(std::move(groups), defaults_of(options)) {}
Adam::Adam(std::vector<ParamGroup> groups, Value defaults)
    : Optimizer(std::move(groups), std::move(defaults)) {}

AdamW::AdamW(const std::vector<Tensor>& params, const AdamWOptions& options)
    : AdamW(std::vector<ParamGroup>{ParamGroup(params)}, options) {}
AdamW::AdamW(std::vector<ParamGroup> groups, const AdamWOptions& options)
    : Adam(std::move(groups), defaults_of(options)) {}

void Adam::set_missing_options(ParamGroup& group) const {
  std::vector<std::pair<const char*, Value>> added = {{"amsgrad", false},
                                                      {"maximize", false},
                                                      {"foreach", nullptr},
                                                      {"capturable", false}};
  if (!decouples_decay()) {
    added.emplace_back("differentiable", false);
    added.emplace_back("fused", false);
  }
  for (const auto& [key, value] : added) {
    if (!group.options.contains(key)) group.options[key] = value;
  }
}

void Adam::step() {
  using cresset::internal::state_tensor;
  using cresset::internal::StepOperand;
  const NoGradGuard no_grad;
  for (ParamGroup& group : param_groups) {
    const double lr = group.number("lr");
    const double decay = group.number("weight_decay");
    cresset::internal::AdamNumbers numbers{
        .step_size = 0,
        .root_of_bias2 = 0,
        .beta1 = group["betas"][0].as_float(),
        .beta2 = group["betas"][1].as_float(),
        .eps = group.number("eps"),
        .weight_decay = decouples_decay() ? 0 : decay,
        .shrink = decouples_decay() ? 1 - lr * decay : 1,
        .maximize = group.flag("maximize")};
    for (const Tensor& p : group.params) {
      const Tensor g = cresset::internal::step_gradient(p, "Adam");
      if (!g.defined()) continue;
      Value& kept = state(p);
      const double step = count_step(kept);
      numbers.step_size = lr / (1 - std::pow(numbers.beta1, step));
      numbers.root_of_bias2 = std::sqrt(1 - std::pow(numbers.beta2, step));
      const Dtype compute = cresset::internal::step_dtype(p, "Adam");
      const StepOperand x(p, compute), d(g, compute);
      const StepOperand mean(state_tensor(kept, "exp_avg", p), compute);
      const StepOperand square(state_tensor(kept, "exp_avg_sq", p), compute);
      const StepOperand largest(group.flag("amsgrad")
                                    ? state_tensor(kept, "max_exp_avg_sq", p)
                                    : Tensor(),
                                compute);
      cresset::internal::adam_step_kernel(p.device(), numbers, *x, *d, *mean,
                                          *square, *largest);
      x.finish();
      mean.finish();
      square.finish();
      largest.finish();
    }
  }
}

}  // namespace cresset::optim
