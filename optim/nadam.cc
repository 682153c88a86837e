#include "cresset/optim/nadam.h"

#include <cmath>
#include <utility>

#include "cresset/optim/options.h"
#include "cresset/optim/state.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/ternary.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset::optim {
namespace {

Value defaults_of(const NAdamOptions& o) {
  check_adam_options(o);
  check_not_negative(o.momentum_decay, "momentum_decay value");
  return Value::dict({{"lr", to_value(o.lr)},
                      {"betas", pair_of(o.betas)},
                      {"eps", to_value(o.eps)},
                      {"weight_decay", to_value(o.weight_decay)},
                      {"momentum_decay", to_value(o.momentum_decay)},
                      {"foreach", nullptr}});
}

}  // namespace

NAdam::NAdam(ParamGroups groups, const NAdamOptions& options)
    : ComposedOptimizer(std::move(groups), defaults_of(options)) {}

void NAdam::update(const ParamGroup& group, const Tensor& p, const Tensor& g,
                   Value& state) const {
  const double step = count_step(state, p);
  const double lr = group.number("lr");
  const double beta1 = group["betas"][0].as_float();
  const double beta2 = group["betas"][1].as_float();
  const double decay = group.number("momentum_decay");
  const auto momentum_at = [&](double t) {
    return beta1 * (1 - 0.5 * std::pow(0.96, t * decay));
  };
  const double now = momentum_at(step), next = momentum_at(step + 1);
  // The product of all momentums so far, in float32 as PyTorch keeps it.
  Value& product = state["mu_product"];
  if (!product.is_tensor()) {
    product = cresset::internal::filled({}, 1, float32, Device());
  }
  mul_(product.as_tensor(), now);
  const double so_far = product.as_tensor().item<double>();
  const double up_to_next = static_cast<float>(
      static_cast<float>(so_far * now) * static_cast<float>(next));
  const Tensor mean = state_tensor(state, "exp_avg", p);
  const Tensor square = state_tensor(state, "exp_avg_sq", p);
  mul_(mean, beta1);
  add_(mean, g, 1 - beta1);
  mul_(square, beta2);
  addcmul_(square, g, g, 1 - beta2);
  const Tensor scale =
      add(sqrt(div(square, 1 - std::pow(beta2, step))), group.number("eps"));
  addcdiv_(p, g, scale, -lr * (1 - now) / (1 - so_far));
  addcdiv_(p, mean, scale, -lr * next / (1 - up_to_next));
}

}  // namespace cresset::optim
