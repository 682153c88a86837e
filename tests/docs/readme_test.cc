// The C++ of README.md (tools/lint/examples.py compares).

#include <cstdio>
#include <filesystem>

#include "cresset/tests/catch.h"

// The page's program, under another name.
#define main readme_main

// clang-format off
// [program]
#include <iostream>

#include "cresset/cresset.h"

using namespace cresset;

class Net : public nn::Module {
 public:
  nn::Conv2d conv1{module("conv1", nn::Conv2d(1, 6, 5))};
  nn::Linear fc1{module("fc1", nn::Linear(6 * 12 * 12, 10))};

  Tensor forward(const Tensor& x) override {
    return fc1(flatten(max_pool2d(relu(conv1(x)), 2), 1));
  }
};

int main() {
  manual_seed(0);
  const Tensor images = randn({64, 1, 28, 28});
  const Tensor labels = randint(10, {64});

  Net net;
  optim::SGD optimizer(net.parameters(), {.lr = 0.01, .momentum = 0.9});
  for (int step = 1; step <= 20; ++step) {
    optimizer.zero_grad();
    const Tensor loss = cross_entropy(net(images), labels);
    loss.backward();
    optimizer.step();
    std::cout << "step " << step << "  loss " << loss.item<double>() << "\n";
  }
  save(net.state_dict(), "net.pth");
  return 0;
}
// [/program]
// clang-format on

#undef main

TEST_CASE("readme: the program trains and saves", "[docs]") {
  CHECK(readme_main() == 0);
  Net net;
  net.load_state_dict(load("net.pth"));
  manual_seed(0);
  const Tensor images = randn({64, 1, 28, 28});
  const Tensor labels = randint(10, {64});
  // Ten classes by chance have a loss of 2.3.
  CHECK(cross_entropy(net(images), labels).item<double>() < 0.7);
  std::filesystem::remove("net.pth");
}

TEST_CASE("readme: a checkpoint of everything", "[docs]") {
  Net net;
  optim::SGD optimizer(net.parameters(), {.lr = 0.01});
  const std::string path = "checkpoint.pth";
  // [checkpoint]
  save({{"epoch", 3},
        {"model", net.state_dict()},
        {"optimizer", optimizer.state_dict()}},
       path);

  const Value checkpoint = load(path);
  net.load_state_dict(checkpoint["model"]);
  optimizer.load_state_dict(checkpoint["optimizer"]);
  net.eval();
  // [/checkpoint]
  CHECK(checkpoint["epoch"] == 3);
  CHECK_FALSE(net.is_training());
  std::filesystem::remove(path);
}
