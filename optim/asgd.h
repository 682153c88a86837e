// Averaged stochastic gradient descent.

#ifndef CRESSET_OPTIM_ASGD_H_
#define CRESSET_OPTIM_ASGD_H_

#include <string>

#include "cresset/optim/composed.h"

namespace cresset::optim {

struct ASGDOptions {
  Scalar lr = 1e-2;
  Scalar lambd = 1e-4;
  Scalar alpha = 0.75;
  Scalar t0 = 1e6;
  Scalar weight_decay = 0;
  bool maximize = false;
};

/// Plain steps whose average is kept beside the parameter, as "ax".
///
/// Torch: torch.optim.ASGD
class ASGD : public ComposedOptimizer {
 public:
  explicit ASGD(ParamGroups groups, const ASGDOptions& options = {});
  std::string name() const override { return "ASGD"; }

 protected:
  void update(const ParamGroup& group, const Tensor& p, const Tensor& g,
              Value& state) const override;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_ASGD_H_
