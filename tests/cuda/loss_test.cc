// Losses against classes on the device.

#include "cresset/tensor/ops/loss.h"

#include "cresset/cuda/cuda.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

using namespace testing;  // NOLINT

Tensor classes(IntSpan shape, int64_t n, int64_t ignored_every = 0) {
  const Tensor t = places(shape, n, 3);
  if (ignored_every > 0) {
    for (int64_t i = 0; i < t.numel(); i += ignored_every) {
      t.data<int64_t>()[i] = -100;
    }
  }
  return t;
}

}  // namespace

TEST_CASE("cuda cross_entropy: values and gradients", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  for (const int64_t n : {1, 2, 10, 33, 256, 257, 1000, 5000}) {
    for (const Dtype dtype : {float32, float64, bfloat16}) {
      for (const Reduction reduction :
           {Reduction::kMean, Reduction::kSum, Reduction::kNone}) {
        for (const double smoothing : {0.0, 0.1}) {
          CAPTURE(n, dtype, smoothing, to_string(reduction));
          const Tensors inputs = {numbers({9, n}, dtype), classes({9}, n, 4)};
          const auto run = [&](const Tensors& t) {
            return Tensors{cross_entropy(
                t[0], t[1],
                {.reduction = reduction, .label_smoothing = smoothing})};
          };
          const double tolerance = dtype == float64   ? 1e-11
                                   : dtype == float32 ? 1e-4
                                                      : 0.1;
          check_both(inputs, run, tolerance);
          check_gradients(inputs, run, tolerance);
        }
      }
    }
  }
}

TEST_CASE("cuda cross_entropy: other shapes and weights", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  const Tensor weight = numbers({4}).abs().add(1);
  const auto run = [&](const Tensors& t) {
    return Tensors{
        cross_entropy(t[0], t[1], {.weight = weight.to(t[0].device())})};
  };
  check_gradients({numbers({5, 4}), classes({5}, 4)}, run, 1e-5);
  check_gradients({numbers({2, 4, 3, 3}), classes({2, 3, 3}, 4, 5)}, run, 1e-5);
  check_gradients({numbers({4}), classes({}, 4)}, run, 1e-5);
  const auto soft = [](const Tensors& t) {
    return Tensors{cross_entropy(t[0], t[1].detach())};
  };
  check_both({numbers({5, 4}), numbers({5, 4}, float32, 2)}, soft, 1e-5);
  // Twice differentiated: by ops.
  const auto second = [](const Tensors& t) {
    const Tensor x = t[0].detach().requires_grad_();
    cross_entropy(x, t[1], {.label_smoothing = 0.2}).backward({}, true, true);
    const Tensor g = x.grad();
    x.set_grad(Tensor());
    g.mul(g).sum().backward();
    return Tensors{x.grad()};
  };
  check_both({numbers({5, 4}), classes({5}, 4, 3)}, second, 1e-5);
}

TEST_CASE("cuda cross_entropy: a class that is not there is reported later",
          "[cuda][ops][error]") {
  CRESSET_NEEDS_CUDA();
  for (const int64_t bad : {7, -1}) {
    const Tensor target = classes({3}, 7);
    target.data<int64_t>()[1] = bad;
    const Tensor x = numbers({3, 7}).to(kGpu), t = target.to(kGpu);
    CHECK_THAT(error_on_gpu([&] { cross_entropy(x, t); }),
               Catch::Contains("cross_entropy: index " + std::to_string(bad) +
                               " is out of bounds"));
    synchronize(kGpu);  // once
    CHECK_THAT(error_on_gpu([&] { nll_loss(x, t); }),
               Catch::Contains("out of bounds"));
  }
}

TEST_CASE("cuda cross_entropy: nothing waits, so a graph can hold it",
          "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({6, 10}).to(kGpu).requires_grad_();
  const Tensor target = classes({6}, 10, 3).to(kGpu);
  const auto step = [&] {
    x.set_grad(Tensor());
    cross_entropy(x, target).backward();
  };
  step();
  const Tensor wanted = x.grad().cpu();
  cuda::Graph graph;
  graph.capture(step);
  graph.replay();
  check_same(x.grad(), wanted);
}

}  // namespace cresset
