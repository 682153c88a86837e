#include "cresset/tensor/ops/loss.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tensor/ops/scan.h"
#include "cresset/tensor/ops/softmax.h"
#include "cresset/tests/bench/bench.h"

namespace cresset::bench {
namespace {

void add_row(Rows& rows, std::string name, Shape shape, double bytes,
             std::function<void(const Tensor&)> f) {
  rows.add(std::move(name), [=] {
    const Tensor x = randn(shape);
    return Case{[=] { f(x); }, bytes * static_cast<double>(x.numel()), "GB/s"};
  });
}

void add_whole(Rows& rows) {
  const Shape shape{10'000'000};
  add_row(rows, "red.sum.10M", shape, 4, [](auto& x) { sum(x); });
  add_row(rows, "red.mean.10M", shape, 4, [](auto& x) { mean(x); });
  add_row(rows, "red.max.10M", shape, 4, [](auto& x) { max(x); });
  add_row(rows, "red.argmax.10M", shape, 4, [](auto& x) { argmax(x); });
  add_row(rows, "red.std.10M", shape, 4, [](auto& x) { std(x); });
  add_row(rows, "red.norm.10M", shape, 4, [](auto& x) { norm(x); });
  add_row(rows, "red.prod.10M", shape, 4, [](auto& x) { prod(x); });
}

void add_along(Rows& rows, int64_t d) {
  const Shape shape{4096, 1024};
  const auto name = [d](const char* op) {
    return std::string("red.") + op + ".4096x1024.dim" + std::to_string(d);
  };
  add_row(rows, name("sum"), shape, 4, [d](auto& x) { sum(x, d); });
  add_row(rows, name("mean"), shape, 4, [d](auto& x) { mean(x, d); });
  add_row(rows, name("max"), shape, 4, [d](auto& x) { max(x, d); });
  add_row(rows, name("argmax"), shape, 4, [d](auto& x) { argmax(x, d); });
  add_row(rows, name("var"), shape, 4, [d](auto& x) { var(x, d); });
  add_row(rows, name("logsumexp"), shape, 4, [d](auto& x) { logsumexp(x, d); });
  add_row(rows, name("cumsum"), shape, 4, [d](auto& x) { cumsum(x, d); });
}

void add_classes(Rows& rows, int64_t n, int64_t c) {
  const std::string size = join({n, c});
  add_row(rows, "softmax." + size, {n, c}, 8, [](auto& x) { softmax(x, 1); });
  add_row(rows, "log_softmax." + size, {n, c}, 8,
          [](auto& x) { log_softmax(x, 1); });
  rows.add("cross_entropy." + size + ".fwdbwd", [=] {
    const Tensor x = randn({n, c}, {.requires_grad = true});
    const Tensor t = randint(0, c, {n});
    return Case{[=] {
      x.set_grad(Tensor());
      cross_entropy(x, t).backward();
    }};
  });
}

}  // namespace

void add_reduce_rows(Rows& rows) {
  add_whole(rows);
  for (int64_t d : {0, 1}) add_along(rows, d);
  add_row(rows, "red.sum.8x64x112x112.dim023", {8, 64, 112, 112}, 4,
          [](auto& x) {
            sum(x, {0, 2, 3});
          });
  add_row(rows, "red.sum.1k", {1000}, 4, [](auto& x) { sum(x); });
  add_row(rows, "red.max.1k", {1000}, 4, [](auto& x) { max(x); });
  add_classes(rows, 64, 10);
  add_classes(rows, 128, 1000);
  add_classes(rows, 4096, 128);
  add_classes(rows, 256, 32000);
}

}  // namespace cresset::bench
