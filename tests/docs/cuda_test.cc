// The C++ of docs/cuda.md (tools/lint/examples.py compares).

#include "cresset/cuda/cuda.h"

#include "cresset/cresset.h"
#include "cresset/tests/catch.h"

using namespace cresset;

namespace {

void use() {
  // [use]
  const Device device = cuda::is_available() ? "cuda:0" : "cpu";
  nn::Linear model(784, 10);
  model.to(device);
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  const Tensor x = randn({64, 784}, {.device = device});
  const Tensor target = randint(10, {64}, {.device = device});
  const Tensor loss = cross_entropy(model(x), target);
  loss.backward();
  sgd.step();
  const double value = loss.item<double>();  // waits for the device
  // [/use]
  CHECK(value > 0);
}

void overlap() {
  // [overlap]
  const Tensor host = cuda::pin_memory(rand({64, 784}));
  const cuda::Stream copies;
  Tensor next;
  {
    const cuda::StreamGuard guard(copies);
    next = cuda::to_async(host, "cuda:0");  // beside what computes now
  }
  cuda::current_stream().wait_stream(copies);
  cuda::record_stream(next, cuda::current_stream());
  // [/overlap]
  CHECK(next.numel() == 64 * 784);
}

void graph() {
  nn::Linear model(784, 10);
  model.to("cuda:0");
  // [graph]
  const Tensor x = empty({64, 784}, {.device = "cuda:0"});
  Tensor y = model(x);  // once as it is: libraries are loaded, plans chosen
  cuda::Graph step;
  step.capture([&] { y = model(x); });
  for (int i = 0; i < 100; ++i) {
    x.copy_(rand({64, 784}));
    step.replay();  // y holds the result
  }
  // [/graph]
  CHECK(y.size(1) == 10);
}

void memory() {
  // [memory]
  const cuda::MemoryStats stats = cuda::memory_stats("cuda:0");
  const int64_t in_use = stats.allocated, held = stats.reserved;
  cuda::empty_cache();
  // [/memory]
  CHECK(held >= in_use);
}

void checkpoint() {
  nn::Linear model(784, 10);
  model.to("cuda:0");
  optim::Adam adam(model.parameters());
  sum(model(rand({2, 784}, {.device = "cuda:0"}))).backward();
  adam.step();
  save({{"model", model.state_dict()}, {"optimizer", adam.state_dict()}},
       "last.pth");
  // [checkpoint]
  const Value checkpoint = load("last.pth", {.map_location = "cuda:0"});
  model.load_state_dict(checkpoint["model"].as_state_dict());
  adam.load_state_dict(checkpoint["optimizer"]);
  // [/checkpoint]
  CHECK(adam.state(model.weight)["exp_avg"].as_tensor().device() ==
        Device("cuda:0"));
}

}  // namespace

TEST_CASE("docs/cuda.md", "[docs]") {
  use();
  if (!cuda::is_available()) return;
  overlap();
  graph();
  memory();
  checkpoint();
}
