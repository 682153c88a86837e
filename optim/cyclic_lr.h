// Schedulers that go up and down.

#ifndef CRESSET_OPTIM_CYCLIC_LR_H_
#define CRESSET_OPTIM_CYCLIC_LR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cresset/optim/lr_scheduler.h"

namespace cresset::optim {

struct CosineAnnealingWarmRestartsOptions {
  int64_t T_0 = 1;
  int64_t T_mult = 1;
  Scalar eta_min = 0;
  int64_t last_epoch = -1;
  bool verbose = false;
};

/// Half a cosine from the first rate to eta_min in T_0 epochs, then from the
/// start again, each time T_mult times as long.
/// Torch: torch.optim.lr_scheduler.CosineAnnealingWarmRestarts
class CosineAnnealingWarmRestarts : public LRScheduler {
 public:
  CosineAnnealingWarmRestarts(
      Optimizer& optimizer, const CosineAnnealingWarmRestartsOptions& options);
  using LRScheduler::step;
  void step() override;

 protected:
  std::vector<Value> get_lr() override;
};

struct CyclicLROptions {
  std::vector<double> base_lr;  ///< one, or one for each group
  std::vector<double> max_lr;
  double step_size_up = 2000;
  std::optional<double> step_size_down = std::nullopt;  ///< as up
  std::string mode = "triangular";  ///< or "triangular2", "exp_range"
  Scalar gamma = 1.0;
  bool cycle_momentum = true;
  std::vector<double> base_momentum = {0.8};
  std::vector<double> max_momentum = {0.9};
  int64_t last_epoch = -1;
  bool verbose = false;
};

/// From base_lr to max_lr and back in straight lines, the momentum the other
/// way round; call step() after every batch.
/// Errors: kValue for an unknown mode, lists of the wrong length, or
///         cycle_momentum for an optimizer without momentum.
/// Torch:  torch.optim.lr_scheduler.CyclicLR
class CyclicLR : public LRScheduler {
 public:
  CyclicLR(Optimizer& optimizer, const CyclicLROptions& options);

 protected:
  std::vector<Value> get_lr() override;

 private:
  double scale_of(double cycle) const;
};

struct OneCycleLROptions {
  std::vector<double> max_lr;  ///< one, or one for each group
  std::optional<int64_t> total_steps = std::nullopt;
  std::optional<int64_t> epochs = std::nullopt;
  std::optional<int64_t> steps_per_epoch = std::nullopt;
  double pct_start = 0.3;
  std::string anneal_strategy = "cos";  ///< or "linear"
  bool cycle_momentum = true;
  std::vector<double> base_momentum = {0.85};
  std::vector<double> max_momentum = {0.95};
  double div_factor = 25;
  double final_div_factor = 1e4;
  bool three_phase = false;
  int64_t last_epoch = -1;
  bool verbose = false;
};

/// Up to max_lr and down to almost nothing in one cycle over the whole
/// training; call step() after every batch.
/// Errors: kValue without a number of steps, for an unknown strategy, lists of
///         the wrong length, cycle_momentum for an optimizer without momentum,
///         or a step beyond the last.
/// Torch:  torch.optim.lr_scheduler.OneCycleLR
class OneCycleLR : public LRScheduler {
 public:
  OneCycleLR(Optimizer& optimizer, const OneCycleLROptions& options);

 protected:
  std::vector<Value> get_lr() override;

 private:
  double between(const Value& start, const Value& end, double share) const;

  bool is_cosine_;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_CYCLIC_LR_H_
