#include "cresset/optim/rmsprop.h"

#include <utility>

#include "cresset/optim/options.h"
#include "cresset/optim/state.h"
#include "cresset/optim/step_list.h"
#include "cresset/tensor/core/grad_mode.h"

namespace cresset::optim {
namespace {

Value defaults_of(const RMSpropOptions& o) {
  check_not_negative(o.lr, "learning rate");
  check_not_negative(o.eps, "epsilon value");
  check_not_negative(o.momentum, "momentum value");
  check_not_negative(o.weight_decay, "weight_decay value");
  check_not_negative(o.alpha, "alpha value");
  return Value::dict({{"lr", to_value(o.lr)},
                      {"momentum", to_value(o.momentum)},
                      {"alpha", to_value(o.alpha)},
                      {"eps", to_value(o.eps)},
                      {"centered", o.centered},
                      {"weight_decay", to_value(o.weight_decay)},
                      {"foreach", nullptr},
                      {"maximize", o.maximize},
                      {"differentiable", false}});
}

}  // namespace

RMSprop::RMSprop(ParamGroups groups, const RMSpropOptions& options)
    : Optimizer(std::move(groups), defaults_of(options)) {}

void RMSprop::set_missing_options(ParamGroup& group) const {
  add_missing(group, {{"momentum", 0},
                      {"centered", false},
                      {"foreach", nullptr},
                      {"maximize", false},
                      {"differentiable", false}});
}

void RMSprop::step() {
  using cresset::internal::RmspropStep;
  const NoGradGuard no_grad;
  cresset::internal::StepList<RmspropStep> steps("RMSprop");
  for (ParamGroup& group : param_groups) {
    const cresset::internal::RmspropNumbers numbers{
        .lr = group.number("lr"),
        .alpha = group.number("alpha"),
        .eps = group.number("eps"),
        .weight_decay = group.number("weight_decay"),
        .momentum = group.number("momentum"),
        .maximize = group.flag("maximize")};
    for (const Tensor& p : group.params) {
      const Tensor g = step_gradient(p, "RMSprop");
      if (!g.defined()) continue;
      Value& kept = state(p);
      count_whole_step(kept);
      const Tensor square = state_tensor(kept, "square_avg", p);
      const Tensor buffer = numbers.momentum > 0
                                ? state_tensor(kept, "momentum_buffer", p)
                                : Tensor();
      const Tensor mean =
          group.flag("centered") ? state_tensor(kept, "grad_avg", p) : Tensor();
      steps.add({numbers, {p, g, square, mean, buffer}});
    }
  }
  steps.run(cresset::internal::rmsprop_step_kernel);
}

}  // namespace cresset::optim
