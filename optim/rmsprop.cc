#include "cresset/optim/rmsprop.h"

#include <utility>

#include "cresset/optim/fused_step.h"
#include "cresset/tensor/core/grad_mode.h"

namespace cresset::optim {
namespace {

Value defaults_of(const RMSpropOptions& o) {
  CRESSET_CHECK(o.lr.to<double>() >= 0, kValue,
                "Invalid learning rate: ", o.lr);
  CRESSET_CHECK(o.eps.to<double>() >= 0, kValue,
                "Invalid epsilon value: ", o.eps);
  CRESSET_CHECK(o.momentum.to<double>() >= 0, kValue,
                "Invalid momentum value: ", o.momentum);
  CRESSET_CHECK(o.weight_decay.to<double>() >= 0, kValue,
                "Invalid weight_decay value: ", o.weight_decay);
  CRESSET_CHECK(o.alpha.to<double>() >= 0, kValue,
                "Invalid alpha value: ", o.alpha);
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

RMSprop::RMSprop(const std::vector<Tensor>& params,
                 const RMSpropOptions& options)
    : RMSprop(std::vector<ParamGroup>{ParamGroup(params)}, options) {}
RMSprop::RMSprop(std::vector<ParamGroup> groups, const RMSpropOptions& options)
    : Optimizer(std::move(groups), defaults_of(options)) {}

void RMSprop::set_missing_options(ParamGroup& group) const {
  const std::pair<const char*, Value> added[] = {{"momentum", 0},
                                                 {"centered", false},
                                                 {"foreach", nullptr},
                                                 {"maximize", false},
                                                 {"differentiable", false}};
  for (const auto& [key, value] : added) {
    if (!group.options.contains(key)) group.options[key] = value;
  }
}

void RMSprop::step() {
  using cresset::internal::state_tensor;
  using cresset::internal::StepOperand;
  const NoGradGuard no_grad;
  for (ParamGroup& group : param_groups) {
    const cresset::internal::RmspropNumbers numbers{
        .lr = group.number("lr"),
        .alpha = group.number("alpha"),
        .eps = group.number("eps"),
        .weight_decay = group.number("weight_decay"),
        .momentum = group.number("momentum"),
        .maximize = group.flag("maximize")};
    for (const Tensor& p : group.params) {
      const Tensor g = cresset::internal::step_gradient(p, "RMSprop");
      if (!g.defined()) continue;
      Value& kept = state(p);
      Value& step = kept["step"];
      // An int in PyTorch 1.13, a tensor from 2.0 on; kept as it came.
      if (step.is_tensor()) {
        step.as_tensor().fill_(step.as_tensor().item<double>() + 1);
      } else {
        step = step.is_none() ? Value(1) : Value(step.as_int() + 1);
      }
      const Dtype compute = cresset::internal::step_dtype(p, "RMSprop");
      const StepOperand x(p, compute), d(g, compute);
      const StepOperand square(state_tensor(kept, "square_avg", p), compute);
      const StepOperand buffer(numbers.momentum > 0
                                   ? state_tensor(kept, "momentum_buffer", p)
                                   : Tensor(),
                               compute);
      const StepOperand mean(
          group.flag("centered") ? state_tensor(kept, "grad_avg", p) : Tensor(),
          compute);
      cresset::internal::rmsprop_step_kernel(p.device(), numbers, *x, *d,
                                             *square, *mean, *buffer);
      x.finish();
      square.finish();
      mean.finish();
      buffer.finish();
    }
  }
}

}  // namespace cresset::optim
