#include "cresset/optim/sgd.h"

#include <utility>

#include "cresset/optim/options.h"
#include "cresset/optim/state.h"
#include "cresset/optim/step_list.h"
#include "cresset/tensor/core/grad_mode.h"

namespace cresset::optim {
namespace {

Value defaults_of(const SGDOptions& o) {
  check_not_negative(o.lr, "learning rate");
  check_not_negative(o.momentum, "momentum value");
  check_not_negative(o.weight_decay, "weight_decay value");
  CRESSET_CHECK(
      !o.nesterov ||
          (o.momentum.to<double>() > 0 && o.dampening.to<double>() == 0),
      kValue, "Nesterov momentum requires a momentum and zero dampening");
  return Value::dict({{"lr", to_value(o.lr)},
                      {"momentum", to_value(o.momentum)},
                      {"dampening", to_value(o.dampening)},
                      {"weight_decay", to_value(o.weight_decay)},
                      {"nesterov", o.nesterov},
                      {"maximize", o.maximize},
                      {"foreach", nullptr},
                      {"differentiable", false}});
}

}  // namespace

SGD::SGD(ParamGroups groups, const SGDOptions& options)
    : Optimizer(std::move(groups), defaults_of(options)) {}

void SGD::set_missing_options(ParamGroup& group) const {
  add_missing(group, {{"nesterov", false},
                      {"maximize", false},
                      {"foreach", nullptr},
                      {"differentiable", false}});
}

void SGD::step() {
  using cresset::internal::SgdStep;
  const NoGradGuard no_grad;
  cresset::internal::StepList<SgdStep> steps("SGD");
  for (ParamGroup& group : param_groups) {
    cresset::internal::SgdNumbers numbers{
        .lr = group.number("lr"),
        .momentum = group.number("momentum"),
        .dampening = group.number("dampening"),
        .weight_decay = group.number("weight_decay"),
        .nesterov = group.flag("nesterov"),
        .maximize = group.flag("maximize"),
        .has_buffer = false};
    for (const Tensor& p : group.params) {
      const Tensor g = step_gradient(p, "SGD");
      if (!g.defined()) continue;
      Value& slot = state(p)["momentum_buffer"];
      numbers.has_buffer = slot.is_tensor();
      Tensor buffer;
      if (numbers.momentum != 0) {
        if (!numbers.has_buffer) {
          slot =
              cresset::internal::make_empty(p.sizes(), p.dtype(), p.device());
        }
        buffer = slot.as_tensor();
      }
      steps.add({numbers, {p, g, buffer}});
    }
  }
  steps.run(cresset::internal::sgd_step_kernel);
}

}  // namespace cresset::optim
