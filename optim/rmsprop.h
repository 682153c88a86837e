// RMSprop.

#ifndef CRESSET_OPTIM_RMSPROP_H_
#define CRESSET_OPTIM_RMSPROP_H_

#include <string>

#include "cresset/optim/optimizer.h"

namespace cresset::optim {

struct RMSpropOptions {
  Scalar lr = 1e-2;
  Scalar alpha = 0.99;
  Scalar eps = 1e-8;
  Scalar weight_decay = 0;
  Scalar momentum = 0;
  bool centered = false;
  bool maximize = false;
};

/// Divides the gradient by the root of the running mean of its square.
///
/// Torch: torch.optim.RMSprop
class RMSprop : public Optimizer {
 public:
  explicit RMSprop(ParamGroups groups, const RMSpropOptions& options = {});

  using Optimizer::step;
  void step() override;
  std::string name() const override { return "RMSprop"; }

 protected:
  void set_missing_options(ParamGroup& group) const override;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_RMSPROP_H_
