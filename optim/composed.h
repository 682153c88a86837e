// Optimizers whose step is written with tensor ops.

#ifndef CRESSET_OPTIM_COMPOSED_H_
#define CRESSET_OPTIM_COMPOSED_H_

#include <utility>
#include <vector>

#include "cresset/optim/optimizer.h"

namespace cresset::optim {

/// Base of optimizers that treat every parameter by itself; not used alone.
class ComposedOptimizer : public Optimizer {
 public:
  using Optimizer::step;
  /// Calls update() for each parameter with a gradient, outside the graph.
  void step() override;

 protected:
  ComposedOptimizer(std::vector<ParamGroup> groups, Value defaults)
      : Optimizer(std::move(groups), std::move(defaults)) {}

  /// Changes p. `g` has the sign that `maximize` wants and holds the weight
  /// decay; `state` is what the optimizer keeps for p.
  virtual void update(const ParamGroup& group, const Tensor& p, const Tensor& g,
                      Value& state) const = 0;

  /// Adds 1 to state["step"], a float32 tensor, and gives it.
  static double count_step(Value& state);
  /// The same for an int.
  static void count_whole_step(Value& state);
};

// For the constructors. Errors: kValue with PyTorch's texts.
void check_not_negative(const Scalar& number, const char* what);
void check_betas(const std::pair<Scalar, Scalar>& betas);
Value pair_of(const std::pair<Scalar, Scalar>& pair);

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_COMPOSED_H_
