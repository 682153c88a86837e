// Times Cresset on a GPU; torch_bench.py has the same rows of PyTorch, and
// tools/gpu/check puts the two side by side.
//
//   bench [--device cuda:0] [--samples 20] [--grep TEXT] [--dir FOLDER]
//
// Prints  name<TAB>median seconds<TAB>peak bytes<TAB>note  for every row. Times
// are of the device, between two events around as many calls as take 2 ms;
// those of rows that wait for the host are of the host's clock.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cresset/cresset.h"
#include "cresset/cuda/cuda.h"
#include "cresset/nn/models/models.h"

namespace cresset::gpu_bench {
namespace {

using Body = std::function<void()>;

struct Options {
  Device device = Device("cuda:0");
  int samples = 20;
  std::string grep;
  std::string folder = "/tmp";
};

struct Row {
  std::string name;
  std::function<Body()> make;
  bool on_host = false;  // time the host's clock, one call a sample
};

double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const size_t n = times.size();
  return n % 2 == 1 ? times[n / 2] : (times[n / 2 - 1] + times[n / 2]) / 2;
}

double host_seconds(const Body& body, Device device) {
  cuda::synchronize(device);
  const auto start = std::chrono::steady_clock::now();
  body();
  cuda::synchronize(device);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

double device_seconds(const Body& body, int calls) {
  cuda::Event start(true), end(true);
  start.record();
  for (int i = 0; i < calls; ++i) body();
  end.record();
  end.synchronize();
  return start.elapsed_time(end) / 1000 / calls;
}

void run(const Row& row, const Options& options) {
  const Body body = row.make();
  for (int i = 0; i < 5; ++i) body();
  cuda::synchronize(options.device);
  cuda::reset_peak_memory_stats(options.device);
  const double once = host_seconds(body, options.device);
  const int calls =
      row.on_host ? 1 : std::clamp(static_cast<int>(0.002 / once), 1, 2000);
  std::vector<double> times;
  for (int i = 0; i < options.samples; ++i) {
    times.push_back(row.on_host ? host_seconds(body, options.device)
                                : device_seconds(body, calls));
  }
  std::printf("%s\t%.9g\t%lld\t%d calls a sample\n", row.name.c_str(),
              median(times),
              static_cast<long long>(cuda::max_memory_allocated(options.device)),
              calls);
  std::fflush(stdout);
}

// LeNet of PyTorch's first tutorial on 28 x 28 images.
class LeNet : public nn::Module {
 public:
  Tensor forward(const Tensor& input) override {
    Tensor x = max_pool2d(relu(conv1(input)), 2);
    x = flatten(max_pool2d(relu(conv2(x)), 2), 1);
    return fc3(relu(fc2(relu(fc1(x)))));
  }

  nn::Conv2d conv1{module("conv1", nn::Conv2d(1, 6, 5))};
  nn::Conv2d conv2{module("conv2", nn::Conv2d(6, 16, 5))};
  nn::Linear fc1{module("fc1", nn::Linear(256, 120))};
  nn::Linear fc2{module("fc2", nn::Linear(120, 84))};
  nn::Linear fc3{module("fc3", nn::Linear(84, 10))};
};

// A training step: forward, loss, backward, SGD with momentum. `amp` computes
// in bfloat16.
Body training(std::shared_ptr<nn::Module> model, Tensor x, Tensor target,
              bool amp) {
  model->to(x.device());
  auto optimizer = std::make_shared<optim::SGD>(
      model->parameters(), optim::SGDOptions{.lr = 0.001, .momentum = 0.9});
  return [=] {
    optimizer->zero_grad();
    Tensor loss;
    {
      const AutocastGuard autocast(DeviceType::kCuda,
                                   {.dtype = bfloat16, .enabled = amp});
      Tensor y = (*model)(x);
      if (y.dim() == 3) y = flatten(y, 0, 1);
      loss = cross_entropy(y, target);
    }
    loss.backward();
    optimizer->step();
  };
}

Body image_training(std::shared_ptr<nn::Module> model, IntSpan input,
                    Device device, bool amp = false) {
  const Tensor x = randn(input).to(device);
  const Tensor target = randint(0, 10, {input[0]}).to(device);
  return training(std::move(model), x, target, amp);
}

// The body as a graph that is captured once.
Body graphed(const Body& body, Device device) {
  for (int i = 0; i < 3; ++i) body();
  auto graph = std::make_shared<cuda::Graph>();
  graph->capture(body, device);
  return [graph] { graph->replay(); };
}

Body inference(std::shared_ptr<nn::Module> model, IntSpan input,
               Device device) {
  model->to(device);
  model->eval();
  const Tensor x = randn(input).to(device);
  return [=] {
    const NoGradGuard no_grad;
    (*model)(x);
  };
}

std::vector<Row> rows_of(const Options& options) {
  const Device device = options.device;
  std::vector<Row> rows;
  const auto add = [&](const char* name, std::function<Body()> make,
                       bool on_host = false) {
    rows.push_back({name, std::move(make), on_host});
  };
  const Shape images = {64, 3, 224, 224};
  const auto with_tf32 = [](bool allow, Body body) -> Body {
    return [=] {
      cuda::set_matmul_allow_tf32(allow);
      cuda::set_cudnn_allow_tf32(allow);
      body();
    };
  };

  add("train.lenet.b64", [=] {
    return image_training(std::make_shared<LeNet>(), {64, 1, 28, 28}, device);
  });
  add("train.lenet.b64.graph", [=] {
    return graphed(
        image_training(std::make_shared<LeNet>(), {64, 1, 28, 28}, device),
        device);
  });
  const std::pair<const char*, std::function<std::shared_ptr<nn::Module>()>>
      nets[] = {{"resnet18",
                 [] {
                   return std::make_shared<nn::models::ResNet>(
                       nn::models::resnet18());
                 }},
                {"resnet50", [] {
                   return std::make_shared<nn::models::ResNet>(
                       nn::models::resnet50());
                 }}};
  for (const auto& [name, make] : nets) {
    const std::string base = std::string("train.") + name + ".b64";
    rows.push_back({base + ".float32", [=, make = make] {
                      return with_tf32(false,
                                       image_training(make(), images, device));
                    }});
    rows.push_back({base + ".tf32", [=, make = make] {
                      return with_tf32(true,
                                       image_training(make(), images, device));
                    }});
    rows.push_back(
        {base + ".bfloat16", [=, make = make] {
           return with_tf32(true, image_training(make(), images, device, true));
         }});
  }
  for (const int64_t batch : {1, 32}) {
    rows.push_back({"infer.vgg16.b" + std::to_string(batch), [=] {
                      return with_tf32(
                          true, inference(std::make_shared<nn::models::VGG>(
                                              nn::models::vgg16()),
                                          {batch, 3, 224, 224}, device));
                    }});
  }
  add("train.transformer.b32.tf32", [=] {
    auto model = std::make_shared<nn::TransformerEncoder>(
        512, 8, 6, nn::TransformerLayerOptions{.batch_first = true});
    const Tensor x = randn({32, 128, 512}).to(device);
    const Tensor target = randint(0, 512, {32 * 128}).to(device);
    return with_tf32(true, training(model, x, target, false));
  });

  // 256 MiB a tensor.
  const int64_t n = int64_t{64} << 20;
  add("elem.copy.256MiB", [=] {
    const Tensor x = ones({n}).to(device), y = empty_like(x);
    return Body([=] { y.copy_(x); });
  });
  add("elem.add.256MiB", [=] {
    const Tensor a = ones({n}).to(device), b = a.clone();
    return Body([=] { cresset::add(a, b); });
  });
  add("elem.gelu.256MiB", [=] {
    const Tensor a = ones({n}).to(device);
    return Body([=] { gelu(a); });
  });
  add("elem.add_bias.256MiB", [=] {
    const Tensor a = ones({n / 1024, 1024}).to(device);
    const Tensor b = ones({1024}).to(device);
    return Body([=] { cresset::add(a, b); });
  });
  add("reduce.sum.256MiB", [=] {
    const Tensor a = ones({n}).to(device);
    return Body([=] { sum(a); });
  });
  add("reduce.sum_rows.256MiB", [=] {
    const Tensor a = ones({n / 1024, 1024}).to(device);
    return Body([=] { sum(a, 1); });
  });
  add("reduce.sum_columns.256MiB", [=] {
    const Tensor a = ones({n / 1024, 1024}).to(device);
    return Body([=] { sum(a, 0); });
  });
  add("softmax.rows.256MiB", [=] {
    const Tensor a = ones({n / 1024, 1024}).to(device);
    return Body([=] { softmax(a, 1); });
  });
  add("overhead.add.1000", [=] {
    const Tensor a = ones({1000}).to(device), b = a.clone();
    return Body([=] { cresset::add(a, b); });
  });
  const std::string path = options.folder + "/cresset_gpu_bench.pth";
  add(
      "io.load_to_device.528MB",
      [=] {
        save(nn::models::vgg16().state_dict(), path);
        return Body(
            [=] { load(path, {.map_location = device, .verify = false}); });
      },
      true);
  return rows;
}

int run_all(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--device") options.device = Device(value);
    if (name == "--samples") options.samples = std::atoi(value.c_str());
    if (name == "--grep") options.grep = value;
    if (name == "--dir") options.folder = value;
  }
  cuda::set_device(options.device);
  int failed = 0;
  for (const Row& row : rows_of(options)) {
    if (row.name.find(options.grep) == std::string::npos) continue;
    try {
      run(row, options);
    } catch (const std::exception& error) {
      std::printf("%s\tnan\t0\t%s\n", row.name.c_str(), error.what());
      ++failed;
    }
    cuda::empty_cache();
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace cresset::gpu_bench

int main(int argc, char** argv) {
  try {
    return cresset::gpu_bench::run_all(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 2;
  }
}
