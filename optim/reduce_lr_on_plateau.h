// A learning rate that falls when a metric stops improving.

#ifndef CRESSET_OPTIM_REDUCE_LR_ON_PLATEAU_H_
#define CRESSET_OPTIM_REDUCE_LR_ON_PLATEAU_H_

#include <cstdint>
#include <string>

#include "cresset/optim/optimizer.h"
#include "cresset/serialize/value.h"
#include "cresset/tensor/base/scalar.h"

namespace cresset::optim {

struct ReduceLROnPlateauOptions {
  std::string mode = "min";  ///< or "max": which way the metric is better
  Scalar factor = 0.1;
  int64_t patience = 10;
  Scalar threshold = 1e-4;
  std::string threshold_mode = "rel";  ///< or "abs"
  int64_t cooldown = 0;
  Scalar min_lr = 0;
  Scalar eps = 1e-8;
  bool verbose = false;
};

/// Multiplies the rate by `factor` after `patience` epochs without a better
/// metric. The optimizer must outlive it and stay where it is.
///
/// Errors: kValue for a factor of 1 or more and for unknown modes.
/// Torch:  torch.optim.lr_scheduler.ReduceLROnPlateau
class ReduceLROnPlateau {
 public:
  explicit ReduceLROnPlateau(Optimizer& optimizer,
                             const ReduceLROnPlateauOptions& options = {});

  void step(double metric);
  Value state_dict() const;
  void load_state_dict(const Value& state);

 private:
  bool is_better(double metric) const;
  int64_t count(const char* key) const { return attributes_.at(key).as_int(); }

  Optimizer* optimizer_;
  Value attributes_;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_REDUCE_LR_ON_PLATEAU_H_
