#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/conv.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/bench/bench.h"

namespace cresset::bench {
namespace {

struct Layer {
  const char* tag;
  int64_t n, in, out, size, kernel;
  int64_t stride = 1;
  int64_t groups = 1;
};

// The first layer of a network gives no gradient to its image.
bool first_layer(const Layer& l) { return l.in <= 3; }

int64_t output_size(const Layer& l) {
  return (l.size + 2 * (l.kernel / 2) - l.kernel) / l.stride + 1;
}

double forward_flops(const Layer& l) {
  const auto ho = static_cast<double>(output_size(l));
  return 2.0 * static_cast<double>(l.n * l.out) *
         static_cast<double>(l.in / l.groups) *
         static_cast<double>(l.kernel * l.kernel) * ho * ho;
}

ConvOptions options(const Layer& l) {
  return {.stride = l.stride, .padding = l.kernel / 2, .groups = l.groups};
}

void add_layer(Rows& rows, const Layer& l) {
  const std::string name = std::string("conv.") + l.tag + ".b" +
                           std::to_string(l.n) + "." + std::to_string(l.in) +
                           "-" + std::to_string(l.out) + "@" +
                           std::to_string(l.size);
  const Shape weight{l.out, l.in / l.groups, l.kernel, l.kernel};
  const double work = forward_flops(l);
  rows.add(name + ".fwd", [=] {
    const Tensor x = randn({l.n, l.in, l.size, l.size});
    const Tensor w = randn(weight) * 0.05, b = randn({l.out});
    return Case{[=] { conv2d(x, w, b, options(l)); }, work};
  });
  rows.add(name + ".fwdbwd", [=] {
    const Tensor x = randn({l.n, l.in, l.size, l.size});
    const Tensor w = randn(weight) * 0.05, b = randn({l.out});
    const Tensor g = randn({l.n, l.out, output_size(l), output_size(l)});
    x.requires_grad_(!first_layer(l));
    w.requires_grad_();
    b.requires_grad_();
    return Case{[=] {
                  for (const Tensor& t : {x, w, b}) t.set_grad(Tensor());
                  conv2d(x, w, b, options(l)).backward(g);
                },
                work * (first_layer(l) ? 2 : 3)};
  });
}

}  // namespace

void add_conv_rows(Rows& rows) {
  for (int64_t n : {1, 8}) {
    for (const auto& [in, out, size] : {std::tuple{3, 64, 224},
                                        {64, 64, 224},
                                        {64, 128, 112},
                                        {128, 128, 112},
                                        {128, 256, 56},
                                        {256, 256, 56},
                                        {256, 512, 28},
                                        {512, 512, 28},
                                        {512, 512, 14}}) {
      add_layer(rows, {"3x3", n, in, out, size, 3});
    }
    for (const auto& [in, out, size] : {std::tuple{64, 256, 56},
                                        {256, 64, 56},
                                        {512, 128, 28},
                                        {256, 1024, 14},
                                        {1024, 256, 14},
                                        {2048, 512, 7}}) {
      add_layer(rows, {"1x1", n, in, out, size, 1});
    }
    add_layer(rows, {"7x7s2", n, 3, 64, 224, 7, 2});
    add_layer(rows, {"3x3s2", n, 128, 128, 56, 3, 2});
    for (const auto& [c, size] :
         {std::pair{32, 112}, {144, 56}, {384, 14}, {960, 7}}) {
      add_layer(rows, {"dw3x3", n, c, c, size, 3, 1, c});
    }
  }
  add_layer(rows, {"5x5", 64, 1, 6, 28, 5});
  add_layer(rows, {"5x5", 64, 6, 16, 12, 5});
}

}  // namespace cresset::bench
