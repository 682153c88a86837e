#include "cresset/optim/composed.h"

#include "cresset/optim/state.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset::optim {

void ComposedOptimizer::step() {
  const NoGradGuard no_grad;
  for (ParamGroup& group : param_groups) {
    const Value maximize = group.options.get("maximize", false);
    const Value decay = group.options.get("weight_decay", 0);
    for (const Tensor& p : group.params) {
      Tensor g = step_gradient(p, name().c_str());
      if (!g.defined()) continue;
      if (maximize.as_bool()) g = neg(g);
      if (decay.as_float() != 0) g = add(g, p, decay.as_float());
      update(group, p, g, state(p));
    }
  }
}

}  // namespace cresset::optim
