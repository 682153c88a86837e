// A whole program for its size: trains a small network, saves and loads it.

#include <cstdio>
#include <filesystem>
#include <string>

#include "cresset/cresset.h"

int main() {
  using namespace cresset;
  manual_seed(0);
  nn::Sequential net{nn::Conv2d(1, 6, 5), nn::ReLU(), nn::MaxPool2d(2),
                     nn::Flatten(), nn::Linear(6 * 12 * 12, 10)};
  optim::SGD sgd(net.parameters(), {.lr = 0.1, .momentum = 0.9});
  const Tensor x = randn({16, 1, 28, 28}), t = randint(0, 10, {16});
  double first = 0, last = 0;
  for (int i = 0; i < 20; ++i) {
    sgd.zero_grad();
    const Tensor loss = cross_entropy(net(x), t);
    loss.backward();
    sgd.step();
    last = loss.item<double>();
    if (i == 0) first = last;
  }
  const std::string path =
      std::filesystem::temp_directory_path() / "cresset_static_program.pth";
  save(net.state_dict().to_value(), path);
  net.load_state_dict(load(path));
  std::filesystem::remove(path);
  std::printf("loss %.3f, after 20 steps %.3f\n", first, last);
  return last < first ? 0 : 1;
}
