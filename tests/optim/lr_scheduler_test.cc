// Expected rates and states: PyTorch 1.13, digit for digit.

#include "cresset/optim/lr_scheduler.h"

#include <functional>
#include <string>
#include <vector>

#include "cresset/optim/reduce_lr_on_plateau.h"
#include "cresset/optim/sgd.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/nn/golden.h"

using namespace cresset;
using namespace cresset::testing;

namespace {

struct Sgd : optim::SGD {
  explicit Sgd(const Scalar& lr)
      : optim::SGD(std::vector<Tensor>{zeros({1})}, {.lr = lr}) {}
  double lr() const { return param_groups[0].number("lr"); }
};

using Rates = std::vector<double>;

Rates rates(Sgd& sgd, optim::LRScheduler& scheduler, int steps) {
  Rates out = {sgd.lr()};
  for (int i = 0; i < steps; ++i) {
    scheduler.step();
    out.push_back(sgd.lr());
  }
  return out;
}

}  // namespace

TEST_CASE("StepLR: rates and state", "[optim]") {
  Sgd sgd(0.1);
  optim::StepLR scheduler(sgd, {.step_size = 2, .gamma = 0.5});
  CHECK(rates(sgd, scheduler, 5) == Rates{0.1, 0.1, 0.05, 0.05, 0.025, 0.025});
  CHECK(repr(scheduler.state_dict()) ==
        "{'step_size': 2, 'gamma': 0.5, 'base_lrs': [0.1], 'last_epoch': 5, "
        "'verbose': False, '_step_count': 6, '_get_lr_called_within_step': "
        "False, '_last_lr': [0.025]}");
  CHECK(sgd.param_groups[0]["initial_lr"].as_float() == 0.1);
  scheduler.step(1);
  CHECK(sgd.lr() == 0.1);
  Sgd whole(1);
  optim::StepLR keeps_ints(whole, {.step_size = 2});
  CHECK(repr(keeps_ints.state_dict()["_last_lr"]) == "[1]");
  CHECK(rates(whole, keeps_ints, 2) == Rates{1, 1, 0.1});
}

TEST_CASE("MultiStepLR and ExponentialLR: rates and state", "[optim]") {
  Sgd a(0.1), b(0.1);
  optim::MultiStepLR steps(a, {.milestones = {1, 3, 3}, .gamma = 0.5});
  CHECK(rates(a, steps, 4) == Rates{0.1, 0.05, 0.05, 0.0125, 0.0125});
  CHECK(steps.state_dict()["milestones"].dict_type() == DictType::kCounter);
  CHECK(steps.state_dict()["milestones"][3].as_int() == 2);
  optim::ExponentialLR falls(b, {.gamma = 0.9});
  CHECK(rates(b, falls, 3) == Rates{0.1, 0.09000000000000001,
                                    0.08100000000000002, 0.07290000000000002});
}

TEST_CASE("CosineAnnealingLR: rates past the turn", "[optim]") {
  Sgd sgd(0.1);
  optim::CosineAnnealingLR scheduler(sgd, {.T_max = 4, .eta_min = 0.01});
  CHECK(rates(sgd, scheduler, 9) ==
        Rates{0.1, 0.08681980515339464, 0.05500000000000001,
              0.023180194846605363, 0.01, 0.023180194846605363,
              0.05500000000000002, 0.08681980515339469, 0.10000000000000006,
              0.0868198051533947});
  CHECK(repr(scheduler.state_dict()) ==
        "{'T_max': 4, 'eta_min': 0.01, 'base_lrs': [0.1], 'last_epoch': 9, "
        "'verbose': False, '_step_count': 10, '_get_lr_called_within_step': "
        "False, '_last_lr': [0.0868198051533947]}");
}

TEST_CASE("LambdaLR, ConstantLR, LinearLR, PolynomialLR: rates", "[optim]") {
  Sgd a(0.1), b(0.1), c(0.1), d(0.1);
  optim::LambdaLR lambda(
      a, [](int64_t epoch) { return 1.0 / static_cast<double>(1 << epoch); });
  CHECK(rates(a, lambda, 3) == Rates{0.1, 0.05, 0.025, 0.0125});
  CHECK(repr(lambda.state_dict()["lr_lambdas"]) == "[None]");
  optim::ConstantLR constant(b, {.factor = 0.5, .total_iters = 2});
  CHECK(rates(b, constant, 3) == Rates{0.05, 0.05, 0.1, 0.1});
  optim::LinearLR linear(c, {.start_factor = 0.5, .total_iters = 3});
  CHECK(rates(c, linear, 4) == Rates{0.05, 0.06666666666666667,
                                     0.08333333333333333, 0.09999999999999999,
                                     0.09999999999999999});
  optim::PolynomialLR polynomial(d, {.total_iters = 3, .power = 2.0});
  CHECK(rates(d, polynomial, 4) ==
        Rates{0.1, 0.04444444444444445, 0.011111111111111113, 0, 0});
}

TEST_CASE("scheduler: a loaded state goes on where it was", "[optim]") {
  Sgd a(0.1), b(0.1);
  optim::CosineAnnealingLR first(a, {.T_max = 5});
  rates(a, first, 3);
  optim::CosineAnnealingLR second(b, {.T_max = 50});
  second.load_state_dict(first.state_dict());
  b.load_state_dict(a.state_dict());
  CHECK(rates(b, second, 4) == rates(a, first, 4));
  CHECK(error_of([] {
          Sgd sgd(0.1);
          optim::StepLR(sgd, {.step_size = 2, .last_epoch = 3});
        }) ==
        "param 'initial_lr' is not specified in param_groups[0] when resuming "
        "an optimizer");
}

TEST_CASE("ReduceLROnPlateau: falls after its patience", "[optim]") {
  Sgd sgd(0.1);
  optim::ReduceLROnPlateau scheduler(sgd, {.factor = 0.5, .patience = 1});
  Rates got;
  for (const double metric : {1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.5, 0.5}) {
    scheduler.step(metric);
    got.push_back(sgd.lr());
  }
  CHECK(got == Rates{0.1, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.025});
  CHECK(repr(scheduler.state_dict()) ==
        "{'factor': 0.5, 'min_lrs': [0], 'patience': 1, 'verbose': False, "
        "'cooldown': 0, 'cooldown_counter': 0, 'mode': 'min', 'threshold': "
        "0.0001, 'threshold_mode': 'rel', 'best': 0.5, 'num_bad_epochs': 1, "
        "'mode_worse': inf, 'eps': 1e-08, 'last_epoch': 8, '_last_lr': "
        "[0.025]}");
  CHECK(error_of([&] { optim::ReduceLROnPlateau(sgd, {.factor = 1.0}); }) ==
        "Factor should be < 1.0.");
}
