#include "cresset/optim/adagrad.h"

#include <utility>

#include "cresset/optim/options.h"
#include "cresset/optim/state.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/ternary.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset::optim {
namespace {

Value defaults_of(const AdagradOptions& o) {
  check_not_negative(o.lr, "learning rate");
  check_not_negative(o.lr_decay, "lr_decay value");
  check_not_negative(o.weight_decay, "weight_decay value");
  check_not_negative(o.initial_accumulator_value,
                     "initial_accumulator_value value");
  check_not_negative(o.eps, "epsilon value");
  return Value::dict(
      {{"lr", to_value(o.lr)},
       {"lr_decay", to_value(o.lr_decay)},
       {"eps", to_value(o.eps)},
       {"weight_decay", to_value(o.weight_decay)},
       {"initial_accumulator_value", to_value(o.initial_accumulator_value)},
       {"foreach", nullptr},
       {"maximize", o.maximize}});
}

}  // namespace

Adagrad::Adagrad(ParamGroups groups, const AdagradOptions& options)
    : ComposedOptimizer(std::move(groups), defaults_of(options)) {
  for (const ParamGroup& group : param_groups) {
    for (const Tensor& p : group.params) {
      Value& kept = state(p);
      kept["step"] = cresset::internal::filled({}, 0, float32, Device());
      state_tensor(kept, "sum", p)
          .fill_(options.initial_accumulator_value.to<double>());
    }
  }
}

void Adagrad::update(const ParamGroup& group, const Tensor& p, const Tensor& g,
                     Value& state) const {
  const double step = count_step(state, p);
  const double lr =
      group.number("lr") / (1 + (step - 1) * group.number("lr_decay"));
  const bool first = !state.contains("sum");
  const Tensor squares = state_tensor(state, "sum", p);
  if (first) squares.fill_(group.number("initial_accumulator_value"));
  addcmul_(squares, g, g);
  addcdiv_(p, g, add(sqrt(squares), group.number("eps")), -lr);
}

}  // namespace cresset::optim
