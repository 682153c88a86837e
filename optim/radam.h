// RAdam.

#ifndef CRESSET_OPTIM_RADAM_H_
#define CRESSET_OPTIM_RADAM_H_

#include <string>
#include <utility>

#include "cresset/optim/composed.h"

namespace cresset::optim {

struct RAdamOptions {
  Scalar lr = 1e-3;
  std::pair<Scalar, Scalar> betas = {0.9, 0.999};
  Scalar eps = 1e-8;
  Scalar weight_decay = 0;
};

/// Adam that waits with its scaling until the mean square can be trusted.
///
/// Torch: torch.optim.RAdam
class RAdam : public ComposedOptimizer {
 public:
  explicit RAdam(ParamGroups groups, const RAdamOptions& options = {});
  std::string name() const override { return "RAdam"; }

 protected:
  void update(const ParamGroup& group, const Tensor& p, const Tensor& g,
              Value& state) const override;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_RADAM_H_
