#include "cresset/optim/radam.h"

#include <cmath>
#include <utility>

#include "cresset/optim/options.h"
#include "cresset/optim/state.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/ternary.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset::optim {
namespace {

Value defaults_of(const RAdamOptions& o) {
  check_adam_options(o);
  return Value::dict({{"lr", to_value(o.lr)},
                      {"betas", pair_of(o.betas)},
                      {"eps", to_value(o.eps)},
                      {"weight_decay", to_value(o.weight_decay)},
                      {"foreach", nullptr}});
}

}  // namespace

RAdam::RAdam(ParamGroups groups, const RAdamOptions& options)
    : ComposedOptimizer(std::move(groups), defaults_of(options)) {}

void RAdam::update(const ParamGroup& group, const Tensor& p, const Tensor& g,
                   Value& state) const {
  const double step = count_step(state, p);
  const double beta1 = group["betas"][0].as_float();
  const double beta2 = group["betas"][1].as_float();
  const double rest2 = 1 - std::pow(beta2, step);
  const Tensor mean = state_tensor(state, "exp_avg", p);
  const Tensor square = state_tensor(state, "exp_avg_sq", p);
  mul_(mean, beta1);
  add_(mean, g, 1 - beta1);
  mul_(square, beta2);
  addcmul_(square, g, g, 1 - beta2);
  Tensor direction =
      mul(div(mean, 1 - std::pow(beta1, step)), group.number("lr"));
  // How many gradients the mean square amounts to, in the end and now.
  const double most = 2 / (1 - beta2) - 1;
  const double now = most - 2 * step * std::pow(beta2, step) / rest2;
  if (now > 5) {
    const double rectified = std::sqrt((now - 4) * (now - 2) * most /
                                       ((most - 4) * (most - 2) * now));
    direction = mul(mul(direction, div(std::sqrt(rest2),
                                       add(sqrt(square), group.number("eps")))),
                    rectified);
  }
  add_(p, direction, -1);
}

}  // namespace cresset::optim
