// Adadelta.

#ifndef CRESSET_OPTIM_ADADELTA_H_
#define CRESSET_OPTIM_ADADELTA_H_

#include <string>

#include "cresset/optim/composed.h"

namespace cresset::optim {

struct AdadeltaOptions {
  Scalar lr = 1.0;
  Scalar rho = 0.9;
  Scalar eps = 1e-6;
  Scalar weight_decay = 0;
  bool maximize = false;
};

/// Steps as long as recent steps were, relative to recent gradients.
///
/// Torch: torch.optim.Adadelta
class Adadelta : public ComposedOptimizer {
 public:
  explicit Adadelta(ParamGroups groups, const AdadeltaOptions& options = {});
  std::string name() const override { return "Adadelta"; }

 protected:
  void update(const ParamGroup& group, const Tensor& p, const Tensor& g,
              Value& state) const override;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_ADADELTA_H_
