#include "cresset/nn/module.h"

#include <string>

#include "cresset/nn/init.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"

using namespace cresset;

namespace {

// y = x * weight + bias, the smallest layer with both kinds of entry.
class Affine : public nn::Module {
 public:
  explicit Affine(int64_t n, bool with_bias = true)
      : weight(parameter("weight", ones({n}))),
        bias(parameter("bias", with_bias ? zeros({n}) : Tensor())),
        calls(buffer("calls", zeros({}, {.dtype = int64}))) {}
  Tensor forward(const Tensor& x) override {
    calls.copy_(calls + 1);
    const Tensor y = x * weight;
    return bias.defined() ? y + bias : y;
  }
  std::string extra_repr() const override { return "n=3, bias=True"; }

  nn::Parameter weight;
  nn::Parameter bias;
  nn::Buffer calls;
};

class Activation : public nn::Module {
 public:
  Tensor forward(const Tensor& x) override { return x * 2; }
};

class Net : public nn::Module {
 public:
  Affine first{module("first", Affine(3))};
  Activation act{module("act", Activation())};
  Affine second{module("second", Affine(3, false))};
  nn::Parameter scale{parameter("scale", ones({3}))};
  nn::Buffer scratch{buffer("scratch", ones({2}), /*persistent=*/false)};

  Tensor forward(const Tensor& x) override {
    return second(act(first(x))) * scale;
  }
};

template <class T>
std::vector<std::string> names(
    const std::vector<std::pair<std::string, T>>& v) {
  std::vector<std::string> out;
  for (const auto& item : v) out.push_back(item.first);
  return out;
}

using Names = std::vector<std::string>;

double first_element(const Tensor& x) {
  return cresset::testing::element<float>(x, 0);
}

template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("module: lists follow the order of the members", "[nn]") {
  Net net;
  // An own parameter comes before those of children, as in PyTorch.
  CHECK(names(net.named_parameters()) ==
        Names{"scale", "first.weight", "first.bias", "second.weight"});
  CHECK(names(net.named_buffers()) ==
        Names{"scratch", "first.calls", "second.calls"});
  CHECK(names(net.named_children()) == Names{"first", "act", "second"});
  CHECK(names(net.named_modules()) == Names{"", "first", "act", "second"});
  CHECK(net.state_dict().keys() == Names{"scale", "first.weight", "first.bias",
                                         "first.calls", "second.weight",
                                         "second.calls"});
  CHECK(net.state_dict("p.").keys()[1] == "p.first.weight");
  CHECK(net.state_dict("p.").version("p") == 1);
  CHECK(net.state_dict().version("act") == 1);
  CHECK(net.get_submodule("first").as<Affine>() == &net.first);
  CHECK(net.get_submodule("first").as<Activation>() == nullptr);
  CHECK(net.get_parameter("first.weight").is_same(net.first.weight));
  CHECK_THROWS_AS(net.get_submodule("third"), Error);
}

TEST_CASE("module: state_dict gives the module's own memory", "[nn]") {
  Net net;
  const StateDict state = net.state_dict();
  CHECK_FALSE(state["scale"].requires_grad());
  state["scale"].fill_(5);
  CHECK(first_element(net.scale) == 5);
}

TEST_CASE("module: parameters train and calls go through forward", "[nn]") {
  Net net;
  const Tensor y = net(ones({3}));
  CHECK(first_element(y) == 2);
  y.backward(ones({3}));
  CHECK(first_element(net.first.weight.grad()) == 2);
  CHECK(net.first.calls.item<int64_t>() == 1);
  net.zero_grad(/*set_to_none=*/false);
  CHECK(first_element(net.first.weight.grad()) == 0);
  net.zero_grad();
  CHECK_FALSE(net.first.weight.grad().defined());
  CHECK(error_of([] { nn::Module()(Tensor()); }) ==
        "Module [Module] is missing the required \"forward\" function");
}

TEST_CASE("module: moving keeps members and lists joined", "[nn]") {
  Net net;
  Net moved(std::move(net));
  CHECK(names(moved.named_parameters()).size() == 4);
  moved.first.weight = nn::Parameter(full({3}, 7.0));
  CHECK(first_element(moved.get_parameter("first.weight")) == 7);
  Net other;
  other = std::move(moved);
  CHECK(&other.get_submodule("first") == &other.first);
  CHECK(other.get_parameter("first.weight").is_same(other.first.weight));
  other.scale = nn::Parameter(full({3}, 9.0));
  CHECK(first_element(other.get_parameter("scale")) == 9);
  CHECK(first_element(other(ones({3}))) == 7 * 2 * 9);
}

TEST_CASE("module: assigning to a member replaces the child", "[nn]") {
  Net net;
  net.second = Affine(3);
  CHECK(names(net.named_parameters()) == Names{"scale", "first.weight",
                                               "first.bias", "second.weight",
                                               "second.bias"});
  CHECK(&net.get_submodule("second") == &net.second);
  net.second.weight = nn::Parameter(full({3}, 4.0));
  CHECK(first_element(net.state_dict()["second.weight"]) == 4);
  Affine taken = std::move(net.second);
  CHECK(first_element(taken.weight) == 4);
}

TEST_CASE("module: a shared parameter is listed once and saved twice", "[nn]") {
  Net net;
  net.second.weight = net.first.weight;
  CHECK(names(net.named_parameters()) ==
        Names{"scale", "first.weight", "first.bias"});
  CHECK(net.state_dict().contains("second.weight"));
}

TEST_CASE("module: modes reach all modules", "[nn]") {
  Net net;
  CHECK(net.is_training());
  net.eval();
  CHECK_FALSE(net.first.is_training());
  net.train();
  CHECK(net.second.is_training());
  net.requires_grad_(false);
  CHECK_FALSE(net.second.weight.requires_grad());
  Names seen;
  net.apply([&](nn::Module& m) { seen.push_back(m.name()); });
  CHECK(seen == Names{"Affine", "Activation", "Affine", "Net"});
}

TEST_CASE("module: to() converts in place and spares integers", "[nn]") {
  Net net;
  const Tensor before = net.first.weight;
  net.first.weight.set_grad(ones({3}));
  net.to(float64);
  CHECK(before.dtype() == float64);
  CHECK(net.first.weight.is_same(before));
  CHECK(net.first.weight.grad().dtype() == float64);
  CHECK(net.first.weight.requires_grad());
  CHECK(net.first.calls.dtype() == int64);
  CHECK(net.scratch.dtype() == float64);
  CHECK_THROWS_AS(net.to(int32), Error);
}

TEST_CASE("module: print gives PyTorch's text", "[nn]") {
  CHECK(to_string(Activation()) == "Activation()");
  CHECK(to_string(Affine(3)) == "Affine(n=3, bias=True)");
  CHECK(to_string(Net()) ==
        "Net(\n"
        "  (first): Affine(n=3, bias=True)\n"
        "  (act): Activation()\n"
        "  (second): Affine(n=3, bias=True)\n"
        ")");
}

TEST_CASE("module: hooks see and replace inputs and outputs", "[nn]") {
  Net net;
  int calls = 0;
  auto counter = net.first.register_forward_hook(
      [&](nn::Module& m, const Tensor&, const Tensor&) {
        CHECK(m.name() == "Affine");
        ++calls;
      });
  auto before = net.register_forward_pre_hook(
      [](nn::Module&, const Tensor& x) { return x * 10; });
  auto after = net.register_forward_hook(
      [](nn::Module&, const Tensor&, const Tensor& y) { return y + 1; });
  CHECK(first_element(net(ones({3}))) == 21);
  CHECK(calls == 1);
  before.remove();
  counter.remove();
  CHECK(first_element(net(ones({3}))) == 3);
  CHECK(calls == 1);
  after.remove();
  CHECK(first_element(net(ones({3}))) == 2);
}

TEST_CASE("module: names are checked", "[nn][error]") {
  nn::Module m;
  CHECK(error_of([&] { m.register_parameter("a.b", ones({1})); }) ==
        "parameter name can't contain \".\", got: a.b");
  CHECK(error_of([&] { m.register_buffer("", ones({1})); }) ==
        "buffer name can't be empty string \"\"");
  m.register_buffer("x", ones({1}));
  CHECK(error_of([&] { m.register_module("x", Affine(1)); }) ==
        "attribute 'x' already exists");
  Tensor sum = ones({1});
  sum.requires_grad_();
  CHECK_THROWS_AS(m.register_parameter("y", sum + 1), Error);
  m.register_module("child", Affine(1));
  m.register_module("child", Activation());
  CHECK(m.get_submodule("child").name() == "Activation");
}

TEST_CASE("load_state_dict: copies and keeps identity", "[nn]") {
  Net net;
  StateDict state;
  for (const auto& [name, tensor] : net.state_dict()) {
    state.set(name, full_like(tensor, 3).to(float64));
  }
  const Tensor weight = net.first.weight;
  const void* address = weight.raw_data();
  const nn::IncompatibleKeys keys = net.load_state_dict(state);
  CHECK(to_string(keys) == "<All keys matched successfully>");
  CHECK(weight.raw_data() == address);
  CHECK(weight.dtype() == float32);
  CHECK(first_element(net.first.weight) == 3);
  CHECK(net.first.calls.item<int64_t>() == 3);
  // Files of PyTorch 0.3 hold scalars as [1].
  state.set("first.calls", full({1}, 8.0));
  net.load_state_dict(state);
  CHECK(net.first.calls.item<int64_t>() == 8);
}

TEST_CASE("load_state_dict: one error names all problems", "[nn][error]") {
  Net net;
  StateDict state = net.state_dict();
  StateDict wrong;
  for (const auto& [name, tensor] : state) {
    if (name != "first.bias" && name != "scale") {
      wrong.set(name, full_like(tensor, 3));
    }
  }
  wrong.set("first.weight", ones({5}));
  wrong.set("second.bias", ones({3}));
  wrong.set("scratch", ones({2}));
  wrong.set("xx", ones({2}));
  wrong.set("second.calls", ones({2}));
  CHECK(error_of([&] { net.load_state_dict(wrong); }) ==
        "Error(s) in loading state_dict for Net:\n"
        "\tMissing key(s) in state_dict: \"scale\", \"first.bias\". \n"
        "\tUnexpected key(s) in state_dict: \"scratch\", \"xx\", "
        "\"second.bias\". \n"
        "\tsize mismatch for first.weight: copying a param with shape "
        "torch.Size([5]) from checkpoint, the shape in current model is "
        "torch.Size([3]).\n"
        "\tsize mismatch for second.calls: copying a param with shape "
        "torch.Size([2]) from checkpoint, the shape in current model is "
        "torch.Size([]).");
  // Nothing has changed, not even what would have fitted.
  CHECK(first_element(net.second.weight) == 1);
  CHECK_THROWS_AS(net.load_state_dict(wrong, {.strict = false}), Error);
  wrong.set("first.weight", ones({3}));
  wrong.erase("second.calls");
  const nn::IncompatibleKeys keys =
      net.load_state_dict(wrong, {.strict = false});
  CHECK(to_string(keys) ==
        "_IncompatibleKeys(missing_keys=['scale', 'first.bias', "
        "'second.calls'], unexpected_keys=['scratch', 'xx', 'second.bias'])");
  CHECK(first_element(net.second.weight) == 3);
}

TEST_CASE("load_state_dict: takes what a checkpoint holds", "[nn][error]") {
  Affine layer(3);
  Value state = layer.state_dict().to_value();
  state["weight"] = std::vector<double>{1, 2};
  CHECK(error_of([&] { layer.load_state_dict(state); }) ==
        "Error(s) in loading state_dict for Affine:\n"
        "\tWhile copying the parameter named \"weight\", expected "
        "torch.Tensor or Tensor-like object from checkpoint but received "
        "<class 'list'>");
  CHECK(error_of([&] { layer.load_state_dict(Value(3)); }) ==
        "Expected state_dict to be dict-like, got <class 'int'>.");
}
