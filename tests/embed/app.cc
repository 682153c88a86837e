// Uses the application's folders and Cresset's of the same names side by side:
// trains a small network on the application's numbers, saves it and loads it.

#include <cstdio>
#include <exception>

#include "cresset/cresset.h"
#include "cresset/tensor/tensor.h"
#include "nn/module.h"
#include "tensor/tensor.h"

namespace {

using cresset::Tensor;
namespace nn = cresset::nn;
namespace optim = cresset::optim;

// Learns the strain from the stress; the last loss.
double train(nn::Sequential& model) {
  const Tensor stress = cresset::linspace(-1, 1, 64).unsqueeze(1);
  const Tensor strain = stress.div(app::kElasticity);
  optim::SGD optimizer(model.parameters(), {.lr = 0.1, .momentum = 0.9});
  double last = 0;
  for (int step = 0; step < 100; ++step) {
    optimizer.zero_grad();
    const Tensor loss = cresset::mse_loss(model(stress), strain);
    loss.backward();
    optimizer.step();
    last = loss.item<double>();
  }
  return last;
}

nn::Sequential make_model() {
  return nn::Sequential{nn::Linear(1, 16), nn::Tanh(), nn::Linear(16, 1)};
}

int run(const char* path) {
  cresset::manual_seed(0);
  nn::Sequential model = make_model(), loaded = make_model();
  const double loss = train(model);
  cresset::save(model.state_dict(), path);
  loaded.load_state_dict(cresset::load(path));
  const Tensor x = cresset::ones({1, 1});
  const bool same = cresset::equal(model(x), loaded(x));
  std::printf("%s, %s, loss %.5f, loaded network %s\n", app::kWhatTensor,
              app::nearest_neighbours(), loss, same ? "equal" : "different");
  return same && loss < 1e-3 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc > 1 ? argv[1] : "app.pth");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "app: %s\n", e.what());
    return 1;
  }
}
