// Expected numbers and texts: PyTorch 1.13 with the same parameters, gradients
// and options.

#include "cresset/optim/optimizer.h"

#include <string>
#include <vector>

#include "cresset/optim/adam.h"
#include "cresset/optim/rmsprop.h"
#include "cresset/optim/sgd.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/nn/golden.h"

using namespace cresset;
using namespace cresset::testing;

namespace {

struct Model {
  Tensor p = tensor({1.0, -2.0, 3.0}).to(float32).requires_grad_();
  Tensor q = full({1, 1}, 0.5).requires_grad_();

  std::vector<Tensor> parameters() const { return {p, q}; }
  void set_grads(int step) const {
    p.set_grad(mul(tensor({0.1, 0.2, -0.3}).to(float32), step));
    q.set_grad(full({1, 1}, -1.0));
  }
  void run(optim::Optimizer& optimizer, int steps = 3) const {
    for (int i = 1; i <= steps; ++i) {
      set_grads(i);
      optimizer.step();
    }
  }
};

}  // namespace

TEST_CASE("SGD: steps as PyTorch's", "[optim]") {
  Model m;
  SECTION("plain") {
    optim::SGD sgd(m.parameters(), {.lr = 0.1});
    m.run(sgd);
    CHECK(begins(m.p, {0.9399999976, -2.1199998856, 3.1799998283}));
    CHECK(begins(m.q, {0.8000000715}));
  }
  SECTION("momentum, dampening and decay") {
    optim::SGD sgd(
        m.parameters(),
        {.lr = 0.1, .momentum = 0.9, .dampening = 0.3, .weight_decay = 0.02});
    m.run(sgd);
    CHECK(begins(m.p, {0.9159053564, -2.1303195953, 3.1954793930}));
    CHECK(begins(m.q, {0.9686365128}));
  }
  SECTION("nesterov and maximize") {
    optim::SGD sgd(m.parameters(), {.lr = 0.1,
                                    .momentum = 0.9,
                                    .weight_decay = 0.1,
                                    .nesterov = true,
                                    .maximize = true});
    m.run(sgd);
    CHECK(begins(m.p, {1.0647391081, -1.5540977716, 2.3311467171}));
    CHECK(begins(m.q, {-0.3306136429}));
  }
  SECTION("groups") {
    optim::SGD sgd({{{m.p}}, {{m.q}, {{"lr", 0.5}, {"momentum", 0}}}},
                   {.lr = 0.1, .momentum = 0.9});
    m.run(sgd);
    CHECK(begins(m.p, {0.9049000144, -2.1902000904, 3.2852997780}));
    CHECK(begins(m.q, {2.0}));
    CHECK(begins(sgd.state(m.p)["momentum_buffer"].as_tensor(),
                 {0.5610, 1.1220, -1.6830}));
    CHECK(sgd.state(m.q)["momentum_buffer"].is_none());
  }
}

TEST_CASE("Adam, AdamW, RMSprop: step as PyTorch's", "[optim]") {
  Model m;
  SECTION("Adam with amsgrad") {
    optim::Adam adam(m.parameters(),
                     {.lr = 0.1, .weight_decay = 0.25, .amsgrad = true});
    m.run(adam);
    CHECK(begins(m.p, {0.6997718811, -1.7861331702, 2.7800643444}, 2e-6));
    CHECK(begins(m.q, {0.7996810675}));
    CHECK(adam.state(m.p)["step"].as_tensor().item<double>() == 3);
    CHECK(adam.state(m.p).contains("max_exp_avg_sq"));
  }
  SECTION("AdamW") {
    optim::AdamW adam(m.parameters(), {.lr = 0.1, .betas = {0.8, 0.99}});
    m.run(adam);
    CHECK(begins(m.p, {0.6999396682, -2.2910692692, 3.2880721092}, 2e-6));
    CHECK(begins(m.q, {0.7982016802}));
  }
  SECTION("RMSprop, centered") {
    optim::RMSprop rmsprop(m.parameters(), {.momentum = 0.5, .centered = true});
    m.run(rmsprop);
    CHECK(begins(m.p, {0.6072065830, -2.3927936554, 3.3927936554}, 2e-6));
    CHECK(begins(m.q, {0.8421941400}, 2e-6));
    CHECK(rmsprop.state(m.q)["step"].as_int() == 3);
  }
}

TEST_CASE("optimizer: state_dict has PyTorch's form", "[optim]") {
  Model m;
  optim::SGD sgd({{{m.p}, {{"weight_decay", 0.5}}}, {{m.q}}},
                 {.lr = 0.1, .momentum = 0.9});
  CHECK(repr(sgd.state_dict()) ==
        "{'state': {}, 'param_groups': [{'weight_decay': 0.5, 'lr': 0.1, "
        "'momentum': 0.9, 'dampening': 0, 'nesterov': False, 'maximize': "
        "False, 'foreach': None, 'differentiable': False, 'params': [0]}, "
        "{'lr': 0.1, 'momentum': 0.9, 'dampening': 0, 'weight_decay': 0, "
        "'nesterov': False, 'maximize': False, 'foreach': None, "
        "'differentiable': False, 'params': [1]}]}");
  m.set_grads(1);
  m.p.set_grad(Tensor());
  sgd.step();
  // Only parameters that took a step have state.
  const Value state = sgd.state_dict()["state"];
  CHECK(state.size() == 1);
  CHECK(begins(state[1]["momentum_buffer"].as_tensor(), {-1}));
  CHECK(repr(optim::Adam(m.parameters()).state_dict()["param_groups"][0]) ==
        "{'lr': 0.001, 'betas': (0.9, 0.999), 'eps': 1e-08, 'weight_decay': "
        "0, 'amsgrad': False, 'maximize': False, 'foreach': None, "
        "'capturable': False, 'differentiable': False, 'fused': False, "
        "'params': [0, 1]}");
  CHECK(repr(optim::AdamW(m.parameters()).state_dict()["param_groups"][0]) ==
        "{'lr': 0.001, 'betas': (0.9, 0.999), 'eps': 1e-08, 'weight_decay': "
        "0.01, 'amsgrad': False, 'foreach': None, 'maximize': False, "
        "'capturable': False, 'params': [0, 1]}");
  CHECK(repr(optim::RMSprop(m.parameters()).state_dict()["param_groups"][0]) ==
        "{'lr': 0.01, 'momentum': 0, 'alpha': 0.99, 'eps': 1e-08, "
        "'centered': False, 'weight_decay': 0, 'foreach': None, 'maximize': "
        "False, 'differentiable': False, 'params': [0, 1]}");
}

TEST_CASE("optimizer: print gives PyTorch's text", "[optim]") {
  Model m;
  CHECK(to_string(optim::SGD(m.parameters(), {.lr = 0.5, .momentum = 0.9})) ==
        "SGD (\n"
        "Parameter Group 0\n"
        "    dampening: 0\n"
        "    differentiable: False\n"
        "    foreach: None\n"
        "    lr: 0.5\n"
        "    maximize: False\n"
        "    momentum: 0.9\n"
        "    nesterov: False\n"
        "    weight_decay: 0\n"
        ")");
}

TEST_CASE("optimizer: a loaded state goes on where it was", "[optim]") {
  Model a, b;
  optim::SGD first(a.parameters(), {.lr = 0.1, .momentum = 0.9});
  a.run(first, 2);
  const Value saved = first.state_dict();
  b.p = a.p.detach().clone().requires_grad_();
  b.q = a.q.detach().clone().requires_grad_();
  optim::SGD second(b.parameters(), {.lr = 5});
  second.load_state_dict(saved);
  CHECK(second.param_groups[0].number("lr") == 0.1);
  // The tensors are copies: stepping one leaves the other alone.
  a.run(first, 1);
  b.run(second, 1);
  CHECK(elements(a.p) == elements(b.p));
  CHECK(elements(a.q) == elements(b.q));
}

TEST_CASE("optimizer: ids count by position and types follow", "[optim]") {
  Model m;
  optim::SGD sgd(m.parameters(), {.lr = 0.1});
  Value group = Value::dict({{"lr", 1},
                             {"momentum", 0.5},
                             {"dampening", 0},
                             {"weight_decay", 0},
                             {"mark", "x"}});
  group["params"] = Value::list({7, 3});
  Value states = Value::dict();
  states[3] =
      Value::dict({{"momentum_buffer", full({1, 1}, 2.0, {.dtype = float64})},
                   {"step", full({}, 4, {.dtype = int64})}});
  states[99] = Value::dict({{"other", 1}});
  sgd.load_state_dict(
      Value::dict({{"state", states}, {"param_groups", Value::list({group})}}));
  CHECK(sgd.state(m.q)["momentum_buffer"].as_tensor().dtype() == float32);
  CHECK(sgd.state(m.q)["step"].as_tensor().dtype() == int64);
  CHECK_FALSE(sgd.has_state(m.p));
  const Value saved = sgd.state_dict();
  CHECK(repr(saved["param_groups"]) ==
        "[{'lr': 1, 'momentum': 0.5, 'dampening': 0, 'weight_decay': 0, "
        "'mark': 'x', 'nesterov': False, 'maximize': False, 'foreach': None, "
        "'differentiable': False, 'params': [0, 1]}]");
  CHECK(saved["state"].contains(1));
  CHECK(saved["state"].contains(99));
}

TEST_CASE("optimizer: bad arguments give PyTorch's texts", "[optim][error]") {
  Model m;
  using optim::SGD;
  const std::vector<Tensor> one = {m.p};
  CHECK(error_of([&] { SGD(std::vector<Tensor>{}); }) ==
        "optimizer got an empty parameter list");
  CHECK(error_of([&] { SGD(m.parameters(), {.lr = -1}); }) ==
        "Invalid learning rate: -1");
  CHECK(error_of([&] { SGD(m.parameters(), {.momentum = -0.5}); }) ==
        "Invalid momentum value: -0.5");
  CHECK(error_of([&] { SGD(m.parameters(), {.weight_decay = -1}); }) ==
        "Invalid weight_decay value: -1");
  CHECK(error_of([&] { SGD(m.parameters(), {.nesterov = true}); }) ==
        "Nesterov momentum requires a momentum and zero dampening");
  CHECK(error_of([&] {
          SGD({{one}, {one}}, {.lr = 0.1});
        }) == "some parameters appear in more than one parameter group");
  CHECK(error_of([&] { SGD(std::vector<Tensor>{mul(m.p, 2)}); }) ==
        "can't optimize a non-leaf Tensor");
  CHECK(error_of([&] {
          optim::Adam(m.parameters(), {.betas = {0.9, 2}});
        }) == "Invalid beta parameter at index 1: 2");
}

TEST_CASE("optimizer: a state that does not fit changes nothing",
          "[optim][error]") {
  Model m;
  optim::SGD sgd(m.parameters(), {.lr = 0.1, .momentum = 0.9});
  m.run(sgd, 1);
  const std::string before = repr(sgd.state_dict());
  Value state =
      Value::dict({{"state", Value::dict()}, {"param_groups", Value::list()}});
  CHECK(error_of([&] { sgd.load_state_dict(state); }) ==
        "loaded state dict has a different number of parameter groups");
  state["param_groups"].push_back(
      Value::dict({{"lr", 3}, {"params", Value::list({0})}}));
  CHECK(error_of([&] { sgd.load_state_dict(state); }) ==
        "loaded state dict contains a parameter group that doesn't match the "
        "size of optimizer's group");
  CHECK_THROWS_AS(sgd.load_state_dict(Value::dict()), Error);
  CHECK(repr(sgd.state_dict()) == before);
}

TEST_CASE("optimizer: zero_grad and closures", "[optim]") {
  Model m;
  optim::SGD sgd(m.parameters(), {.lr = 0.1});
  m.set_grads(1);
  sgd.zero_grad(/*set_to_none=*/false);
  CHECK(total(m.q.grad()) == 0);
  sgd.zero_grad();
  CHECK_FALSE(m.q.grad().defined());
  const Tensor loss = sgd.step([&] {
    const Tensor y = mul(m.q, m.q);
    y.backward();
    return y;
  });
  CHECK(total(loss) == 0.25);
  CHECK(begins(m.q, {0.4}));
}

TEST_CASE("optimizer: other dtypes and layouts", "[optim]") {
  const Tensor half = full({5}, 1.0, {.dtype = float16}).requires_grad_();
  const Tensor turned =
      transpose(view(arange(6.0), {2, 3}), 0, 1).requires_grad_();
  half.set_grad(full({5}, 0.5, {.dtype = float16}));
  turned.set_grad(ones({3, 2}));
  optim::SGD sgd({half, turned}, {.lr = 0.5, .momentum = 0.5});
  sgd.step();
  CHECK(begins(half, {0.75, 0.75}));
  CHECK(elements(turned) == std::vector<double>{-0.5, 2.5, 0.5, 3.5, 1.5, 4.5});
  CHECK(sgd.state(half)["momentum_buffer"].as_tensor().dtype() == float16);
}
