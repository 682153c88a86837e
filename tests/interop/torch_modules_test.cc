// Whole modules: what torch.save wrote of a module runs in Cresset, and what
// Cresset wrote of it is, attribute for attribute, the module in PyTorch.

#include <fstream>
#include <iterator>

#include "cresset/cresset.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/interop/python.h"

namespace cresset {
namespace {

constexpr const char* kScript = "torch_modules.py";

std::string path_of(const std::string& name) {
  return testing::temporary_folder("modules") + "/" + name;
}

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Tensor run(nn::Module& module, const Value& inputs) {
  const NoGradGuard no_grad;
  const auto input = [&](int i) { return inputs[i].as_tensor().clone(); };
  // Losses, distances and other layers of two tensors.
  if (auto* pair = module.as<nn::Loss>()) return (*pair)(input(0), input(1));
  if (auto* loss = module.as<nn::TripleLoss>()) {
    return (*loss)(input(0), input(1), input(2));
  }
  if (auto* rnn = module.as<nn::RNNBase>()) return (*rnn)(input(0)).output;
  if (auto* attention = module.as<nn::MultiheadAttention>()) {
    return (*attention)(input(0), input(1), input(2), {}).first;
  }
  if (auto* decoder = module.as<nn::TransformerDecoderLayer>()) {
    return (*decoder)(input(0), input(1), {});
  }
  if (auto* decoder = module.as<nn::TransformerDecoder>()) {
    return (*decoder)(input(0), input(1), {});
  }
  if (auto* whole = module.as<nn::Transformer>()) {
    return (*whole)(input(0), input(1), {});
  }
  return module(input(0));
}

bool close(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() &&
         (a.numel() == 0 || max(abs(a - b)).item<double>() < 1e-5);
}

TEST_CASE("modules: every class goes to Cresset and back", "[nn][format]") {
  const std::string path = path_of("layers.pt");
  REQUIRE(testing::run_python(kScript, {"write", path}) == 0);
  const Value saved = load(path);
  REQUIRE(saved.size() > 140);
  Value back = Value::dict();
  for (const auto& [name, entry] : saved.items()) {
    INFO(name.as_str());
    const auto module = nn::from_python(entry["module"]);
    CHECK(to_string(*module) == entry["repr"].as_str());
    back[name] = nn::to_python(*module);
  }
  const std::string mine = path_of("back.pt");
  save(back, mine);
  CHECK(testing::run_python(kScript, {"check", mine}) == 0);
  for (const auto& [name, entry] : saved.items()) {
    if (entry["inputs"].is_none()) continue;
    INFO(name.as_str());
    const auto module = nn::from_python(entry["module"]);
    CHECK(close(run(*module, entry["inputs"]), entry["output"].as_tensor()));
  }
}

TEST_CASE("modules: a seeded network has torch.save's bytes", "[nn][format]") {
  const std::string path = path_of("seeded.pt");
  REQUIRE(testing::run_python(kScript, {"seeded", path}) == 0);
  const std::string wanted = bytes_of(path);
  manual_seed(0);
  nn::Sequential net{
      nn::Conv2d(1, 4, 3, {.padding = "same"}),
      nn::BatchNorm2d(4),
      nn::PReLU(4),
      nn::MaxPool2d(2),
      nn::Conv2d(4, 4, {1, 3}, {.stride = {1, 2}, .bias = false}),
      nn::Flatten(),
      nn::Linear(4, 4),
      nn::Linear(4, 4),
      nn::Linear(4, 4),
      nn::Linear(4, 4),
      nn::Linear(4, 4),
      nn::LogSoftmax(1)};
  save(nn::to_python(net), path, {.layout = SaveLayout::kTorch113});
  CHECK(bytes_of(path) == wanted);
}

TEST_CASE("modules: a recurrent layer trains what it runs with", "[nn]") {
  nn::LSTM layer(2, 3, {.num_layers = 2});
  auto loaded = nn::from_python<nn::LSTM>(nn::to_python(layer));
  const Tensor x = randn({4, 1, 2});
  const Tensor before = loaded(x).output.detach();
  CHECK(close(before, layer(x).output.detach()));
  optim::SGD optimizer(loaded.parameters(), {.lr = 1.0});
  sum(loaded(x).output).backward();
  optimizer.step();
  CHECK(!close(before, loaded(x).output.detach()));
}

TEST_CASE("modules: what is shared stays shared", "[nn][format]") {
  const std::string path = path_of("tied.pt");
  REQUIRE(testing::run_python(kScript, {"tied", path}) == 0);
  auto net = nn::from_python<nn::Sequential>(load(path));
  CHECK(net.parameters().size() == 5);
  CHECK(&*net[1] == &*net[3]);
  CHECK(!net[4].as<nn::Linear>()->bias.requires_grad());
  CHECK(
      net[0].as<nn::Linear>()->weight.is_same(net[2].as<nn::Linear>()->weight));
  save(nn::to_python(net), path);
  CHECK(testing::run_python(kScript, {"check_tied", path}) == 0);
}

TEST_CASE("modules: torchvision's networks", "[nn][format]") {
  if (!testing::have_python_module("torchvision")) return;
  for (const std::string name : {"vgg", "basic", "bottleneck"}) {
    INFO(name);
    const std::string path = path_of("net.pt");
    REQUIRE(testing::run_python(kScript, {"network", path, name}) == 0);
    const Value saved = load(path);
    const auto model = nn::from_python(saved["model"]);
    CHECK(!model->is_training());
    const NoGradGuard no_grad;
    const Tensor output = (*model)(saved["input"].as_tensor());
    CHECK(close(output, saved["output"].as_tensor()));
    const std::string mine = path_of("mine.pt");
    save({{"model", nn::to_python(*model)},
          {"input", saved["input"]},
          {"output", output}},
         mine);
    CHECK(testing::run_python(kScript, {"check_network", mine, name}) == 0);
    // Byte for byte what torch.save writes of it.
    const std::string wanted = bytes_of(path + ".alone");
    save(nn::to_python(*model), path + ".alone",
         {.layout = SaveLayout::kTorch113});
    const bool same = bytes_of(path + ".alone") == wanted;
    CHECK(same);
  }
}

// The classes of torch_modules.py.
class Block : public nn::Module {
 public:
  explicit Block(int64_t width)
      : fc(module("fc", nn::Linear(width, width))),
        scale(parameter("scale", ones({1}))),
        calls(buffer("calls", zeros({}, {.dtype = int64}), false)) {}
  Tensor forward(const Tensor& x) override { return x + scale * relu(fc(x)); }

  nn::Linear fc;
  nn::Parameter scale;
  nn::Buffer calls;
};

class Net : public nn::Module {
 public:
  explicit Net(int64_t hidden_size)
      : hidden(hidden_size),
        first(module("first", nn::Linear(4, hidden))),
        block(module("block", Block(hidden))),
        blocks(module("blocks", nn::Sequential())),
        last(module("last", nn::Linear(hidden, 2))) {}
  Tensor forward(const Tensor& x) override {
    return last(blocks(block(first(x))));
  }

  int64_t hidden;
  nn::Linear first;
  Block block;
  nn::Sequential blocks;
  nn::Linear last;
};

TEST_CASE("modules: registered classes, zip and legacy", "[nn][format]") {
  nn::register_class(
      "__main__.Net",
      [](const Value& saved) { return Net(saved["hidden"].as_int()); },
      [](const Net& net) {
        return Value{{"hidden", net.hidden}};
      });
  nn::register_class(
      "__main__.Block",
      [](const Value& saved) { return Block(saved["width"].as_int()); },
      [](const Block& block) {
        return Value{{"width", block.fc.in_features}};
      });
  for (const std::string form : {"zip", "legacy"}) {
    INFO(form);
    const std::string path = path_of("user.pt");
    REQUIRE(testing::run_python(kScript, {"user", path, form}) == 0);
    const Value saved = load(path);
    auto net = nn::from_python<Net>(saved["module"]);
    CHECK(net.hidden == 6);
    CHECK(net.block.calls.item<int64_t>() == 7);
    const NoGradGuard no_grad;
    const Tensor output = net(saved["input"].as_tensor());
    CHECK(close(output, saved["output"].as_tensor()));
    CHECK(nn::state_dict_of(saved["module"]).keys() == net.state_dict().keys());
    save({{"module", nn::to_python(net)},
          {"input", saved["input"]},
          {"output", output}},
         path);
    CHECK(testing::run_python(kScript, {"check_user", path}) == 0);
  }
}

}  // namespace
}  // namespace cresset
