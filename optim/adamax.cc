#include "cresset/optim/adamax.h"

#include <cmath>
#include <utility>

#include "cresset/optim/options.h"
#include "cresset/optim/state.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/ternary.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset::optim {
namespace {

Value defaults_of(const AdamaxOptions& o) {
  check_adam_options(o);
  return Value::dict({{"lr", to_value(o.lr)},
                      {"betas", pair_of(o.betas)},
                      {"eps", to_value(o.eps)},
                      {"weight_decay", to_value(o.weight_decay)},
                      {"foreach", nullptr},
                      {"maximize", o.maximize}});
}

}  // namespace

Adamax::Adamax(ParamGroups groups, const AdamaxOptions& options)
    : ComposedOptimizer(std::move(groups), defaults_of(options)) {}

void Adamax::update(const ParamGroup& group, const Tensor& p, const Tensor& g,
                    Value& state) const {
  const double step = count_step(state, p);
  const double beta1 = group["betas"][0].as_float();
  const double beta2 = group["betas"][1].as_float();
  const Tensor mean = state_tensor(state, "exp_avg", p);
  const Tensor largest = state_tensor(state, "exp_inf", p);
  mul_(mean, beta1);
  add_(mean, g, 1 - beta1);
  largest.copy_(maximum(mul(largest, beta2), add(abs(g), group.number("eps"))));
  addcdiv_(p, mean, largest, -group.number("lr") / (1 - std::pow(beta1, step)));
}

}  // namespace cresset::optim
