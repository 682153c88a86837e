#include "cresset/nn/conv.h"
#include "cresset/nn/linear.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/pool.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/bench/bench.h"
#include "cresset/tests/bench/training.h"

namespace cresset::bench {
namespace {

// The network of PyTorch's first tutorial; `side` is the size of its last
// feature map.
class LeNet : public nn::Module {
 public:
  LeNet(int64_t channels, int64_t side)
      : conv1(module("conv1", nn::Conv2d(channels, 6, 5))),
        conv2(module("conv2", nn::Conv2d(6, 16, 5))),
        fc1(module("fc1", nn::Linear(16 * side * side, 120))),
        fc2(module("fc2", nn::Linear(120, 84))),
        fc3(module("fc3", nn::Linear(84, 10))) {}

  Tensor forward(const Tensor& input) override {
    Tensor x = max_pool2d(relu(conv1(input)), 2);
    x = flatten(max_pool2d(relu(conv2(x)), 2), 1);
    return fc3(relu(fc2(relu(fc1(x)))));
  }

  nn::Conv2d conv1, conv2;
  nn::Linear fc1, fc2, fc3;
};

class Mlp : public nn::Module {
 public:
  Tensor forward(const Tensor& x) override {
    return fc3(relu(fc2(relu(fc1(x)))));
  }

  nn::Linear fc1{module("fc1", nn::Linear(784, 512))};
  nn::Linear fc2{module("fc2", nn::Linear(512, 512))};
  nn::Linear fc3{module("fc3", nn::Linear(512, 10))};
};

void add_network(Rows& rows, const std::string& name, Shape input,
                 std::function<std::shared_ptr<nn::Module>()> build) {
  rows.add("train." + name + ".step",
           [=] { return training_case(build(), randn(input), 0.001); });
  rows.add("train." + name + ".infer", [=] {
    auto model = build();
    model->eval();
    const Tensor x = randn(input);
    return Case{[=] {
                  NoGradGuard guard;
                  (*model)(x);
                },
                static_cast<double>(input[0]) * 1e9, "images/s"};
  });
}

}  // namespace

void add_train_rows(Rows& rows) {
  add_network(rows, "lenet28.b64", {64, 1, 28, 28},
              [] { return std::make_shared<LeNet>(1, 4); });
  add_network(rows, "lenet32.b64", {64, 3, 32, 32},
              [] { return std::make_shared<LeNet>(3, 5); });
  add_network(rows, "lenet32.b4", {4, 3, 32, 32},
              [] { return std::make_shared<LeNet>(3, 5); });
  add_network(rows, "mlp.b128", {128, 784},
              [] { return std::make_shared<Mlp>(); });
}

}  // namespace cresset::bench
