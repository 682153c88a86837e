// Learning rates that change from epoch to epoch.
//
//   optim::StepLR scheduler(optimizer, {.step_size = 30, .gamma = 0.1});
//   for (int epoch = 0; epoch < 90; ++epoch) {
//     train(...);
//     scheduler.step();
//   }
//
// The rates follow PyTorch's formulas step by step, rounding included, so that
// a run that is resumed from PyTorch's or our own checkpoint goes on with the
// same numbers.

#ifndef CRESSET_OPTIM_LR_SCHEDULER_H_
#define CRESSET_OPTIM_LR_SCHEDULER_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "cresset/optim/optimizer.h"
#include "cresset/serialize/value.h"
#include "cresset/tensor/base/scalar.h"

namespace cresset::optim {

/// Base of the schedulers. The optimizer must outlive it and stay where it is.
///
/// Errors: kIndex if last_epoch is given and a group has no "initial_lr".
/// Torch:  torch.optim.lr_scheduler.LRScheduler
class LRScheduler {
 public:
  virtual ~LRScheduler() = default;
  LRScheduler(const LRScheduler&) = delete;
  LRScheduler& operator=(const LRScheduler&) = delete;

  /// Goes to the next epoch, or to the given one.
  virtual void step();
  void step(int64_t epoch);

  /// The learning rates of all groups.
  std::vector<double> get_last_lr() const;
  int64_t last_epoch() const { return attribute("last_epoch").as_int(); }

  /// All attributes but the optimizer, in the order that PyTorch 1.13 has.
  Value state_dict() const;
  /// Takes over the attributes that are there.
  void load_state_dict(const Value& state);

 protected:
  // `own` are the attributes of the derived class; it calls start() at the
  // end of its constructor.
  LRScheduler(Optimizer& optimizer, Value own, int64_t last_epoch,
              bool verbose);
  void start();
  // Puts attributes in front of those that the base class has set.
  void set_own(Value own);
  void set_rates(const std::vector<Value>& rates);

  virtual std::vector<Value> get_lr() = 0;
  // The rates by the epoch alone, for step(epoch).
  virtual std::vector<Value> get_closed_form_lr() { return get_lr(); }

  // get_lr() with one function for each group: its rate, and its first rate.
  template <class F>
  std::vector<Value> for_groups(F&& f) {
    std::vector<Value> out;
    for (size_t i = 0; i < optimizer_->param_groups.size(); ++i) {
      out.push_back(f(optimizer_->param_groups[i]["lr"],
                      attribute("base_lrs")[i].as_float()));
    }
    return out;
  }

  const Value& attribute(const char* key) const { return attributes_.at(key); }
  Value& attribute(const char* key) { return attributes_[key]; }
  double number(const char* key) const { return attribute(key).as_float(); }
  Optimizer& optimizer() { return *optimizer_; }

 private:
  Optimizer* optimizer_;
  Value attributes_;
};

struct StepLROptions {
  int64_t step_size = 1;
  Scalar gamma = 0.1;
  int64_t last_epoch = -1;
  bool verbose = false;
};

/// Multiplies by gamma every step_size epochs.
/// Torch: torch.optim.lr_scheduler.StepLR
class StepLR : public LRScheduler {
 public:
  StepLR(Optimizer& optimizer, const StepLROptions& options);

 protected:
  std::vector<Value> get_lr() override;
  std::vector<Value> get_closed_form_lr() override;
};

struct MultiStepLROptions {
  std::vector<int64_t> milestones;
  Scalar gamma = 0.1;
  int64_t last_epoch = -1;
  bool verbose = false;
};

/// Multiplies by gamma at the milestones.
/// Torch: torch.optim.lr_scheduler.MultiStepLR
class MultiStepLR : public LRScheduler {
 public:
  MultiStepLR(Optimizer& optimizer, const MultiStepLROptions& options);

 protected:
  std::vector<Value> get_lr() override;
  std::vector<Value> get_closed_form_lr() override;
};

struct ExponentialLROptions {
  Scalar gamma = 0.9;
  int64_t last_epoch = -1;
  bool verbose = false;
};

/// Multiplies by gamma every epoch.
/// Torch: torch.optim.lr_scheduler.ExponentialLR
class ExponentialLR : public LRScheduler {
 public:
  ExponentialLR(Optimizer& optimizer, const ExponentialLROptions& options);

 protected:
  std::vector<Value> get_lr() override;
  std::vector<Value> get_closed_form_lr() override;
};

struct CosineAnnealingLROptions {
  Scalar T_max = 1;
  Scalar eta_min = 0;
  int64_t last_epoch = -1;
  bool verbose = false;
};

/// Half a cosine from the first rate to eta_min in T_max epochs, and back.
/// Torch: torch.optim.lr_scheduler.CosineAnnealingLR
class CosineAnnealingLR : public LRScheduler {
 public:
  CosineAnnealingLR(Optimizer& optimizer,
                    const CosineAnnealingLROptions& options);

 protected:
  std::vector<Value> get_lr() override;
  std::vector<Value> get_closed_form_lr() override;
};

struct LambdaLROptions {
  int64_t last_epoch = -1;
  bool verbose = false;
};

/// The first rate times a function of the epoch. The functions are not part of
/// the state_dict.
/// Torch: torch.optim.lr_scheduler.LambdaLR
class LambdaLR : public LRScheduler {
 public:
  using Function = std::function<double(int64_t epoch)>;
  LambdaLR(Optimizer& optimizer, Function factor,
           const LambdaLROptions& options = {});
  /// One function for each group.
  /// Errors: kValue if there are not as many as groups.
  LambdaLR(Optimizer& optimizer, std::vector<Function> factors,
           const LambdaLROptions& options = {});

 protected:
  std::vector<Value> get_lr() override;

 private:
  std::vector<Function> factors_;
};

struct ConstantLROptions {
  Scalar factor = 1.0 / 3;
  int64_t total_iters = 5;
  int64_t last_epoch = -1;
  bool verbose = false;
};

/// The first rate times `factor` until total_iters epochs have passed.
/// Torch: torch.optim.lr_scheduler.ConstantLR
class ConstantLR : public LRScheduler {
 public:
  explicit ConstantLR(Optimizer& optimizer,
                      const ConstantLROptions& options = {});

 protected:
  std::vector<Value> get_lr() override;
  std::vector<Value> get_closed_form_lr() override;
};

struct LinearLROptions {
  Scalar start_factor = 1.0 / 3;
  Scalar end_factor = 1.0;
  int64_t total_iters = 5;
  int64_t last_epoch = -1;
  bool verbose = false;
};

/// The first rate times a factor that grows evenly: a warm-up.
/// Torch: torch.optim.lr_scheduler.LinearLR
class LinearLR : public LRScheduler {
 public:
  explicit LinearLR(Optimizer& optimizer, const LinearLROptions& options = {});

 protected:
  std::vector<Value> get_lr() override;
  std::vector<Value> get_closed_form_lr() override;
};

struct PolynomialLROptions {
  int64_t total_iters = 5;
  Scalar power = 1.0;
  int64_t last_epoch = -1;
  bool verbose = false;
};

/// The first rate times (1 - epoch / total_iters)^power.
/// Torch: torch.optim.lr_scheduler.PolynomialLR
class PolynomialLR : public LRScheduler {
 public:
  explicit PolynomialLR(Optimizer& optimizer,
                        const PolynomialLROptions& options = {});

 protected:
  std::vector<Value> get_lr() override;
  std::vector<Value> get_closed_form_lr() override;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_LR_SCHEDULER_H_
