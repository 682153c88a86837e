// NAdam.

#ifndef CRESSET_OPTIM_NADAM_H_
#define CRESSET_OPTIM_NADAM_H_

#include <string>
#include <utility>

#include "cresset/optim/composed.h"

namespace cresset::optim {

struct NAdamOptions {
  Scalar lr = 2e-3;
  std::pair<Scalar, Scalar> betas = {0.9, 0.999};
  Scalar eps = 1e-8;
  Scalar weight_decay = 0;
  Scalar momentum_decay = 4e-3;
};

/// Adam with Nesterov's momentum.
///
/// Torch: torch.optim.NAdam
class NAdam : public ComposedOptimizer {
 public:
  explicit NAdam(ParamGroups groups, const NAdamOptions& options = {});
  std::string name() const override { return "NAdam"; }

 protected:
  void update(const ParamGroup& group, const Tensor& p, const Tensor& g,
              Value& state) const override;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_NADAM_H_
