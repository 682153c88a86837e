// Rows of optimizers written with ops, and of schedulers that go up and down.

#include "cresset/optim/optim.h"
#include "cresset/tests/parity/optimizer_table.h"

namespace cresset::parity {
namespace {

using Numbers = std::vector<double>;
using OptInt = std::optional<int64_t>;

std::pair<Scalar, Scalar> pair_of(const std::vector<Scalar>& numbers) {
  return {numbers.at(0), numbers.at(1)};
}

}  // namespace

void add_composed_optimizers(Table<MakeOptimizer>& t) {
  t.add("Adagrad",
        "lr=0.01, lr_decay=0, weight_decay=0, initial_accumulator_value=0, "
        "eps=1e-10, *, maximize=False",
        [](const Scalar& lr, const Scalar& lr_decay, const Scalar& weight_decay,
           const Scalar& start, const Scalar& eps, bool maximize) {
          return making<optim::Adagrad>(
              optim::AdagradOptions{.lr = lr,
                                    .lr_decay = lr_decay,
                                    .weight_decay = weight_decay,
                                    .initial_accumulator_value = start,
                                    .eps = eps,
                                    .maximize = maximize});
        });
  t.add("Adadelta",
        "lr=1.0, rho=0.9, eps=1e-06, weight_decay=0, *, maximize=False",
        [](const Scalar& lr, const Scalar& rho, const Scalar& eps,
           const Scalar& weight_decay, bool maximize) {
          return making<optim::Adadelta>(
              optim::AdadeltaOptions{.lr = lr,
                                     .rho = rho,
                                     .eps = eps,
                                     .weight_decay = weight_decay,
                                     .maximize = maximize});
        });
  t.add("Adamax",
        "lr=0.002, betas=(0.9, 0.999), eps=1e-08, weight_decay=0, *, "
        "maximize=False",
        [](const Scalar& lr, const std::vector<Scalar>& betas,
           const Scalar& eps, const Scalar& weight_decay, bool maximize) {
          return making<optim::Adamax>(
              optim::AdamaxOptions{.lr = lr,
                                   .betas = pair_of(betas),
                                   .eps = eps,
                                   .weight_decay = weight_decay,
                                   .maximize = maximize});
        });
  t.add(
      "NAdam",
      "lr=0.002, betas=(0.9, 0.999), eps=1e-08, weight_decay=0, "
      "momentum_decay=0.004",
      [](const Scalar& lr, const std::vector<Scalar>& betas, const Scalar& eps,
         const Scalar& weight_decay, const Scalar& momentum_decay) {
        return making<optim::NAdam>(
            optim::NAdamOptions{.lr = lr,
                                .betas = pair_of(betas),
                                .eps = eps,
                                .weight_decay = weight_decay,
                                .momentum_decay = momentum_decay});
      });
  t.add("RAdam", "lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0",
        [](const Scalar& lr, const std::vector<Scalar>& betas,
           const Scalar& eps, const Scalar& weight_decay) {
          return making<optim::RAdam>(
              optim::RAdamOptions{.lr = lr,
                                  .betas = pair_of(betas),
                                  .eps = eps,
                                  .weight_decay = weight_decay});
        });
  t.add("ASGD",
        "lr=0.01, lambd=0.0001, alpha=0.75, t0=1000000.0, weight_decay=0, *, "
        "maximize=False",
        [](const Scalar& lr, const Scalar& lambd, const Scalar& alpha,
           const Scalar& t0, const Scalar& weight_decay, bool maximize) {
          return making<optim::ASGD>(
              optim::ASGDOptions{.lr = lr,
                                 .lambd = lambd,
                                 .alpha = alpha,
                                 .t0 = t0,
                                 .weight_decay = weight_decay,
                                 .maximize = maximize});
        });
  t.add("Rprop",
        "lr=0.01, etas=(0.5, 1.2), step_sizes=(1e-06, 50), *, maximize=False",
        [](const Scalar& lr, const std::vector<Scalar>& etas,
           const std::vector<Scalar>& step_sizes, bool maximize) {
          return making<optim::Rprop>(
              optim::RpropOptions{.lr = lr,
                                  .etas = pair_of(etas),
                                  .step_sizes = pair_of(step_sizes),
                                  .maximize = maximize});
        });
}

void add_cyclic_schedulers(Table<MakeScheduler>& t) {
  t.add("CosineAnnealingWarmRestarts",
        "T_0, T_mult=1, eta_min=0, last_epoch=-1, verbose=False",
        [](int64_t t_0, int64_t t_mult, const Scalar& eta_min, int64_t last,
           Ignored) {
          return scheduling<optim::CosineAnnealingWarmRestarts>(
              optim::CosineAnnealingWarmRestartsOptions{.T_0 = t_0,
                                                        .T_mult = t_mult,
                                                        .eta_min = eta_min,
                                                        .last_epoch = last});
        });
  t.add("CyclicLR",
        "base_lr, max_lr, step_size_up=2000, step_size_down=None, "
        "mode='triangular', gamma=1.0, scale_fn=None, scale_mode='cycle', "
        "cycle_momentum=True, base_momentum=0.8, max_momentum=0.9, "
        "last_epoch=-1, verbose=False",
        [](const Numbers& base_lr, const Numbers& max_lr, double up,
           std::optional<double> down, const std::string& mode,
           const Scalar& gamma, Absent, Ignored, bool cycle_momentum,
           const Numbers& base_momentum, const Numbers& max_momentum,
           int64_t last, Ignored) {
          return scheduling<optim::CyclicLR>(
              optim::CyclicLROptions{.base_lr = base_lr,
                                     .max_lr = max_lr,
                                     .step_size_up = up,
                                     .step_size_down = down,
                                     .mode = mode,
                                     .gamma = gamma,
                                     .cycle_momentum = cycle_momentum,
                                     .base_momentum = base_momentum,
                                     .max_momentum = max_momentum,
                                     .last_epoch = last});
        });
  t.add(
      "OneCycleLR",
      "max_lr, total_steps=None, epochs=None, steps_per_epoch=None, "
      "pct_start=0.3, anneal_strategy='cos', cycle_momentum=True, "
      "base_momentum=0.85, max_momentum=0.95, div_factor=25.0, "
      "final_div_factor=10000.0, three_phase=False, last_epoch=-1, "
      "verbose=False",
      [](const Numbers& max_lr, OptInt total, OptInt epochs, OptInt per_epoch,
         double pct_start, const std::string& strategy, bool cycle_momentum,
         const Numbers& base_momentum, const Numbers& max_momentum, double div,
         double final_div, bool three_phase, int64_t last, Ignored) {
        return scheduling<optim::OneCycleLR>(
            optim::OneCycleLROptions{.max_lr = max_lr,
                                     .total_steps = total,
                                     .epochs = epochs,
                                     .steps_per_epoch = per_epoch,
                                     .pct_start = pct_start,
                                     .anneal_strategy = strategy,
                                     .cycle_momentum = cycle_momentum,
                                     .base_momentum = base_momentum,
                                     .max_momentum = max_momentum,
                                     .div_factor = div,
                                     .final_div_factor = final_div,
                                     .three_phase = three_phase,
                                     .last_epoch = last});
      });
}

}  // namespace cresset::parity
