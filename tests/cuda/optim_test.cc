// Optimizers on a device: their state, checkpoints, and steps in a graph.

#include "cresset/optim/optim.h"

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cresset/cuda/cuda.h"
#include "cresset/serialize/checkpoint.h"
#include "cresset/tensor/tensor.h"
#include "cresset/tests/cuda/compare.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

using optim::Optimizer;
using testing::difference;
using testing::kGpu;
using testing::numbers;

std::string temporary(const std::string& name) {
  const char* folder = std::getenv("TEST_TMPDIR");
  return std::string(folder == nullptr ? "/tmp" : folder) + "/" + name;
}

using Tensors = std::vector<Tensor>;
using Make = std::function<std::unique_ptr<Optimizer>(const Tensors&)>;

template <class O, class Options>
Make with(Options options) {
  return [=](const Tensors& params) -> std::unique_ptr<Optimizer> {
    return std::make_unique<O>(params, options);
  };
}

struct Kind {
  const char* name;
  Make make;
};

std::vector<Kind> kinds() {
  using namespace optim;
  return {
      {"SGD", with<SGD>(SGDOptions{.lr = 0.1, .momentum = 0.9})},
      {"Adam", with<Adam>(AdamOptions{.lr = 0.1})},
      {"Adam, amsgrad", with<Adam>(AdamOptions{
                            .lr = 0.1, .weight_decay = 0.1, .amsgrad = true})},
      {"AdamW", with<AdamW>(AdamWOptions{.lr = 0.1, .weight_decay = 0.1})},
      {"Adam, capturable",
       with<Adam>(AdamOptions{.lr = 0.1, .capturable = true})},
      {"AdamW, capturable",
       with<AdamW>(
           AdamWOptions{.lr = 0.1, .amsgrad = true, .capturable = true})},
      {"RMSprop", with<RMSprop>(RMSpropOptions{.lr = 0.1, .momentum = 0.5})},
      {"Adagrad", with<Adagrad>(AdagradOptions{.lr = 0.1, .lr_decay = 0.1})},
      {"Adadelta", with<Adadelta>(AdadeltaOptions{})},
      {"Adamax", with<Adamax>(AdamaxOptions{.lr = 0.1})},
      {"NAdam", with<NAdam>(NAdamOptions{.lr = 0.1})},
      {"RAdam", with<RAdam>(RAdamOptions{.lr = 0.1})},
      {"Rprop", with<Rprop>(RpropOptions{.lr = 0.1})},
      {"ASGD", with<ASGD>(ASGDOptions{.lr = 0.1})}};
}

Tensors parameters(Device device, Dtype dtype = float32) {
  Tensors params;
  for (const Shape& shape : {Shape{3, 4}, Shape{5000}, Shape{}}) {
    params.push_back(numbers(shape, dtype, 7).to(device).requires_grad_());
  }
  return params;
}

// Gradients that differ from step to step, and a step.
void take_steps(Optimizer& optimizer, const Tensors& params, int first,
                int last) {
  for (int step = first; step < last; ++step) {
    for (const Tensor& p : params) {
      p.set_grad(numbers(p.sizes(), p.dtype(), static_cast<uint64_t>(step))
                     .to(p.device()));
    }
    optimizer.step();
  }
}

void check_params(const Tensors& x, const Tensors& wanted, double tolerance) {
  for (size_t i = 0; i < x.size(); ++i) {
    INFO("parameter " << i);
    CHECK(x[i].device().is_cuda());
    CHECK(difference(x[i].detach(), wanted[i].detach().cpu(), tolerance) == "");
  }
}

// Calls f(key, tensor, parameter's tensor) for all of a state dict.
void for_state(
    const Value& state_dict,
    const std::function<void(const std::string&, const Tensor&)>& f) {
  for (const DictItem& parameter : state_dict["state"].items()) {
    for (const DictItem& item : parameter.value.items()) {
      if (item.value.is_tensor()) {
        f(item.key.as_str(), item.value.as_tensor());
      }
    }
  }
}

}  // namespace

TEST_CASE("cuda optim: every optimizer takes the CPU's steps",
          "[cuda][optim]") {
  CRESSET_NEEDS_CUDA();
  for (const Kind& kind : kinds()) {
    INFO(kind.name);
    const Tensors host = parameters("cpu"), gpu = parameters(kGpu);
    const auto a = kind.make(host), b = kind.make(gpu);
    take_steps(*a, host, 0, 4);
    take_steps(*b, gpu, 0, 4);
    check_params(gpu, host, 1e-5);
  }
}

TEST_CASE("cuda optim: state that is loaded follows the parameters",
          "[cuda][optim][format]") {
  CRESSET_NEEDS_CUDA();
  const std::string path = temporary("optimizer.pt");
  const Device far(DeviceType::kCuda, cuda::device_count() - 1);
  for (const Kind& kind : kinds()) {
    INFO(kind.name);
    // Without a checkpoint in between.
    const Tensors whole = parameters(far);
    const auto uninterrupted = kind.make(whole);
    take_steps(*uninterrupted, whole, 0, 5);

    for (const Device from : {Device(), kGpu}) {
      for (const Device map : {Device(), kGpu, far}) {
        INFO("from " << to_string(from) << " by " << to_string(map));
        const Tensors first = parameters(from);
        const auto saved = kind.make(first);
        take_steps(*saved, first, 0, 3);
        save({{"optimizer", saved->state_dict()},
              {"params", Value::list({first[0].detach(), first[1].detach(),
                                      first[2].detach()})}},
             path);

        const Value checkpoint = load(path, {.map_location = map});
        const Tensors second = parameters(far);
        {
          const NoGradGuard no_grad;
          for (size_t i = 0; i < second.size(); ++i) {
            second[i].copy_(checkpoint["params"][i].as_tensor());
          }
        }
        const auto resumed = kind.make(second);
        resumed->load_state_dict(checkpoint["optimizer"]);
        const bool counts_there =
            optim::counts_on_device(resumed->param_groups[0]);
        for_state(resumed->state_dict(),
                  [&](const std::string& key, const Tensor& x) {
                    INFO(key);
                    CHECK(x.dtype() == float32);
                    CHECK(x.device() ==
                          (key == "step" && !counts_there ? Device() : far));
                  });
        take_steps(*resumed, second, 3, 5);
        check_params(second, whole, from.is_cpu() ? 1e-5 : 0);
        // The same state as if nothing had been loaded.
        if (from.is_cpu()) continue;
        const Value x = resumed->state_dict(), y = uninterrupted->state_dict();
        CHECK(x["param_groups"] == y["param_groups"]);
        for (int64_t i = 0; i < 3; ++i) {
          CHECK(x["state"][i].get("step") == y["state"][i].get("step"));
        }
      }
    }
  }
}

TEST_CASE("cuda optim: state of a GPU goes to parameters of the CPU",
          "[cuda][optim]") {
  CRESSET_NEEDS_CUDA();
  for (const Kind& kind : kinds()) {
    INFO(kind.name);
    const Tensors gpu = parameters(kGpu), host = parameters("cpu");
    const auto a = kind.make(gpu), b = kind.make(host);
    take_steps(*a, gpu, 0, 3);
    b->load_state_dict(a->state_dict());
    for_state(b->state_dict(), [](const std::string&, const Tensor& x) {
      CHECK(x.device() == Device());
    });
    {
      const NoGradGuard no_grad;
      for (size_t i = 0; i < host.size(); ++i) host[i].copy_(gpu[i]);
    }
    take_steps(*a, gpu, 3, 5);
    take_steps(*b, host, 3, 5);
    check_params(gpu, host, 1e-5);
  }
}

TEST_CASE("cuda optim: counts of old files, and of fused optimizers",
          "[cuda][optim]") {
  CRESSET_NEEDS_CUDA();
  const Tensors params = parameters(kGpu);
  optim::Adam adam(params, {.lr = 0.1});
  take_steps(adam, params, 0, 2);
  Value state = adam.state_dict();
  // PyTorch before 1.12.
  for (int64_t i = 0; i < 3; ++i) state["state"][i]["step"] = 2;
  adam.load_state_dict(state);
  take_steps(adam, params, 2, 3);
  CHECK(adam.state(params[0])["step"].as_tensor().item<double>() == 3);
  CHECK(adam.state(params[0])["step"].as_tensor().device() == Device());
  // PyTorch's fused=True keeps the count on the device, as of float32.
  state = adam.state_dict();
  state["param_groups"][0]["fused"] = true;
  adam.load_state_dict(state);
  CHECK(adam.state(params[1])["step"].as_tensor().device() == kGpu);
  take_steps(adam, params, 3, 4);
  const Tensor count = adam.state(params[1])["step"].as_tensor();
  CHECK(count.device() == kGpu);
  CHECK(count.item<double>() == 4);

  const Tensors whole = parameters(kGpu);
  optim::Adam other(whole, {.lr = 0.1});
  take_steps(other, whole, 0, 4);
  check_params(params, whole, 1e-6);
}

TEST_CASE("cuda optim: a captured step of Adam counts on",
          "[cuda][optim][graph]") {
  CRESSET_NEEDS_CUDA();
  using optim::Adam;
  using optim::AdamW;
  const std::vector<Kind> cases = {
      {"Adam", with<Adam>(optim::AdamOptions{.lr = 0.1, .capturable = true})},
      {"amsgrad", with<Adam>(optim::AdamOptions{.lr = 0.1,
                                                .weight_decay = 0.1,
                                                .amsgrad = true,
                                                .maximize = true,
                                                .capturable = true})},
      {"AdamW",
       with<AdamW>(optim::AdamWOptions{.lr = 0.1, .capturable = true})}};
  for (const Kind& kind : cases) {
    for (const Dtype dtype : {float32, float64, bfloat16}) {
      INFO(kind.name << " " << to_string(dtype));
      const Tensors eager = parameters(kGpu, dtype);
      const Tensors graphed = parameters(kGpu, dtype);
      const auto a = kind.make(eager), b = kind.make(graphed);
      take_steps(*a, eager, 0, 2);
      take_steps(*b, graphed, 0, 2);

      cuda::Graph graph;
      Tensors gradients;
      for (const Tensor& p : graphed) {
        gradients.push_back(p.grad());
      }
      graph.capture([&] { b->step(); });
      for (int step = 2; step < 7; ++step) {
        take_steps(*a, eager, step, step + 1);
        for (const Tensor& g : gradients) {
          g.copy_(numbers(g.sizes(), dtype, static_cast<uint64_t>(step)));
        }
        graph.replay();
        check_params(graphed, eager, 0);
      }
      for (size_t i = 0; i < eager.size(); ++i) {
        CHECK(b->state(graphed[i])["step"].as_tensor().item<double>() == 7);
        CHECK(b->state(graphed[i])["step"] == a->state(eager[i])["step"]);
      }
    }
  }
}

TEST_CASE("cuda optim: a whole training step with Adam in a graph",
          "[cuda][optim][graph]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({8, 5}).to(kGpu), y = numbers({8, 3}).to(kGpu);
  const auto train = [&](bool in_graph) {
    const Tensor w = numbers({5, 3}, float32, 3).to(kGpu).requires_grad_();
    const Tensor b = zeros({3}, {.dtype = float32, .device = kGpu});
    b.requires_grad_();
    optim::Adam adam({w, b}, {.lr = 0.05, .capturable = true});
    const Tensor input = x.clone();
    Values losses;
    Tensor loss;
    const auto step = [&] {
      adam.zero_grad();
      loss = mean(square(matmul(input, w) + b - y));
      loss.backward();
      adam.step();
    };
    cuda::Graph graph;
    for (int i = 0; i < 8; ++i) {
      input.copy_(x * (1 + 0.1 * (i % 3)));
      if (in_graph && i == 2) graph.capture(step);
      if (in_graph && i >= 2) {
        graph.replay();
      } else {
        step();
      }
      losses.push_back(loss.item<double>());
    }
    losses.push_back(sum(w.detach()).item<double>());
    return losses;
  };
  const Values eager = train(false);
  CHECK(train(true) == eager);
  CHECK(eager[6] < eager[0]);
}

TEST_CASE("cuda optim: a step that the host counts cannot be captured",
          "[cuda][optim][graph][error]") {
  CRESSET_NEEDS_CUDA();
  const Tensors params = parameters(kGpu);
  optim::Adam adam(params, {.lr = 0.1});
  take_steps(adam, params, 0, 1);
  cuda::Graph graph;
  CHECK_ERROR(graph.capture([&] { adam.step(); }), kState, "capturable = true");
  optim::SGD sgd(params, {.lr = 0.1});
  CHECK_NOTHROW(graph.capture([&] { sgd.step(); }));
}

TEST_CASE("cuda optim: GradScaler goes on from a checkpoint",
          "[cuda][optim][amp][format]") {
  CRESSET_NEEDS_CUDA();
  const std::string path = temporary("scaler.pt");
  const auto train = [&](bool stop) {
    Tensors params = parameters(kGpu);
    auto sgd = std::make_unique<optim::SGD>(
        params, optim::SGDOptions{.lr = 0.01, .momentum = 0.9});
    optim::GradScaler scaler({.init_scale = 1024, .growth_interval = 2});
    for (int i = 0; i < 6; ++i) {
      if (stop && i == 3) {
        save({{"scaler", scaler.state_dict()},
              {"sgd", sgd->state_dict()},
              {"p", Value::list({params[0].detach(), params[1].detach(),
                                 params[2].detach()})}},
             path);
        const Value saved = load(path, {.map_location = kGpu});
        params.clear();
        for (const Value& p : saved["p"]) {
          params.push_back(p.as_tensor().requires_grad_());
        }
        sgd =
            std::make_unique<optim::SGD>(params, optim::SGDOptions{.lr = 0.01});
        sgd->load_state_dict(saved["sgd"]);
        scaler = optim::GradScaler();
        scaler.load_state_dict(saved["scaler"]);
      }
      sgd->zero_grad();
      Tensor loss = sum(params[0] * params[0]) + sum(params[1] * params[1]);
      if (i == 4) loss = loss * 1e38;
      scaler.scale(loss).backward();
      scaler.step(*sgd);
      scaler.update();
    }
    Values result = list(params[0].detach().cpu());
    result.push_back(scaler.get_scale());
    return result;
  };
  const Values whole = train(false);
  CHECK(train(true) == whole);
  CHECK(whole.back() == 2048);
}

}  // namespace cresset
