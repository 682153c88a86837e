#include "cresset/tests/parity/optimizer_table.h"

#include <utility>

#include "cresset/optim/optim.h"

namespace cresset::parity {
namespace {

using Betas = std::vector<double>;

void add_adam_optimizers(Table<MakeOptimizer>& t) {
  constexpr char kSignature[] =
      "lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0, "
      "amsgrad=False, *, maximize=False";
  t.add("Adam", kSignature,
        [](const Scalar& lr, const Betas& betas, const Scalar& eps,
           const Scalar& weight_decay, bool amsgrad, bool maximize) {
          return making<optim::Adam>(
              optim::AdamOptions{.lr = lr,
                                 .betas = {betas.at(0), betas.at(1)},
                                 .eps = eps,
                                 .weight_decay = weight_decay,
                                 .amsgrad = amsgrad,
                                 .maximize = maximize});
        });
  t.add("AdamW",
        "lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01, "
        "amsgrad=False, *, maximize=False",
        [](const Scalar& lr, const Betas& betas, const Scalar& eps,
           const Scalar& weight_decay, bool amsgrad, bool maximize) {
          return making<optim::AdamW>(
              optim::AdamWOptions{.lr = lr,
                                  .betas = {betas.at(0), betas.at(1)},
                                  .eps = eps,
                                  .weight_decay = weight_decay,
                                  .amsgrad = amsgrad,
                                  .maximize = maximize});
        });
}

void add_optimizers(Table<MakeOptimizer>& t) {
  t.add("SGD",
        "lr, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, "
        "maximize=False",
        [](const Scalar& lr, const Scalar& momentum, const Scalar& dampening,
           const Scalar& weight_decay, bool nesterov, bool maximize) {
          return making<optim::SGD>(
              optim::SGDOptions{.lr = lr,
                                .momentum = momentum,
                                .dampening = dampening,
                                .weight_decay = weight_decay,
                                .nesterov = nesterov,
                                .maximize = maximize});
        });
  t.add("RMSprop",
        "lr=0.01, alpha=0.99, eps=1e-08, weight_decay=0, momentum=0, "
        "centered=False, maximize=False",
        [](const Scalar& lr, const Scalar& alpha, const Scalar& eps,
           const Scalar& weight_decay, const Scalar& momentum, bool centered,
           bool maximize) {
          return making<optim::RMSprop>(
              optim::RMSpropOptions{.lr = lr,
                                    .alpha = alpha,
                                    .eps = eps,
                                    .weight_decay = weight_decay,
                                    .momentum = momentum,
                                    .centered = centered,
                                    .maximize = maximize});
        });
  add_adam_optimizers(t);
}

void add_plateau(Table<MakeScheduler>& t) {
  t.add("ReduceLROnPlateau",
        "mode='min', factor=0.1, patience=10, threshold=0.0001, "
        "threshold_mode='rel', cooldown=0, min_lr=0, eps=1e-08, verbose=False",
        [](const std::string& mode, const Scalar& factor, int64_t patience,
           const Scalar& threshold, const std::string& threshold_mode,
           int64_t cooldown, const Scalar& min_lr, const Scalar& eps,
           Ignored) -> MakeScheduler {
          const optim::ReduceLROnPlateauOptions options = {
              .mode = mode,
              .factor = factor,
              .patience = patience,
              .threshold = threshold,
              .threshold_mode = threshold_mode,
              .cooldown = cooldown,
              .min_lr = min_lr,
              .eps = eps};
          return [options](optim::Optimizer& optimizer) -> Scheduler {
            auto s =
                std::make_shared<optim::ReduceLROnPlateau>(optimizer, options);
            return {[s](std::optional<double> m) { s->step(m.value()); },
                    [s] { return s->state_dict(); }};
          };
        });
}

void add_warmups(Table<MakeScheduler>& t) {
  t.add("ConstantLR",
        "factor=0.3333333333333333, total_iters=5, last_epoch=-1, "
        "verbose=False",
        [](const Scalar& factor, int64_t iters, int64_t last, Ignored) {
          return scheduling<optim::ConstantLR>(optim::ConstantLROptions{
              .factor = factor, .total_iters = iters, .last_epoch = last});
        });
  t.add("LinearLR",
        "start_factor=0.3333333333333333, end_factor=1.0, total_iters=5, "
        "last_epoch=-1, verbose=False",
        [](const Scalar& start, const Scalar& end, int64_t iters, int64_t last,
           Ignored) {
          return scheduling<optim::LinearLR>(
              optim::LinearLROptions{.start_factor = start,
                                     .end_factor = end,
                                     .total_iters = iters,
                                     .last_epoch = last});
        });
  t.add("PolynomialLR",
        "total_iters=5, power=1.0, last_epoch=-1, verbose=False",
        [](int64_t iters, const Scalar& power, int64_t last, Ignored) {
          return scheduling<optim::PolynomialLR>(optim::PolynomialLROptions{
              .total_iters = iters, .power = power, .last_epoch = last});
        });
}

void add_schedulers(Table<MakeScheduler>& t) {
  t.add("StepLR", "step_size, gamma=0.1, last_epoch=-1, verbose=False",
        [](int64_t step_size, const Scalar& gamma, int64_t last, Ignored) {
          return scheduling<optim::StepLR>(optim::StepLROptions{
              .step_size = step_size, .gamma = gamma, .last_epoch = last});
        });
  t.add("MultiStepLR", "milestones, gamma=0.1, last_epoch=-1, verbose=False",
        [](const std::vector<int64_t>& milestones, const Scalar& gamma,
           int64_t last, Ignored) {
          return scheduling<optim::MultiStepLR>(optim::MultiStepLROptions{
              .milestones = milestones, .gamma = gamma, .last_epoch = last});
        });
  t.add("ExponentialLR", "gamma, last_epoch=-1, verbose=False",
        [](const Scalar& gamma, int64_t last, Ignored) {
          return scheduling<optim::ExponentialLR>(
              optim::ExponentialLROptions{.gamma = gamma, .last_epoch = last});
        });
  t.add("CosineAnnealingLR", "T_max, eta_min=0, last_epoch=-1, verbose=False",
        [](const Scalar& t_max, const Scalar& eta_min, int64_t last, Ignored) {
          return scheduling<optim::CosineAnnealingLR>(
              optim::CosineAnnealingLROptions{
                  .T_max = t_max, .eta_min = eta_min, .last_epoch = last});
        });
  add_warmups(t);
  add_plateau(t);
}

}  // namespace

const Table<MakeOptimizer>& optimizer_table() {
  static const auto* const table = [] {
    auto* t = new Table<MakeOptimizer>;
    add_optimizers(*t);
    add_composed_optimizers(*t);
    return t;
  }();
  return *table;
}

const Table<MakeScheduler>& scheduler_table() {
  static const auto* const table = [] {
    auto* t = new Table<MakeScheduler>;
    add_schedulers(*t);
    add_cyclic_schedulers(*t);
    return t;
  }();
  return *table;
}

}  // namespace cresset::parity
