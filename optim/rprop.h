// Resilient backpropagation.

#ifndef CRESSET_OPTIM_RPROP_H_
#define CRESSET_OPTIM_RPROP_H_

#include <string>
#include <utility>

#include "cresset/optim/composed.h"

namespace cresset::optim {

struct RpropOptions {
  Scalar lr = 1e-2;
  std::pair<Scalar, Scalar> etas = {0.5, 1.2};        ///< shrink, grow
  std::pair<Scalar, Scalar> step_sizes = {1e-6, 50};  ///< least, most
  bool maximize = false;
};

/// Steps by the gradient's sign, longer as long as it stays the same.
///
/// Torch: torch.optim.Rprop
class Rprop : public ComposedOptimizer {
 public:
  explicit Rprop(ParamGroups groups, const RpropOptions& options = {});
  std::string name() const override { return "Rprop"; }

 protected:
  void update(const ParamGroup& group, const Tensor& p, const Tensor& g,
              Value& state) const override;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_RPROP_H_
