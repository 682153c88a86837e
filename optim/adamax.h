// Adamax.

#ifndef CRESSET_OPTIM_ADAMAX_H_
#define CRESSET_OPTIM_ADAMAX_H_

#include <string>
#include <utility>

#include "cresset/optim/composed.h"

namespace cresset::optim {

struct AdamaxOptions {
  Scalar lr = 2e-3;
  std::pair<Scalar, Scalar> betas = {0.9, 0.999};
  Scalar eps = 1e-8;
  Scalar weight_decay = 0;
  bool maximize = false;
};

/// Adam with the largest recent gradient in place of the mean square.
///
/// Torch: torch.optim.Adamax
class Adamax : public ComposedOptimizer {
 public:
  explicit Adamax(ParamGroups groups, const AdamaxOptions& options = {});
  std::string name() const override { return "Adamax"; }

 protected:
  void update(const ParamGroup& group, const Tensor& p, const Tensor& g,
              Value& state) const override;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_ADAMAX_H_
