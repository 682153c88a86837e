#include "cresset/optim/adam.h"

#include "cresset/optim/options.h"
#include "cresset/optim/state.h"
#include "cresset/optim/step_list.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/inplace.h"

namespace cresset::optim {
namespace {

Value defaults_of(const AdamOptions& o) {
  check_adam_options(o);
  return Value::dict({{"lr", to_value(o.lr)},
                      {"betas", pair_of(o.betas)},
                      {"eps", to_value(o.eps)},
                      {"weight_decay", to_value(o.weight_decay)},
                      {"amsgrad", o.amsgrad},
                      {"maximize", o.maximize},
                      {"foreach", nullptr},
                      {"capturable", o.capturable},
                      {"differentiable", false},
                      {"fused", false}});
}

Value defaults_of(const AdamWOptions& o) {
  check_adam_options(o);
  return Value::dict({{"lr", to_value(o.lr)},
                      {"betas", pair_of(o.betas)},
                      {"eps", to_value(o.eps)},
                      {"weight_decay", to_value(o.weight_decay)},
                      {"amsgrad", o.amsgrad},
                      {"foreach", nullptr},
                      {"maximize", o.maximize},
                      {"capturable", o.capturable}});
}

}  // namespace

Adam::Adam(ParamGroups groups, const AdamOptions& options)
    : Adam(defaults_of(options), std::move(groups)) {}
Adam::Adam(Value defaults, ParamGroups groups)
    : Optimizer(std::move(groups), std::move(defaults)) {}

AdamW::AdamW(ParamGroups groups, const AdamWOptions& options)
    : Adam(defaults_of(options), std::move(groups)) {}

void Adam::set_missing_options(ParamGroup& group) const {
  add_missing(group, {{"amsgrad", false},
                      {"maximize", false},
                      {"foreach", nullptr},
                      {"capturable", false}});
  if (decouples_decay()) return;
  add_missing(group, {{"differentiable", false}, {"fused", false}});
}

void Adam::step() {
  using cresset::internal::AdamStep;
  using cresset::internal::CountedAdamStep;
  const NoGradGuard no_grad;
  cresset::internal::StepList<AdamStep> steps("Adam");
  cresset::internal::StepList<CountedAdamStep> counted("Adam");
  for (ParamGroup& group : param_groups) {
    const double lr = group.number("lr");
    const double decay = group.number("weight_decay");
    const cresset::internal::AdamNumbers numbers{
        .step_size = lr,
        .root_of_bias2 = 1,
        .beta1 = group["betas"][0].as_float(),
        .beta2 = group["betas"][1].as_float(),
        .eps = group.number("eps"),
        .weight_decay = decouples_decay() ? 0 : decay,
        .shrink = decouples_decay() ? 1 - lr * decay : 1,
        .maximize = group.flag("maximize")};
    for (const Tensor& p : group.params) {
      const Tensor g = step_gradient(p, "Adam");
      if (!g.defined()) continue;
      Value& kept = state(p);
      // First, as in PyTorch's files.
      const bool there = counts_on_device(group) && !p.device().is_cpu();
      const Tensor count = there ? count_on_device(kept, p) : Tensor();
      const double step = there ? 0 : count_step(kept, p);
      const Tensor mean = state_tensor(kept, "exp_avg", p);
      const Tensor square = state_tensor(kept, "exp_avg_sq", p);
      const Tensor largest = group.flag("amsgrad")
                                 ? state_tensor(kept, "max_exp_avg_sq", p)
                                 : Tensor();
      const AdamStep one = {numbers, {p, g, mean, square, largest}};
      if (there) {
        counted.add({one, count});
        cresset::internal::bump_version(count);
      } else {
        steps.add({at_step(numbers, step), one.tensors});
      }
    }
  }
  steps.run(cresset::internal::adam_step_kernel);
  counted.run(cresset::internal::counted_adam_step_kernel);
}

}  // namespace cresset::optim
