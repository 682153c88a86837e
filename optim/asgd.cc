#include "cresset/optim/asgd.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "cresset/optim/options.h"
#include "cresset/optim/state.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/binary.h"

namespace cresset::optim {
namespace {

Value defaults_of(const ASGDOptions& o) {
  check_not_negative(o.lr, "learning rate");
  check_not_negative(o.weight_decay, "weight_decay value");
  return Value::dict({{"lr", to_value(o.lr)},
                      {"lambd", to_value(o.lambd)},
                      {"alpha", to_value(o.alpha)},
                      {"t0", to_value(o.t0)},
                      {"weight_decay", to_value(o.weight_decay)},
                      {"foreach", nullptr},
                      {"maximize", o.maximize}});
}

}  // namespace

ASGD::ASGD(ParamGroups groups, const ASGDOptions& options)
    : ComposedOptimizer(std::move(groups), defaults_of(options)) {}

void ASGD::update(const ParamGroup& group, const Tensor& p, const Tensor& g,
                  Value& state) const {
  const double step = count_step(state, p);
  const double lr = group.number("lr"), lambd = group.number("lambd");
  const auto number = [&](const char* key, double start) -> const Tensor& {
    Value& slot = state[key];
    if (!slot.is_tensor()) {
      slot = cresset::internal::filled({}, start, float32, Device());
    }
    return slot.as_tensor();
  };
  const Tensor eta = number("eta", lr), mu = number("mu", 1);
  const Tensor average = state_tensor(state, "ax", p);
  mul_(p, 1 - lambd * eta.item<double>());
  add_(p, g, -eta.item<double>());
  if (mu.item<double>() == 1) {
    average.copy_(p);
  } else {
    add_(average, mul(sub(p, average), mu.item()));
  }
  eta.fill_(lr / std::pow(1 + lambd * lr * step, group.number("alpha")));
  mu.fill_(1 / std::max(1.0, step - group.number("t0")));
}

}  // namespace cresset::optim
