// The C++ side of docs/from-pytorch.md (tools/lint/examples.py compares).

#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "cresset/cresset.h"
#include "cresset/tests/catch.h"

namespace nn = cresset::nn;
namespace optim = cresset::optim;
using cresset::Tensor;

namespace {

// [network]
class Net : public nn::Module {
 public:
  nn::Conv2d conv1{module("conv1", nn::Conv2d(1, 6, 5))};
  nn::Conv2d conv2{module("conv2", nn::Conv2d(6, 16, 5))};
  nn::Linear fc1{module("fc1", nn::Linear(16 * 5 * 5, 120))};
  nn::Linear fc2{module("fc2", nn::Linear(120, 84))};
  nn::Linear fc3{module("fc3", nn::Linear(84, 10))};

  Tensor forward(const Tensor& input) override {
    Tensor x = max_pool2d(relu(conv1(input)), 2);
    x = max_pool2d(relu(conv2(x)), 2);
    x = flatten(x, 1);
    x = relu(fc1(x));
    x = relu(fc2(x));
    x = fc3(x);
    return x;
  }
};
// [/network]

// [parameters]
class Scale : public nn::Module {
 public:
  nn::Parameter weight{parameter("weight", cresset::ones({3}))};
  nn::Buffer calls{buffer("calls", cresset::zeros({}))};

  Tensor forward(const Tensor& x) override {
    calls += 1;
    return x * weight;
  }
};
// [/parameters]

}  // namespace

TEST_CASE("tutorial: a network trains", "[nn][optim]") {
  cresset::manual_seed(0);
  const Tensor inputs = cresset::randn({4, 1, 32, 32});
  const Tensor labels = cresset::tensor({1, 2, 3, 4});
  // [training]
  Net net;
  nn::CrossEntropyLoss criterion;
  optim::SGD optimizer(net.parameters(), {.lr = 0.01, .momentum = 0.9});
  for (int epoch = 0; epoch < 2; ++epoch) {
    optimizer.zero_grad();
    const Tensor outputs = net(inputs);
    const Tensor loss = criterion(outputs, labels);
    loss.backward();
    optimizer.step();
    std::cout << "loss " << loss.item<double>() << "\n";
  }
  // [/training]
  CHECK(optimizer.state_dict()["state"].size() == 10);
  CHECK(std::isfinite(criterion(net(inputs), labels).item<double>()));
}

TEST_CASE("tutorial: mixed precision on whatever device there is", "[nn]") {
  using namespace cresset;
  const Tensor inputs = randn({4, 1, 32, 32});
  const Tensor labels = randint(0, 10, {4});
  nn::CrossEntropyLoss criterion;
  Net net;
  // [amp]
  const Device device = is_available(DeviceType::kCuda) ? "cuda" : "cpu";
  net.to(device);
  optim::SGD optimizer(net.parameters(), {.lr = 0.01, .momentum = 0.9});
  optim::GradScaler scaler;

  Tensor loss;
  {
    const AutocastGuard autocast(device.type);
    loss = criterion(net(inputs.to(device)), labels.to(device));
  }
  scaler.scale(loss).backward();
  scaler.step(optimizer);
  scaler.update();
  // [/amp]
  CHECK(loss.dtype() == float32);
  CHECK(net.conv1.weight.dtype() == float32);
  CHECK(std::isfinite(loss.item<double>()));
}

TEST_CASE("tutorial: a network of layers in a row", "[nn]") {
  // [sequential]
  nn::Sequential model{
      nn::Flatten(),         //
      nn::Linear(784, 512),  //
      nn::ReLU(),            //
      nn::Linear(512, 10),
  };
  std::cout << model << "\n";
  // [/sequential]
  CHECK(model(cresset::ones({2, 28, 28})).sizes() == cresset::IntSpan({2, 10}));
  // [named]
  nn::Sequential named{
      {"fc", nn::Linear(784, 10)},
      {"act", nn::LogSoftmax(1)},
  };
  named["fc"].as<nn::Linear>()->weight.requires_grad_(false);
  // [/named]
  CHECK_FALSE(named.parameters()[0].requires_grad());
}

TEST_CASE("tutorial: a network is tuned further", "[nn][optim]") {
  // [finetune]
  nn::models::ResNet model = nn::models::resnet18();
  for (const Tensor& p : model.parameters()) p.requires_grad_(false);
  model.fc = nn::Linear(512, 2);

  optim::SGD optimizer(model.fc.parameters(), {.lr = 0.001, .momentum = 0.9});
  optim::StepLR scheduler(optimizer, {.step_size = 7, .gamma = 0.1});
  // [/finetune]
  CHECK(model.parameters().size() == 62);
  CHECK(model.get_parameter("fc.weight").requires_grad());
  scheduler.step();
  // [groups]
  optim::SGD two(
      {{model.layer4.parameters()}, {model.fc.parameters(), {{"lr", 1e-3}}}},
      {.lr = 1e-2, .momentum = 0.9});
  for (auto& group : two.param_groups) group["lr"] = 0.5;
  // [/groups]
  CHECK(two.param_groups[1].number("lr") == 0.5);
}

TEST_CASE("tutorial: states move through dicts", "[nn][optim]") {
  Net net;
  optim::SGD optimizer(net.parameters(), {.lr = 0.01});
  const std::string path = "checkpoint.pth";
  // [save]
  cresset::save({{"epoch", 3},
                 {"model", net.state_dict()},
                 {"optimizer", optimizer.state_dict()}},
                path);
  // [/save]
  // [load]
  const cresset::Value checkpoint = cresset::load(path);
  net.load_state_dict(checkpoint["model"]);
  optimizer.load_state_dict(checkpoint["optimizer"]);
  net.eval();
  // [/load]
  CHECK(checkpoint["epoch"].as_int() == 3);
}

// [scorer]
class Scorer : public nn::Module {
 public:
  explicit Scorer(int64_t hidden)
      : fc1(module("fc1", nn::Linear(4, hidden))),
        fc2(module("fc2", nn::Linear(hidden, 1))) {}
  Tensor forward(const Tensor& x) override { return fc2(relu(fc1(x))); }

  nn::Linear fc1;
  nn::Linear fc2;
};
// [/scorer]

TEST_CASE("tutorial: whole modules", "[nn]") {
  const std::string path = "whole.pt";
  nn::Sequential model{nn::Linear(4, 3), nn::ReLU()};
  const Tensor x = cresset::randn({2, 4});
  {
    // [whole]
    cresset::save(nn::to_python(model), path);
    std::shared_ptr<nn::Module> loaded = nn::from_python(cresset::load(path));
    const Tensor y = (*loaded)(x);
    // [/whole]
    CHECK(cresset::Value(y.detach()) == cresset::Value(model(x).detach()));
  }
  {
    nn::Sequential net{nn::Linear(4, 3)};
    // [weights]
    net.load_state_dict(nn::state_dict_of(cresset::load(path)));
    // [/weights]
    CHECK(cresset::Value(net.parameters()[0].detach()) ==
          cresset::Value(model.parameters()[0].detach()));
  }
  nn::register_class("__main__.Scorer", [] { return Scorer(7); });
  cresset::Value pickled = nn::to_python(Scorer(7));
  pickled.as_object().state["hidden"] = 7;
  cresset::save(pickled, path);
  // [register]
  nn::register_class(
      "__main__.Scorer",
      [](const cresset::Value& saved) {
        return Scorer(saved["hidden"].as_int());
      },
      [](const Scorer& scorer) {
        return cresset::Value{{"hidden", scorer.fc1.out_features}};
      });
  Scorer scorer = nn::from_python<Scorer>(cresset::load(path));
  // [/register]
  CHECK(scorer.fc1.out_features == 7);
  CHECK(nn::to_python(scorer).as_object().state["hidden"].as_int() == 7);
}

double train_one_epoch(Net&) { return 0.5; }

TEST_CASE("tutorial: checkpoints of a run", "[nn]") {
  const std::string folder = "checkpoints";
  Net net;
  // [checkpoints]
  cresset::CheckpointManager checkpoints(folder, {.keep_last = 2});
  int64_t first = 0;
  if (checkpoints.latest()) {
    const cresset::Value last = checkpoints.load_latest();
    net.load_state_dict(last["model"]);
    first = last["epoch"].as_int() + 1;
  }
  for (int64_t epoch = first; epoch < 5; ++epoch) {
    const double loss = train_one_epoch(net);
    checkpoints.save({{"epoch", epoch}, {"model", net.state_dict()}}, epoch,
                     loss);
  }
  // [/checkpoints]
  CHECK(checkpoints.load_latest()["epoch"].as_int() == 4);
}

TEST_CASE("tutorial: walking through modules", "[nn]") {
  Net net;
  // [walk]
  net.apply([](nn::Module& m) {
    if (auto* linear = m.as<nn::Linear>()) {
      nn::init::xavier_uniform_(linear->weight);
      nn::init::zeros_(linear->bias);
    }
  });
  for (const auto& [name, parameter] : net.named_parameters()) {
    std::cout << name << " " << parameter.sizes().size() << "\n";
  }
  auto handle = net.conv1.register_forward_hook(
      [](nn::Module& m, const Tensor&, const Tensor& output) {
        std::cout << m.name() << " gave " << output.numel() << " numbers\n";
      });
  handle.remove();
  // [/walk]
  CHECK(net.fc1.bias.data<float>()[0] == 0);
}

TEST_CASE("tutorial: own parameters", "[nn]") {
  Scale scale;
  scale(cresset::ones({3}));
  CHECK(scale.calls.item<double>() == 1);
  CHECK(scale.state_dict().keys() ==
        std::vector<std::string>{"weight", "calls"});
}
