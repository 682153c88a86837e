#include "cresset/optim/rprop.h"

#include <utility>

#include "cresset/optim/options.h"
#include "cresset/optim/state.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/ternary.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/where.h"

namespace cresset::optim {
namespace {

Value defaults_of(const RpropOptions& o) {
  check_not_negative(o.lr, "learning rate");
  const double shrink = o.etas.first.to<double>();
  const double grow = o.etas.second.to<double>();
  CRESSET_CHECK(0 < shrink && shrink < 1 && 1 < grow, kValue,
                "Invalid eta values: ", o.etas.first, ", ", o.etas.second);
  return Value::dict({{"lr", to_value(o.lr)},
                      {"etas", pair_of(o.etas)},
                      {"step_sizes", pair_of(o.step_sizes)},
                      {"foreach", nullptr},
                      {"maximize", o.maximize}});
}

}  // namespace

Rprop::Rprop(ParamGroups groups, const RpropOptions& options)
    : ComposedOptimizer(std::move(groups), defaults_of(options)) {}

void Rprop::update(const ParamGroup& group, const Tensor& p, const Tensor& g,
                   Value& state) const {
  count_whole_step(state);
  const bool first = !state.contains("step_size");
  const Tensor last = state_tensor(state, "prev", p);
  const Tensor length = state_tensor(state, "step_size", p);
  if (first) length.fill_(group.number("lr"));
  const Tensor turn = mul(g, last);
  const Tensor turned = lt(turn, 0);
  const Tensor factor =
      masked_fill(masked_fill(add(mul(turn, 0), 1), gt(turn, 0),
                              group["etas"][1].as_float()),
                  turned, group["etas"][0].as_float());
  mul_(length, factor);
  clamp_(length, group["step_sizes"][0].as_float(),
         group["step_sizes"][1].as_float());
  // A gradient that has turned counts as zero.
  const Tensor kept = masked_fill(g, turned, 0);
  addcmul_(p, sgn(kept), length, -1);
  last.copy_(kept);
}

}  // namespace cresset::optim
