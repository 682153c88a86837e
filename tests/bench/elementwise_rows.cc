#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/dropout.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/bench/bench.h"

namespace cresset::bench {
namespace {

using Unary = Tensor (*)(const Tensor&);
using Binary = Tensor (*)(const Tensor&, const Tensor&);

constexpr const char* kNew = "new tensor";

// Rows of `n` elements; `arrays` counts what one call reads and writes.
class Elementwise {
 public:
  Elementwise(Rows& rows, int64_t n, std::string tag)
      : rows_(rows), n_(n), tag_(std::move(tag)) {}

  void one(const char* op, Unary f) {
    add(op, 2, kNew, [f](const Tensor& x, const Tensor&) {
      const Tensor positive = abs(x);
      return [=] { f(positive); };
    });
  }
  void two(const char* op, Binary f) {
    add(op, 3, kNew,
        [f](const Tensor& x, const Tensor& y) { return [=] { f(x, y); }; });
  }
  // `make(x, y)` gives the function that is timed.
  void add(
      const char* op, double arrays, const char* note,
      std::function<std::function<void()>(const Tensor&, const Tensor&)> make) {
    rows_.add(std::string("elem.") + op + "." + tag_,
              [n = n_, arrays, note, make = std::move(make)] {
                const Tensor x = randn({n}), y = randn({n});
                return Case{make(x, y), 4 * arrays * static_cast<double>(n),
                            "GB/s", note};
              });
  }

 private:
  Rows& rows_;
  int64_t n_;
  std::string tag_;
};

void add_size(Rows& rows, int64_t n, const std::string& tag) {
  Elementwise e(rows, n, tag);
  e.add("add_", 3, "in place", [](const Tensor& x, const Tensor&) {
    // The values must not run off to infinity.
    const Tensor total = zeros_like(x), tiny = full_like(x, 1e-6);
    return [=] { add_(total, tiny); };
  });
  e.two("add", [](const Tensor& x, const Tensor& y) { return x + y; });
  e.two("mul", [](const Tensor& x, const Tensor& y) { return x * y; });
  e.two("div", [](const Tensor& x, const Tensor& y) { return x / y; });
  e.two("maximum", maximum);
  e.add("add_scalar", 2, kNew,
        [](const Tensor& x, const Tensor&) { return [=] { x + 1.5; }; });
  e.one("relu", relu);
  e.one("exp", exp);
  e.one("tanh", tanh);
  e.one("sigmoid", sigmoid);
  e.one("sqrt", sqrt);
  e.one("log", log);
  e.one("gelu", [](const Tensor& x) { return gelu(x); });
  e.one("gelu_tanh", [](const Tensor& x) { return gelu(x, "tanh"); });
  e.add("copy_", 2, "",
        [](const Tensor& x, const Tensor& y) { return [=] { y.copy_(x); }; });
  e.one("clone", [](const Tensor& x) { return x.clone(); });
  e.add("zeros", 1, kNew,
        [n](const Tensor&, const Tensor&) { return [=] { zeros({n}); }; });
  e.add("randn", 1, kNew,
        [n](const Tensor&, const Tensor&) { return [=] { randn({n}); }; });
  e.add("dropout", 2, "train", [](const Tensor& x, const Tensor&) {
    return [=] { dropout(x, 0.5, true); };
  });
  e.add("to_half", 1.5, "",
        [](const Tensor& x, const Tensor&) { return [=] { x.to(float16); }; });
  e.add("to_bf16", 1.5, "",
        [](const Tensor& x, const Tensor&) { return [=] { x.to(bfloat16); }; });
  e.add("chain5", 3, "5 ops", [](const Tensor& x, const Tensor& y) {
    return [=] { relu((x * y + 1.0) * y - x); };
  });
}

}  // namespace

void add_elementwise_rows(Rows& rows) {
  add_size(rows, 10'000'000, "10M");
  add_size(rows, 1'000'000, "1M");
  add_size(rows, 1000, "1k");
  rows.add("elem.add_bcast.512x1024x16", [] {
    const Tensor x = randn({512, 1024, 16}), b = randn({1024, 1});
    return Case{[=] { x + b; }, 8.0 * static_cast<double>(x.numel()), "GB/s",
                kNew};
  });
}

}  // namespace cresset::bench
