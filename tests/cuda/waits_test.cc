// Ops that do not wait: a graph, which refuses every wait, can hold them. What
// they find wrong is reported later.

#include <functional>

#include "cresset/cuda/cuda.h"
#include "cresset/tensor/ops/division.h"
#include "cresset/tensor/ops/dropout.h"
#include "cresset/tensor/ops/embedding_bag.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/loss.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/scan.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"

namespace cresset {
namespace {

using namespace testing;  // NOLINT

// The same results from a graph as without it.
void check_graph(const std::function<Tensor()>& f) {
  const Tensor wanted = f().detach().cpu();
  Tensor y;
  cuda::Graph graph;
  REQUIRE_NOTHROW(graph.capture([&] { y = f(); }));
  graph.replay();
  check_same(y.detach(), wanted, 1e-6);
}

Tensor integers(IntSpan shape, uint64_t seed) {
  return numbers(shape, int64, seed);
}

}  // namespace

TEST_CASE("cuda waits: integer division", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor a = integers({40}, 1).to(kGpu);
  const Tensor b = integers({40}, 2).mul(2).add(1).to(kGpu);  // odd
  check_graph([&] { return floor_divide(a, b); });
  check_graph([&] { return remainder(a, b); });
  check_graph([&] { return fmod(a, b); });
  check_graph([&] { return div(a, b, "trunc"); });
  const auto all = [](const Tensors& t) {
    return Tensors{floor_divide(t[0], t[1]),
                   remainder(t[0], t[1]),
                   fmod(t[0], t[1]),
                   div(t[0], t[1], "trunc"),
                   floor_divide(t[0].to(int8), t[1].to(uint8)),
                   remainder(t[0].to(int32), t[1].to(int16).select(0, 3))};
  };
  check_both({a.cpu(), b.cpu()}, all);
}

TEST_CASE("cuda waits: an integer divisor of 0 is reported later",
          "[cuda][ops][error]") {
  CRESSET_NEEDS_CUDA();
  const Tensor a = integers({300}, 1).to(kGpu);
  for (const Dtype dtype : {int64, int32, int16, uint8}) {
    CAPTURE(dtype);
    const Tensor b = ones({300}, {.dtype = dtype, .device = Device()});
    b.select(0, 299).fill_(0);
    const Tensor far = b.to(kGpu);
    CHECK_THAT(error_on_gpu([&] { floor_divide(a, far); }),
               Catch::Contains("floor_divide: ZeroDivisionError") &&
                   Catch::Contains("found on cuda:0"));
    CHECK_THAT(error_on_gpu([&] { remainder(a, far); }),
               Catch::Contains("remainder: ZeroDivisionError"));
    CHECK_THAT(error_on_gpu([&] { remainder(a, far.select(0, 0)); }),
               Catch::Contains("no error"));
  }
  CHECK_THAT(error_on_gpu([&] { a.clone().floor_divide_(0); }),
             Catch::Contains("ZeroDivisionError"));
}

TEST_CASE("cuda waits: losses with conditions", "[cuda][ops][error]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({6, 5}).to(kGpu),
               y = numbers({6, 5}, float32, 2).to(kGpu);
  const Tensor var = numbers({6, 5}, float32, 3).abs().to(kGpu);
  check_graph([&] { return gaussian_nll_loss(x, y, var); });
  CHECK_THAT(error_on_gpu([&] { gaussian_nll_loss(x, y, var.sub(1)); }),
             Catch::Contains("gaussian_nll_loss: var has negative elements; "
                             "found on cuda:0"));
  const Tensor target = places({6}, 5).to(kGpu);
  check_graph([&] { return multi_margin_loss(x, target); });
  const Tensor several = places({6, 5}, 6).sub(1).to(kGpu);
  check_graph([&] { return multilabel_margin_loss(x, several); });
  CHECK_THAT(error_on_gpu([&] { multi_margin_loss(x, target.add(5)); }),
             Catch::Contains("out of bounds"));
}

TEST_CASE("cuda waits: multinomial", "[cuda][random][error]") {
  CRESSET_NEEDS_CUDA();
  const Tensor weights = numbers({3, 7}).abs().add(0.1).to(kGpu);
  for (const bool replacement : {false, true}) {
    CAPTURE(replacement);
    Tensor y;
    const auto draw = [&] { y = multinomial(weights, 4, replacement); };
    draw();
    cuda::Graph graph;
    REQUIRE_NOTHROW(graph.capture(draw));
    graph.replay();
    const Tensor host = y.cpu();
    for (int64_t i = 0; i < host.numel(); ++i) {
      CHECK((host.data<int64_t>()[i] >= 0 && host.data<int64_t>()[i] < 7));
    }
  }
  CHECK_THAT(error_on_gpu([&] { multinomial(weights.neg(), 2); }),
             Catch::Contains("multinomial: probability tensor contains"));
}

TEST_CASE("cuda waits: the gradient of cumprod, with zeros and without",
          "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  const auto run = [](const Tensors& t) { return Tensors{cumprod(t[0], 1)}; };
  Tensor x = numbers({5, 8}).div(2);  // numbers() gives zeros
  check_gradients({x}, run, 1e-4);
  check_gradients({x.abs().add(0.5)}, run, 1e-4);
  x = zeros({2, 4}, {.device = Device()});
  check_gradients({x}, run, 1e-4);
  const Tensor far = numbers({5, 8}).to(kGpu).requires_grad_();
  const Tensor g = numbers({5, 8}, float32, 2).to(kGpu);
  check_graph([&] {
    far.set_grad(Tensor());
    cumprod(far, 0).backward(g);
    return far.grad();
  });
}

TEST_CASE("cuda waits: embedding_bag of maxima", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  const Tensor weight = numbers({6, 3});
  const Tensor offsets =
      tensor(std::vector<int64_t>{0, 2, 2, 7}, {.device = Device()});
  const auto run = [](const Tensors& t) {
    return Tensors{embedding_bag(t[1], t[0], t[2], {.mode = "max"})};
  };
  // Equal rows: the first one gets the gradient.
  check_gradients({weight, places({9}, 3), offsets}, run);
  const Tensors far = on_gpu({weight, places({9}, 6), offsets});
  check_graph([&] { return run(far)[0]; });
  check_both({weight, places({4, 3}, 6), offsets}, [](const Tensors& t) {
    return Tensors{
        embedding_bag(t[1], t[0], Tensor(), {.mode = "max", .padding_idx = 2})};
  });
}

TEST_CASE("cuda dropout: in place and alpha, without a stored mask",
          "[cuda][random][grad]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = full({400}, 3.0, {.device = kGpu});
  const uint32_t version = x.version();
  dropout_(x, 0.25);
  CHECK(x.version() != version);
  const Tensor host = x.cpu();
  int64_t kept = 0;
  for (int64_t i = 0; i < 400; ++i) {
    const float v = host.data<float>()[i];
    CHECK((v == 0 || v == 4));
    kept += v != 0;
  }
  CHECK((kept > 240 && kept < 360));
  // In place on something that wants a gradient.
  const Tensor leaf = full({400}, 3.0, {.device = kGpu}).requires_grad_();
  const Tensor y = leaf.mul(1);
  dropout_(y, 0.25);
  y.backward(full({400}, 3.0, {.device = kGpu}));
  check_same(leaf.grad(), y.detach().cpu(), 1e-6);
  const Tensor part = full({10, 8}, 3.0, {.device = kGpu}).narrow(1, 0, 3);
  dropout_(part, 0.5);
  CHECK(part.max().item<double>() == 6);
  // alpha_dropout: the dropped ones share one value, the others are linear.
  const Tensor z = numbers({300}).to(kGpu).requires_grad_();
  const Tensor a = alpha_dropout(z, 0.5, true);
  a.sum().backward();
  const Tensor value = a.detach().cpu(), slope = z.grad().cpu();
  const double scale =
      1 / std::sqrt((1.7580993408473766 * 1.7580993408473766 * 0.5 + 1) * 0.5);
  const double gone = -1.7580993408473766 * scale * 0.5;
  for (int64_t i = 0; i < 300; ++i) {
    const double in = z.detach().cpu().data<float>()[i];
    const bool dropped = slope.data<float>()[i] == 0;
    CHECK(value.data<float>()[i] ==
          Approx(dropped ? gone : in * scale - gone).margin(1e-5));
    if (!dropped) CHECK(slope.data<float>()[i] == Approx(scale));
  }
}

}  // namespace cresset
