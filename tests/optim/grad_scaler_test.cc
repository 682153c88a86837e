// GradScaler, against numbers of PyTorch 2.15.

#include "cresset/optim/optim.h"
#include "cresset/tensor/tensor.h"
#include "cresset/tests/catch.h"

using namespace cresset;
using optim::GradScaler;

namespace {

struct Training {
  Tensor p = tensor({1.0, 2.0}).requires_grad_();
  optim::SGD sgd{{p}, {.lr = 0.1}};

  Tensor loss(double factor = 1) const { return sum(p * p) * factor; }
};

}  // namespace

TEST_CASE("GradScaler: steps, skips, grows and backs off as PyTorch's",
          "[optim][amp]") {
  Training t;
  GradScaler scaler({.init_scale = 8, .growth_interval = 2});
  const double infinity = std::numeric_limits<double>::infinity();
  const struct {
    double factor, p0, scale;
    int64_t tracker;
  } rows[] = {{1, 0.8, 8, 1},
              {1, 0.64, 16, 0},
              {infinity, 0.64, 8, 0},
              {1, 0.512, 8, 1}};
  for (const auto& row : rows) {
    t.sgd.zero_grad();
    scaler.scale(t.loss(row.factor)).backward();
    CHECK(scaler.step(t.sgd) == (row.factor == 1));
    scaler.update();
    CHECK(t.p.detach().select(0, 0).item<double>() == Approx(row.p0));
    CHECK(scaler.get_scale() == row.scale);
    const Value state = scaler.state_dict();
    CHECK(state.at("scale").as_float() == row.scale);
    CHECK(state.at("_growth_tracker").as_int() == row.tracker);
  }
}

TEST_CASE("GradScaler: unscale_ shows true gradients, once", "[optim][amp]") {
  Training t;
  GradScaler scaler({.init_scale = 1024});
  scaler.scale(t.loss()).backward();
  CHECK(equal(t.p.grad(), tensor({2048.0, 4096.0})));
  scaler.unscale_(t.sgd);
  CHECK(equal(t.p.grad(), tensor({2.0, 4.0})));
  CHECK_THROWS_WITH(scaler.unscale_(t.sgd),
                    Catch::Matchers::Contains("already been called"));
  CHECK(scaler.step(t.sgd));
  CHECK_THROWS_WITH(scaler.step(t.sgd),
                    Catch::Matchers::Contains("step() has already"));
  CHECK_THROWS_WITH(scaler.unscale_(t.sgd),
                    Catch::Matchers::Contains("after step()"));
  scaler.update(3.0);
  CHECK(scaler.get_scale() == 3);
}

TEST_CASE("GradScaler: its state moves to another one", "[optim][amp]") {
  Training t;
  GradScaler a({.init_scale = 4, .growth_interval = 7});
  a.scale(t.loss()).backward();
  a.step(t.sgd);
  a.update();
  GradScaler b;
  b.load_state_dict(a.state_dict());
  CHECK(b.get_scale() == 4);
  CHECK(repr(b.state_dict()) == repr(a.state_dict()));
  CHECK_THROWS_WITH(b.load_state_dict(Value::dict()),
                    Catch::Matchers::Contains("source state dict is empty"));
  CHECK_THROWS_WITH(b.load_state_dict(Value::dict({{"scale", 1.0}})),
                    Catch::Matchers::Contains("'growth_factor'"));
}

TEST_CASE("GradScaler: does nothing when it is not enabled", "[optim][amp]") {
  Training t;
  GradScaler scaler({.enabled = false});
  const Tensor loss = t.loss();
  CHECK(scaler.scale(loss).is_same(loss));
  loss.backward();
  CHECK(scaler.step(t.sgd));
  scaler.update();
  CHECK(scaler.get_scale() == 1);
  CHECK(scaler.state_dict().size() == 0);
}

TEST_CASE("GradScaler: refuses float16 parameters and odd factors",
          "[optim][amp][error]") {
  const Tensor p = ones({2}, {.dtype = float16}).requires_grad_();
  p.set_grad(ones({2}, {.dtype = float16}));
  optim::SGD sgd({p}, {.lr = 1});
  GradScaler scaler;
  CHECK_THROWS_WITH(scaler.step(sgd),
                    Catch::Matchers::Contains("unscale FP16 gradients"));
  CHECK_THROWS_AS(GradScaler({.growth_factor = 1}), Error);
  CHECK_THROWS_AS(GradScaler({.backoff_factor = 1}), Error);
}
