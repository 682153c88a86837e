#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/embedding.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/norm.h"
#include "cresset/tensor/ops/pool.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/bench/bench.h"

namespace cresset::bench {
namespace {

using Tensors = std::vector<Tensor>;
using Layer = std::function<Tensor(const Tensors&)>;

// Rows .fwd and .fwdbwd of layer({x, parameters...}).
void add_pair(Rows& rows, const std::string& name, double bytes,
              std::function<Tensors()> make_data, const Layer& layer) {
  rows.add(name + ".fwd", [=] {
    const Tensors data = make_data();
    return Case{[=] { layer(data); },
                bytes * static_cast<double>(data[0].numel()), "GB/s"};
  });
  rows.add(name + ".fwdbwd", [=] {
    const Tensors data = make_data();
    for (const Tensor& t : data) t.requires_grad_();
    const Tensor g = randn(layer(data).sizes());
    return Case{[=] {
      for (const Tensor& t : data) t.set_grad(Tensor());
      layer(data).backward(g);
    }};
  });
}

void add_layer_norm(Rows& rows, int64_t n, int64_t c) {
  add_pair(
      rows, "layer_norm." + join({n, c}), 8,
      [=] {
        return Tensors{randn({n, c}), ones({c}), zeros({c})};
      },
      [c](const Tensors& t) { return layer_norm(t[0], {c}, t[1], t[2]); });
}

void add_batch_norm(Rows& rows, const Shape& shape) {
  const int64_t c = shape[1];
  const std::string name =
      "batch_norm." + join({shape.begin(), shape.end()}) + ".";
  const auto data = [=] {
    return Tensors{randn(shape), ones({c}), zeros({c})};
  };
  const Tensor mean = zeros({c}), var = ones({c});
  add_pair(rows, name + "train", 8, data, [=](const Tensors& t) {
    return batch_norm(t[0], mean, var, t[1], t[2], {.training = true});
  });
  rows.add(name + "eval.fwd", [=] {
    const Tensors t = data();
    const Tensor m = zeros({c}), v = ones({c});
    return Case{[=] { batch_norm(t[0], m, v, t[1], t[2]); },
                8.0 * static_cast<double>(t[0].numel()), "GB/s"};
  });
}

void add_max_pool(Rows& rows, const Shape& shape) {
  add_pair(
      rows, "maxpool2." + join({shape.begin(), shape.end()}), 5,
      [=] { return Tensors{randn(shape)}; },
      [](const Tensors& t) { return max_pool2d(t[0], 2); });
}

}  // namespace

void add_layer_rows(Rows& rows) {
  add_layer_norm(rows, 1024, 256);
  add_layer_norm(rows, 1024, 1024);
  add_layer_norm(rows, 8192, 768);
  add_batch_norm(rows, {8, 64, 112, 112});
  add_batch_norm(rows, {16, 64, 16, 16});
  add_batch_norm(rows, {16, 512, 7, 7});
  add_max_pool(rows, {8, 64, 224, 224});
  add_max_pool(rows, {64, 6, 28, 28});
  rows.add("avgpool_global.8x2048x7x7", [] {
    const Tensor x = randn({8, 2048, 7, 7});
    return Case{[=] { adaptive_avg_pool2d(x, 1); },
                4.0 * static_cast<double>(x.numel()), "GB/s"};
  });
  rows.add("embedding.30000x256.8x128.fwd", [] {
    const Tensor w = randn({30000, 256}), i = randint(0, 30000, {8, 128});
    return Case{[=] { embedding(i, w); }, 8.0 * 1024 * 256, "GB/s"};
  });
  rows.add("embedding.30000x256.8x128.fwdbwd", [] {
    const Tensor w = randn({30000, 256}, {.requires_grad = true});
    const Tensor i = randint(0, 30000, {8, 128}), g = randn({8, 128, 256});
    return Case{[=] {
      w.set_grad(Tensor());
      embedding(i, w).backward(g);
    }};
  });
}

}  // namespace cresset::bench
