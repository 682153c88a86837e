#include "cresset/optim/sgd.h"

#include <utility>

#include "cresset/optim/fused_step.h"
#include "cresset/tensor/core/grad_mode.h"

namespace cresset::optim {
namespace {

Value defaults_of(const SGDOptions& o) {
  CRESSET_CHECK(o.lr.to<double>() >= 0, kValue,
                "Invalid learning rate: ", o.lr);
  CRESSET_CHECK(o.momentum.to<double>() >= 0, kValue,
                "Invalid momentum value: ", o.momentum);
  CRESSET_CHECK(o.weight_decay.to<double>() >= 0, kValue,
                "Invalid weight_decay value: ", o.weight_decay);
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

SGD::SGD(const std::vector<Tensor>& params, const SGDOptions& options)
    : SGD(std::vector<ParamGroup>{ParamGroup(params)}, options) {}

SGD::SGD(std::vector<ParamGroup> groups, const SGDOptions& options)
    : Optimizer(std::move(groups), defaults_of(options)) {}

void SGD::set_missing_options(ParamGroup& group) const {
  const std::pair<const char*, Value> added[] = {{"nesterov", false},
                                                 {"maximize", false},
                                                 {"foreach", nullptr},
                                                 {"differentiable", false}};
  for (const auto& [key, value] : added) {
    if (!group.options.contains(key)) group.options[key] = value;
  }
}

void SGD::step() {
  using cresset::internal::StepOperand;
  const NoGradGuard no_grad;
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
      const Tensor g = cresset::internal::step_gradient(p, "SGD");
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
      const Dtype compute = cresset::internal::step_dtype(p, "SGD");
      const StepOperand x(p, compute), d(g, compute), b(buffer, compute);
      cresset::internal::sgd_step_kernel(p.device(), numbers, *x, *d, *b);
      x.finish();
      b.finish();
    }
  }
}

}  // namespace cresset::optim
