// Optimizers whose step is written with tensor ops.

#ifndef CRESSET_OPTIM_COMPOSED_H_
#define CRESSET_OPTIM_COMPOSED_H_

#include <utility>

#include "cresset/optim/optimizer.h"

namespace cresset::optim {

/// Base of optimizers that treat every parameter by itself; not used alone.
class ComposedOptimizer : public Optimizer {
 public:
  using Optimizer::step;
  /// Calls update() for each parameter with a gradient, outside the graph.
  void step() override;

 protected:
  ComposedOptimizer(ParamGroups groups, Value defaults)
      : Optimizer(std::move(groups), std::move(defaults)) {}

  /// Changes p. `g` has the sign that `maximize` wants and holds the weight
  /// decay; `state` is what the optimizer keeps for p.
  virtual void update(const ParamGroup& group, const Tensor& p, const Tensor& g,
                      Value& state) const = 0;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_COMPOSED_H_
