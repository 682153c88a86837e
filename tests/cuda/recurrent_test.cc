// Recurrent layers: one product and one kernel a step.

#include "cresset/cuda/cuda.h"
#include "cresset/nn/rnn.h"
#include "cresset/tensor/core/autocast.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"

namespace cresset {
namespace {

using namespace testing;  // NOLINT

// Results and the gradients of everything, of a layer on x's device.
template <class Layer>
Tensors trained(Layer& layer, const Tensor& input, const Tensor& h,
                const Tensor& c) {
  layer.to(input.device());
  layer.zero_grad();
  const Tensor x = input.detach().requires_grad_();
  const nn::RNNOutput y = layer(x, h, c);
  Tensor loss = y.output.mul(y.output).sum().add(y.h.sum());
  if (y.c.defined()) loss = loss.add(y.c.mul(y.c).sum());
  loss.backward();
  Tensors all = {y.output.detach(), y.h.detach(), x.grad()};
  if (y.c.defined()) all.push_back(y.c.detach());
  for (const Tensor& p : layer.parameters()) all.push_back(p.grad().clone());
  return all;
}

template <class Layer>
void check_layer(Layer& layer, const Tensor& x, const Tensor& h = Tensor(),
                 const Tensor& c = Tensor()) {
  layer.to(Device());
  const Tensors wanted = trained(layer, x, h, c);
  const auto far = [](const Tensor& t) { return t.defined() ? t.to(kGpu) : t; };
  const Tensors got = trained(layer, far(x), far(h), far(c));
  REQUIRE(got.size() == wanted.size());
  const double tolerance = x.dtype() == float64 ? 1e-11 : 2e-4;
  for (size_t i = 0; i < got.size(); ++i) {
    INFO("result " << i);
    check_same(got[i].contiguous(), wanted[i].contiguous(), tolerance);
  }
}

}  // namespace

TEST_CASE("cuda recurrent layers: results and gradients", "[cuda][nn][grad]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({5, 3, 4});
  for (const nn::RNNOptions& options :
       {nn::RNNOptions{}, nn::RNNOptions{.num_layers = 2, .bias = false},
        nn::RNNOptions{.bidirectional = true}}) {
    CAPTURE(options.num_layers, options.bidirectional);
    nn::LSTM lstm(4, 6, options);
    check_layer(lstm, x);
    nn::GRU gru(4, 6, options);
    check_layer(gru, x);
    nn::RNN tanh(4, 6, options);
    check_layer(tanh, x);
    nn::RNNOptions relu_options = options;
    relu_options.nonlinearity = "relu";
    nn::RNN relu(4, 6, relu_options);
    check_layer(relu, x);
  }
}

TEST_CASE("cuda recurrent layers: states, single steps, other shapes",
          "[cuda][nn][grad]") {
  CRESSET_NEEDS_CUDA();
  const Tensor h = numbers({1, 3, 6}, float32, 2).mul(0.25);
  const Tensor c = numbers({1, 3, 6}, float32, 3).mul(0.25);
  nn::LSTM lstm(4, 6);
  check_layer(lstm, numbers({5, 3, 4}), h, c);
  check_layer(lstm, numbers({1, 3, 4}), h, c);
  check_layer(lstm, numbers({5, 4}));
  nn::GRU gru(4, 6);
  check_layer(gru, numbers({4, 3, 4}), h);
  nn::GRU back(4, 6, {.batch_first = true, .bidirectional = true});
  check_layer(back, numbers({3, 4, 4}));
  nn::LSTM projecting(4, 6, {.proj_size = 2});
  check_layer(projecting, numbers({4, 3, 4}));
  nn::LSTM wide(40, 70);
  check_layer(wide, numbers({3, 9, 40}).mul(0.1));
  nn::LSTM exact(4, 6);
  exact.to(float64);
  check_layer(exact, numbers({4, 3, 4}, float64));
}

TEST_CASE("cuda recurrent cells: as the layers' steps", "[cuda][nn]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({3, 4}), h = numbers({3, 6}, float32, 2).mul(0.25);
  const Tensor c = numbers({3, 6}, float32, 3).mul(0.25);
  nn::LSTMCell lstm(4, 6);
  nn::GRUCell gru(4, 6);
  nn::RNNCell tanh(4, 6), relu(4, 6, true, "relu");
  const auto run = [&](const Tensors& t) {
    const Device device = t[0].device();
    for (nn::Module* layer :
         {static_cast<nn::Module*>(&lstm), static_cast<nn::Module*>(&gru),
          static_cast<nn::Module*>(&tanh), static_cast<nn::Module*>(&relu)}) {
      layer->to(device);
    }
    const auto [new_h, new_c] = lstm.forward(t[0], t[1], t[2]);
    return Tensors{new_h.detach(),
                   new_c.detach(),
                   gru.forward(t[0], t[1]).detach(),
                   tanh.forward(t[0], t[1]).detach(),
                   relu.forward(t[0], t[1]).detach(),
                   gru.forward(t[0].select(0, 1)).detach()};
  };
  check_both({x, h, c}, run, 1e-5);
}

TEST_CASE("cuda recurrent layers: autocast runs them in 16 bits",
          "[cuda][nn][grad]") {
  CRESSET_NEEDS_CUDA();
  nn::LSTM lstm(8, 16);
  const Tensor x = numbers({6, 4, 8}).mul(0.25);
  const Tensor wanted = lstm(x).output.detach();
  lstm.to(kGpu);
  for (const Dtype dtype : {float16, bfloat16}) {
    CAPTURE(dtype);
    Tensor y;
    {
      const AutocastGuard autocast(DeviceType::kCuda, {.dtype = dtype});
      y = lstm(x.to(kGpu)).output;
    }
    CHECK(y.dtype() == dtype);
    CHECK(difference(y.detach().to(float32), wanted, 2e-2) == "");
    lstm.zero_grad();
    y.to(float32).sum().backward();
    for (const Tensor& p : lstm.parameters()) {
      CHECK(p.grad().dtype() == float32);
    }
  }
}

TEST_CASE("cuda recurrent layers: nothing waits, so a graph can hold a step",
          "[cuda][nn]") {
  CRESSET_NEEDS_CUDA();
  nn::GRU gru(4, 6, {.num_layers = 2, .dropout = 0.1});
  gru.to(kGpu);
  const Tensor x = numbers({5, 3, 4}).to(kGpu);
  Tensor loss;
  const auto step = [&] {
    gru.zero_grad();
    loss = gru(x).output.sum();
    loss.backward();
  };
  step();
  cuda::Graph graph;
  graph.capture(step);
  graph.replay();
  CHECK(std::isfinite(loss.item<double>()));
}

}  // namespace cresset
