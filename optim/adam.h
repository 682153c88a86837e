// Adam and AdamW.

#ifndef CRESSET_OPTIM_ADAM_H_
#define CRESSET_OPTIM_ADAM_H_

#include <string>
#include <utility>

#include "cresset/optim/optimizer.h"

namespace cresset::optim {

struct AdamOptions {
  Scalar lr = 1e-3;
  std::pair<Scalar, Scalar> betas = {0.9, 0.999};
  Scalar eps = 1e-8;
  Scalar weight_decay = 0;
  bool amsgrad = false;
  bool maximize = false;
  /// Counts the steps on the parameters' device, which lets a step be captured
  /// in a cuda::Graph; take one as it is first, which makes the state.
  bool capturable = false;
};

/// Steps along running means of the gradient, scaled by those of its square.
///
/// Torch: torch.optim.Adam
class Adam : public Optimizer {
 public:
  explicit Adam(ParamGroups groups, const AdamOptions& options = {});

  using Optimizer::step;
  void step() override;
  std::string name() const override { return "Adam"; }

 protected:
  // For AdamW, whose defaults differ.
  Adam(Value defaults, ParamGroups groups);
  void set_missing_options(ParamGroup& group) const override;
  // Whether the decay shrinks the parameter instead of joining the gradient.
  virtual bool decouples_decay() const { return false; }
};

struct AdamWOptions {
  Scalar lr = 1e-3;
  std::pair<Scalar, Scalar> betas = {0.9, 0.999};
  Scalar eps = 1e-8;
  Scalar weight_decay = 1e-2;
  bool amsgrad = false;
  bool maximize = false;
  bool capturable = false;  ///< as AdamOptions has it
};

/// Adam whose weight decay does not pass through the running means.
///
/// Torch: torch.optim.AdamW
class AdamW : public Adam {
 public:
  explicit AdamW(ParamGroups groups, const AdamWOptions& options = {});
  std::string name() const override { return "AdamW"; }

 protected:
  bool decouples_decay() const override { return true; }
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_ADAM_H_
