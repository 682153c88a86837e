#include "cresset/optim/adadelta.h"

#include <utility>

#include "cresset/optim/options.h"
#include "cresset/optim/state.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/ternary.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset::optim {
namespace {

Value defaults_of(const AdadeltaOptions& o) {
  check_not_negative(o.lr, "learning rate");
  CRESSET_CHECK(o.rho.to<double>() >= 0 && o.rho.to<double>() <= 1, kValue,
                "Invalid rho value: ", o.rho);
  check_not_negative(o.eps, "epsilon value");
  check_not_negative(o.weight_decay, "weight_decay value");
  return Value::dict({{"lr", to_value(o.lr)},
                      {"rho", to_value(o.rho)},
                      {"eps", to_value(o.eps)},
                      {"weight_decay", to_value(o.weight_decay)},
                      {"maximize", o.maximize},
                      {"foreach", nullptr}});
}

}  // namespace

Adadelta::Adadelta(ParamGroups groups, const AdadeltaOptions& options)
    : ComposedOptimizer(std::move(groups), defaults_of(options)) {}

void Adadelta::update(const ParamGroup& group, const Tensor& p, const Tensor& g,
                      Value& state) const {
  count_whole_step(state);
  const double rho = group.number("rho"), eps = group.number("eps");
  const Tensor square = state_tensor(state, "square_avg", p);
  const Tensor steps = state_tensor(state, "acc_delta", p);
  mul_(square, rho);
  addcmul_(square, g, g, 1 - rho);
  const Tensor delta =
      mul(div(sqrt(add(steps, eps)), sqrt(add(square, eps))), g);
  mul_(steps, rho);
  addcmul_(steps, delta, delta, 1 - rho);
  add_(p, delta, -group.number("lr"));
}

}  // namespace cresset::optim
