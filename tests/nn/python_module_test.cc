// Whole modules as Python objects, by C++ alone; tests/interop compares them
// with real PyTorch.

#include "cresset/nn/python/python_module.h"

#include <cstdlib>

#include "cresset/nn/nn.h"
#include "cresset/serialize/checkpoint.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

using Catch::Contains;

// A module's state in Python, to be spoilt.
Value& state_of(Value& pickled) { return pickled.as_object().state; }

bool equal(const Tensor& a, const Tensor& b) {
  return Value(a.detach()) == Value(b.detach());
}

TEST_CASE("to_python: class, attributes and tensors", "[nn][format]") {
  nn::Conv2d conv(2, 4, 3, {.stride = {1, 2}, .padding = 1, .bias = false});
  conv.eval();
  const Value pickled = nn::to_python(conv);
  CHECK(pickled.qualified_name() == "torch.nn.modules.conv.Conv2d");
  const Value& state = pickled.as_object().state;
  CHECK(state["training"].as_bool() == false);
  CHECK(state["_parameters"]["weight"].is_parameter());
  CHECK(state["_parameters"]["bias"].is_none());
  CHECK(state["stride"] == Value::tuple({1, 2}));
  CHECK(state["_reversed_padding_repeated_twice"] ==
        Value::tuple({1, 1, 1, 1}));
  CHECK(state["padding_mode"].as_str() == "zeros");
  // The order of PyTorch.
  const Value odd = nn::to_python(nn::PReLU(3));
  CHECK(odd.as_object().state.items().front().key.as_str() == "num_parameters");
}

TEST_CASE("from_python: a file gives the network back", "[nn][format]") {
  const char* root = std::getenv("TEST_TMPDIR");
  const std::string path = std::string(root ? root : "/tmp") + "/whole.pt";
  nn::Sequential net{
      {"features",
       nn::Sequential{nn::Conv2d(1, 4, 3, {.padding = "same"}),
                      nn::BatchNorm2d(4, {.momentum = std::nullopt}),
                      nn::LeakyReLU(0.2), nn::MaxPool2d({2, 1})}},
      {"flat", nn::Flatten()},
      {"drop", nn::Dropout(0.25)},
      {"head", nn::Linear(4 * 4 * 8, 3)}};
  net["drop"]->eval();
  const Tensor x = randn({2, 1, 8, 8});
  net["features"]->get_submodule("1").eval();
  const Tensor y = net(x);
  save(nn::to_python(net), path);
  // Loading draws no numbers.
  manual_seed(5);
  const auto loaded = nn::from_python<nn::Sequential>(load(path));
  const Tensor after = randn({4});
  manual_seed(5);
  CHECK(equal(after, randn({4})));
  CHECK(to_string(loaded) == to_string(net));
  CHECK(!loaded["drop"]->is_training());
  CHECK(loaded["head"]->is_training());
  auto run = nn::from_python(load(path));
  CHECK(equal((*run)(x), y));
  CHECK(loaded.state_dict().keys() == net.state_dict().keys());
  // It trains.
  sum((*run)(x)).backward();
  CHECK(run->get_parameter("head.weight").grad().defined());
}

TEST_CASE("from_python: a module of PyTorch 2.15", "[nn][format]") {
  const Value saved = load("tests/golden/modules/torch-2.15.pt",
                           {.map_location = default_device()});
  const auto module = nn::from_python(saved["module"]);
  const NoGradGuard no_grad;
  const Tensor output = (*module)(saved["input"].as_tensor());
  const Tensor wanted = saved["output"].as_tensor();
  REQUIRE(output.shape() == wanted.shape());
  CHECK(max(abs(output - wanted)).item<double>() < 1e-5);
  CHECK(!module->is_training());
}

TEST_CASE("from_python: tensors are those of the value", "[nn]") {
  nn::Linear layer(2, 3);
  const auto loaded = nn::from_python<nn::Linear>(nn::to_python(layer));
  CHECK(loaded.weight.is_same(layer.weight));
  CHECK(loaded.get_parameter("weight").is_same(layer.weight));
  CHECK(loaded.in_features == 2);
}

TEST_CASE("from_python: shared modules and shared parameters", "[nn]") {
  const auto shared = std::make_shared<nn::Linear>(2, 2);
  nn::Sequential net;
  net.append(shared).append(nn::ReLU()).append(shared);
  const auto loaded = nn::from_python<nn::Sequential>(nn::to_python(net));
  CHECK(&*loaded[0] == &*loaded[2]);
  CHECK(loaded.parameters().size() == 2);
}

TEST_CASE("from_python: wrappers around modules and parameters", "[nn]") {
  nn::DataParallel parallel(nn::Linear(2, 3));
  const Value wrapped = nn::to_python(parallel);
  CHECK(wrapped.qualified_name() ==
        "torch.nn.parallel.data_parallel.DataParallel");
  CHECK(wrapped.as_object().state["device_ids"] == Value::list());
  const auto loaded = nn::from_python(wrapped);
  const Tensor x = randn({4, 2});
  CHECK(equal((*loaded)(x), parallel(x)));
  CHECK(loaded->named_parameters()[0].first == "module.weight");

  nn::ParameterList list{randn({2, 3}), randn({4})};
  CHECK(list[-1].shape() == Shape{4});
  CHECK_THROWS_AS(list[2], Error);
  const Device device = default_device();
  const std::string gpu =
      device.is_cuda() ? " (GPU " + std::to_string(device.index) + ")" : "";
  CHECK(to_string(list) ==
        "ParameterList(\n"
        "    (0): Parameter containing: [torch.float32 of size 2x3" +
            gpu +
            "]\n"
            "    (1): Parameter containing: [torch.float32 of size 4" +
            gpu + "]\n)");
  const Value saved = nn::to_python(list);
  CHECK(saved.as_object().state["_size"] == 2);
  const auto again = nn::from_python<nn::ParameterList>(saved);
  CHECK(again.size() == 2);
  CHECK(equal(again[1], list[1]));

  nn::ParameterDict dict{{"b", randn({1})}, {"a", randn({2})}};
  CHECK(dict.keys() == std::vector<std::string>{"b", "a"});
  const auto named = nn::from_python<nn::ParameterDict>(nn::to_python(dict));
  CHECK(equal(named["a"], dict["a"]));
  CHECK_THAT(to_string(dict),
             Catch::Contains(std::string("(a): Parameter containing: [torch.") +
                             (device.is_cuda() ? "cuda." : "") +
                             "FloatTensor of size 2" + gpu + "]"));
  CHECK(named.keys() == dict.keys());

  nn::SyncBatchNorm norm(3);
  nn::BatchNorm2d same(3);
  const Tensor image = randn({2, 3, 4, 4});
  CHECK(equal(norm(image), same(image)));
  CHECK_THROWS_AS(norm(randn({3})), Error);
  const auto synced = nn::from_python<nn::SyncBatchNorm>(nn::to_python(norm));
  CHECK(equal(synced.running_mean, norm.running_mean));
}

TEST_CASE("from_python: torchvision's networks", "[nn]") {
  const nn::init::SkipInit skip;
  auto net = nn::models::resnet50({.num_classes = 2});
  const Value pickled = nn::to_python(net);
  CHECK(pickled.qualified_name() == "torchvision.models.resnet.ResNet");
  const Value& stage = pickled.as_object().state["_modules"]["layer1"];
  const Value& blocks = stage.as_object().state["_modules"];
  // A block without a shortcut has None for it.
  CHECK(!blocks["0"].as_object().state.contains("downsample"));
  CHECK(blocks["1"].as_object().state["downsample"].is_none());
  const auto loaded = nn::from_python<nn::models::ResNet>(pickled);
  CHECK(to_string(loaded) == to_string(net));
  CHECK(loaded.layer3.size() == 6);
  CHECK(loaded.fc.weight.is_same(net.fc.weight));
}

TEST_CASE("from_python: files of older releases", "[nn]") {
  Value norm = nn::to_python(nn::BatchNorm1d(3));
  state_of(norm)["_buffers"].erase("num_batches_tracked");
  state_of(norm).erase("track_running_stats");
  state_of(norm).erase("_non_persistent_buffers_set");
  const auto loaded = nn::from_python<nn::BatchNorm1d>(norm);
  CHECK(loaded.num_batches_tracked.item<int64_t>() == 0);
  Value conv = nn::to_python(nn::Conv1d(1, 1, 3));
  state_of(conv).erase("padding_mode");
  CHECK(nn::from_python<nn::Conv1d>(conv).padding_mode == "zeros");
}

// A class of the user's, with a child of another one.
class Inner : public nn::Module {
 public:
  Inner() = default;
  Tensor forward(const Tensor& x) override { return fc(x); }
  nn::Linear fc{module("fc", nn::Linear(2, 2))};
};

class Outer : public nn::Module {
 public:
  explicit Outer(int64_t times_value = 1) : times(times_value) {}
  Tensor forward(const Tensor& x) override {
    Tensor y = x;
    for (int64_t i = 0; i < times; ++i) y = inner(y);
    return y;
  }
  Inner inner{module("inner", Inner())};
  nn::Linear last{module("last", nn::Linear(2, 1))};
  int64_t times;
};

Value object_of(const char* module, const char* name, Value children) {
  Value pickled = nn::to_python(nn::Identity());
  pickled.as_object().callee = Value::global(module, name);
  state_of(pickled)["_modules"] = std::move(children);
  return pickled;
}

Value outer_object() {
  Value inner = object_of("nets.parts", "Inner",
                          {{"fc", nn::to_python(nn::Linear(2, 2))}});
  Value outer =
      object_of("__main__", "Outer",
                {{"inner", inner}, {"last", nn::to_python(nn::Linear(2, 1))}});
  state_of(outer)["times"] = 3;
  return outer;
}

TEST_CASE("register_class: a class of the user's", "[nn]") {
  const Value pickled = outer_object();
  CHECK_THROWS_WITH(
      nn::from_python(pickled),
      "from_python: __main__.Outer is of a class that Cresset does not know; "
      "register it with nn::register_class('__main__.Outer', ...), or use the "
      "weights alone by nn::state_dict_of()");
  CHECK(nn::state_dict_of(pickled).keys() ==
        std::vector<std::string>{"inner.fc.weight", "inner.fc.bias",
                                 "last.weight", "last.bias"});
  CHECK_THROWS_WITH(nn::to_python(Outer()),
                    "to_python: Outer has no class in Python; name one with "
                    "nn::register_class()");
  nn::register_class("__main__.Outer", [](const Value& saved) {
    return Outer(saved["times"].as_int());
  });
  // Inner is a member of the same name, and so needs no registration to be
  // read.
  const auto outer = nn::from_python<Outer>(pickled);
  CHECK(outer.times == 3);
  CHECK(equal(outer.inner.fc.weight,
              nn::state_dict_of(pickled)["inner.fc.weight"]));
  CHECK_THROWS_WITH(nn::to_python(outer),
                    Contains("inner (Inner) has no class in Python"));
  nn::register_class<Inner>("nets.parts.Inner");
  const Value back = nn::to_python(outer);
  CHECK(back.qualified_name() == "__main__.Outer");
  CHECK(back.as_object().state["_modules"]["inner"].qualified_name() ==
        "nets.parts.Inner");
}

TEST_CASE("from_python: what does not fit is named", "[nn][error]") {
  nn::register_class("__main__.Outer", [](const Value& saved) {
    return Outer(saved.get("times", 1).as_int());
  });
  CHECK_THROWS_WITH(nn::from_python(Value(3)),
                    "from_python: the value must be a pickled "
                    "torch.nn.Module; got 3");

  Value outer = outer_object();
  state_of(outer)["_modules"]["extra"] = nn::to_python(nn::ReLU());
  CHECK_THROWS_WITH(nn::from_python(outer),
                    "from_python: __main__.Outer has the child 'extra', the "
                    "C++ class has not");
  outer = outer_object();
  state_of(outer)["_modules"].erase("last");
  CHECK_THROWS_WITH(nn::from_python(outer),
                    "from_python: __main__.Outer has no child 'last'");
  outer = outer_object();
  state_of(outer)["_modules"]["last"] = nn::to_python(nn::ReLU());
  CHECK_THROWS_WITH(nn::from_python(outer),
                    "from_python: 'last' (torch.nn.modules.activation.ReLU) "
                    "cannot go into a C++ member of class Linear");

  nn::Sequential net{nn::Linear(2, 2)};
  const auto spoilt = [&](const char* name, Value value) {
    Value pickled = nn::to_python(net);
    Value& layer = state_of(pickled)["_modules"]["0"];
    if (value.is_none()) {
      state_of(layer).erase(name);
    } else {
      state_of(layer)[name] = std::move(value);
    }
    return pickled;
  };
  const std::string where =
      "from_python: '0' (torch.nn.modules.linear.Linear) ";
  CHECK_THROWS_WITH(nn::from_python(spoilt("in_features", Value())),
                    where + "has no attribute 'in_features'");
  CHECK_THROWS_WITH(
      nn::from_python(spoilt("in_features", "2")),
      "from_python: '0' (torch.nn.modules.linear.Linear): attribute "
      "'in_features' must be an int; got '2'");
  CHECK_THROWS_WITH(
      nn::from_python(spoilt("_forward_pre_hooks", Value{{0, "f"}})),
      where + "has _forward_pre_hooks, which are Python code: 'f'");
  CHECK_THROWS_WITH(
      nn::from_python(spoilt("_parameters", Value{{"bias", Value()}})),
      where + "has no parameter 'weight'");

  Value conv = nn::to_python(nn::Conv2d(1, 1, 1));
  state_of(conv)["stride"] = Value::tuple({1});
  CHECK_THROWS_WITH(nn::from_python(conv),
                    Contains("'stride' must be a tuple of 2 ints; got (1,)"));
  Value pool = nn::to_python(nn::MaxPool2d(2));
  state_of(pool)["return_indices"] = true;
  CHECK_THROWS_WITH(nn::from_python(pool),
                    Contains("Cresset has no return_indices=True"));
  CHECK_THROWS_WITH(nn::from_python<nn::Linear>(nn::to_python(nn::ReLU())),
                    Contains("ReLU, not the one asked for"));
}

TEST_CASE("from_python: recurrent layers and stacks that do not fit",
          "[nn][error]") {
  Value lstm = nn::to_python(nn::LSTM(2, 3));
  state_of(lstm)["num_layers"] = 1'000'000'000;
  CHECK_THROWS_WITH(
      nn::from_python(lstm),
      Contains("'num_layers' must be the number of layers that have"));
  Value half = nn::to_python(nn::GRU(2, 3));
  state_of(half)["_parameters"]["bias_hh_l0"] = Value();
  CHECK_THROWS_WITH(nn::from_python(half),
                    Contains("needs a tensor for 'bias_hh_l0'"));
  Value stack =
      nn::to_python(nn::TransformerEncoder(2, 1, 1, {.dim_feedforward = 2}));
  Value& layers = state_of(stack)["_modules"]["layers"];
  state_of(layers)["_modules"]["0"] = nn::to_python(nn::ReLU());
  const auto loaded = nn::from_python(stack);
  CHECK_THROWS_WITH((*loaded)(randn({3, 1, 2})),
                    Contains("layers of another class; got ReLU"));
}

TEST_CASE("from_python: modules inside themselves", "[nn][error]") {
  Value self = nn::to_python(nn::Sequential());
  state_of(self)["_modules"]["0"] = self.weak();
  CHECK_THROWS_WITH(nn::from_python(self), Contains("contains itself"));
  Value deep = nn::to_python(nn::Sequential());
  for (int i = 0; i < 300; ++i) {
    Value outside = nn::to_python(nn::Sequential());
    state_of(outside)["_modules"]["0"] = deep;
    deep = outside;
  }
  CHECK_THROWS_WITH(nn::from_python(deep), Contains("more than 200 modules"));
  // Each level twice: built once, but named 2^40 times.
  Value wide = nn::to_python(nn::Sequential());
  for (int i = 0; i < 40; ++i) {
    Value outside = nn::to_python(nn::Sequential());
    state_of(outside)["_modules"]["0"] = wide;
    state_of(outside)["_modules"]["1"] = wide;
    wide = outside;
  }
  CHECK(nn::from_python(wide)->children().size() == 1);
  CHECK_THROWS_WITH(nn::state_dict_of(wide), Contains("1000000 in all"));
}

TEST_CASE("to_python: hooks have no form in a file", "[nn][error]") {
  nn::ReLU relu;
  const auto hook = relu.register_forward_hook(
      [](nn::Module&, const Tensor&, const Tensor&) {});
  CHECK_THROWS_WITH(nn::to_python(relu), Contains("ReLU has hooks"));
  hook.remove();
  CHECK(nn::to_python(relu).is_object());
}

TEST_CASE("SkipInit: no draws in this thread", "[nn]") {
  manual_seed(1);
  const Tensor wanted = randn({3});
  manual_seed(1);
  {
    const nn::init::SkipInit skip;
    const nn::Linear layer(4, 4);
    CHECK(layer.weight.requires_grad());
  }
  CHECK(equal(randn({3}), wanted));
  manual_seed(1);
  const nn::Linear layer(4, 4);
  CHECK(!equal(randn({3}), wanted));
}

}  // namespace
}  // namespace cresset
