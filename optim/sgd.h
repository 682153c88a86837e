// Stochastic gradient descent.

#ifndef CRESSET_OPTIM_SGD_H_
#define CRESSET_OPTIM_SGD_H_

#include <string>

#include "cresset/optim/optimizer.h"

namespace cresset::optim {

struct SGDOptions {
  Scalar lr = 1e-3;
  Scalar momentum = 0;
  Scalar dampening = 0;
  Scalar weight_decay = 0;
  bool nesterov = false;
  bool maximize = false;
};

/// p -= lr * d with d = grad + weight_decay * p, or, with momentum, the buffer
/// b = momentum * b + (1 - dampening) * d (nesterov: d + momentum * b).
///
///   optim::SGD sgd(net.parameters(), {.lr = 0.1, .momentum = 0.9});
///   optim::SGD two({{net.base.parameters()},
///                   {net.head.parameters(), {{"lr", 1e-3}}}}, {.lr = 0.1});
///
/// Torch: torch.optim.SGD
class SGD : public Optimizer {
 public:
  explicit SGD(ParamGroups groups, const SGDOptions& options = {});

  using Optimizer::step;
  void step() override;
  std::string name() const override { return "SGD"; }

 protected:
  void set_missing_options(ParamGroup& group) const override;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_SGD_H_
