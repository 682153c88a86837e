// Adagrad.

#ifndef CRESSET_OPTIM_ADAGRAD_H_
#define CRESSET_OPTIM_ADAGRAD_H_

#include <string>

#include "cresset/optim/composed.h"

namespace cresset::optim {

struct AdagradOptions {
  Scalar lr = 1e-2;
  Scalar lr_decay = 0;
  Scalar weight_decay = 0;
  Scalar initial_accumulator_value = 0;
  Scalar eps = 1e-10;
  bool maximize = false;
};

/// Divides the gradient by the root of the sum of all its squares.
///
/// Torch: torch.optim.Adagrad
class Adagrad : public ComposedOptimizer {
 public:
  explicit Adagrad(ParamGroups groups, const AdagradOptions& options = {});
  std::string name() const override { return "Adagrad"; }

 protected:
  void update(const ParamGroup& group, const Tensor& p, const Tensor& g,
              Value& state) const override;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_ADAGRAD_H_
