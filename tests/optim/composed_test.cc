// Optimizers written with ops, and schedulers that go up and down, against
// numbers of PyTorch 1.13.

#include "cresset/optim/optim.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/nn/golden.h"

using namespace cresset;
using namespace cresset::testing;

namespace {

// Where three gradients lead from (1, -2).
template <class O, class Options>
Tensor led_by(const Options& options) {
  const Tensor p = tensor({1.0, -2.0}).requires_grad_();
  O optimizer(std::vector<Tensor>{p}, options);
  for (const Tensor& g :
       {tensor({0.5, -1.0}), tensor({-0.25, 2.0}), tensor({1.0, 1.0})}) {
    p.set_grad(g);
    optimizer.step();
  }
  return p;
}

struct Sgd : optim::SGD {
  Sgd() : SGD(std::vector<Tensor>{zeros({1})}, {.lr = 0.1, .momentum = 0.9}) {}
  double operator()(const char* key) const {
    return param_groups[0].number(key);
  }
};

std::vector<double> rates(const Sgd& sgd, optim::LRScheduler& scheduler,
                          int steps) {
  std::vector<double> out = {sgd("lr")};
  for (int i = 0; i < steps; ++i) {
    scheduler.step();
    out.push_back(sgd("lr"));
  }
  return out;
}

bool close(const std::vector<double>& a, const std::vector<double>& b) {
  bool same = a.size() == b.size();
  for (size_t i = 0; same && i < a.size(); ++i) {
    same = std::abs(a[i] - b[i]) < 1e-12;
  }
  return same;
}

}  // namespace

TEST_CASE("composed optimizers: step as PyTorch's", "[optim]") {
  CHECK(
      begins(led_by<optim::Adagrad>(optim::AdagradOptions{
                 .lr = 0.1, .lr_decay = 0.5, .initial_accumulator_value = 0.2}),
             {0.90808964, -1.98726380}));
  CHECK(begins(led_by<optim::Adadelta>(optim::AdadeltaOptions{.rho = 0.8}),
               {0.99624008, -2.00254297}));
  CHECK(begins(led_by<optim::Adamax>(
                   optim::AdamaxOptions{.lr = 0.1, .weight_decay = 0.1}),
               {0.81811947, -1.95112133}));
  CHECK(begins(led_by<optim::NAdam>(optim::NAdamOptions{.lr = 0.1}),
               {0.83667141, -2.03475523}));
  CHECK(begins(
      led_by<optim::RAdam>(optim::RAdamOptions{.lr = 0.1, .betas = {0.5, 0.6}}),
      {0.89285713, -2.09999990}));
  CHECK(begins(led_by<optim::ASGD>(optim::ASGDOptions{.lr = 0.1, .t0 = 1}),
               {0.87497199, -2.19993687}));
  CHECK(begins(led_by<optim::Rprop>(optim::RpropOptions{.lr = 0.1}),
               {0.84999996, -1.94999993}));
}

TEST_CASE("composed optimizers: state and errors", "[optim][error]") {
  const Tensor p = tensor({1.0, -2.0}).requires_grad_();
  const std::vector<Tensor> params = {p};
  optim::Adagrad adagrad(params, {.initial_accumulator_value = 3});
  CHECK(begins(adagrad.state(p)["sum"].as_tensor(), {3, 3}));
  optim::Rprop rprop(params);
  p.set_grad(tensor({1.0, 1.0}));
  rprop.step();
  CHECK(rprop.state(p)["step"].as_int() == 1);
  CHECK(repr(rprop.state_dict()["param_groups"][0]) ==
        "{'lr': 0.01, 'etas': (0.5, 1.2), 'step_sizes': (1e-06, 50), "
        "'foreach': None, 'maximize': False, 'params': [0]}");
  CHECK_THROWS_WITH(optim::Adadelta(params, {.rho = 2}),
                    Catch::Contains("Invalid rho value: 2"));
  CHECK_THROWS_WITH(optim::Adamax(params, {.betas = {1, 0.5}}),
                    Catch::Contains("Invalid beta parameter at index 0"));
  CHECK_THROWS_WITH(optim::NAdam(params, {.lr = -1}),
                    Catch::Contains("Invalid learning rate: -1"));
}

TEST_CASE("CosineAnnealingWarmRestarts: from the start again", "[optim]") {
  Sgd sgd;
  optim::CosineAnnealingWarmRestarts s(sgd, {.T_0 = 2, .T_mult = 2});
  CHECK(close(rates(sgd, s, 5), {0.1, 0.05, 0.1, 0.08535533905932738, 0.05,
                                 0.014644660940672627}));
  CHECK_THROWS_WITH(optim::CosineAnnealingWarmRestarts(sgd, {.T_0 = 0}),
                    Catch::Contains("positive integer T_0"));
}

TEST_CASE("CyclicLR: rates and momentum", "[optim]") {
  Sgd sgd;
  optim::CyclicLR s(sgd, {.base_lr = {0.01},
                          .max_lr = {0.1},
                          .step_size_up = 2,
                          .mode = "triangular2"});
  CHECK(close(rates(sgd, s, 5), {0.01, 0.055, 0.1, 0.055, 0.01, 0.0325}));
  CHECK(sgd("momentum") == Approx(0.875));
  CHECK_THROWS_WITH(
      optim::CyclicLR(sgd, {.base_lr = {0.1, 0.2}, .max_lr = {1}}),
      Catch::Contains("expected 1 values for base_lr, got 2"));
}

TEST_CASE("OneCycleLR: up, down, and no further", "[optim]") {
  Sgd sgd;
  optim::OneCycleLR s(sgd, {.max_lr = {0.5}, .total_steps = 10});
  const std::vector<double> got = rates(sgd, s, 9);
  CHECK(close({got[0], got[1], got[2], got[3], got[9]},
              {0.02, 0.26, 0.5, 0.47524231600673683, 2e-6}));
  s.step();
  CHECK_THROWS_WITH(s.step(), Catch::Contains("Tried to step 12 times"));
  CHECK_THROWS_WITH(optim::OneCycleLR(sgd, {.max_lr = {1}}),
                    Catch::Contains("either total_steps OR"));
}
