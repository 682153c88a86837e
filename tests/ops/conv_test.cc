#include "cresset/tensor/ops/conv.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

// One output element by the definition, for operands on the host.
double naive_element(const Tensor& x, const Tensor& w, const ConvOptions& o,
                     int64_t n, int64_t c, int64_t i, int64_t j) {
  const Shape stride = o.stride.expanded(2, {}, "", ""),
              padding = o.padding.expanded(2, {}, "", ""),
              dilation = o.dilation.expanded(2, {}, "", "");
  const int64_t per_group = w.size(1);
  const int64_t first = c / (w.size(0) / o.groups) * per_group;
  double sum = 0;
  for (int64_t k = 0; k < per_group; ++k) {
    for (int64_t a = 0; a < w.size(2); ++a) {
      for (int64_t b = 0; b < w.size(3); ++b) {
        const int64_t h = i * stride[0] + a * dilation[0] - padding[0];
        const int64_t v = j * stride[1] + b * dilation[1] - padding[1];
        if (h < 0 || v < 0 || h >= x.size(2) || v >= x.size(3)) continue;
        sum +=
            x.data<double>()[((n * x.size(1) + first + k) * x.size(2) + h) *
                                 x.size(3) +
                             v] *
            w.data<double>()[((c * per_group + k) * w.size(2) + a) * w.size(3) +
                             b];
      }
    }
  }
  return sum;
}

struct Case {
  Shape x, w;
  ConvOptions options;
};

const Case kCases[] = {
    {{2, 3, 7, 8}, {4, 3, 3, 3}, {.padding = 1}},
    {{1, 4, 9, 6}, {6, 2, 3, 2}, {.stride = {2, 1}, .groups = 2}},
    {{2, 2, 8, 8}, {4, 1, 3, 3}, {.padding = 2, .dilation = 2, .groups = 2}},
    {{2, 16, 6, 6}, {16, 16, 3, 3}, {.padding = 1}},
    {{2, 20, 5, 5}, {8, 20, 1, 1}, {}},
    {{1, 1, 12, 12}, {6, 1, 5, 5}, {}},
    {{1, 3, 5, 5}, {2, 3, 3, 3}, {.stride = 3, .padding = 1}},
};

TEST_CASE("conv2d: agrees with the definition", "[ops]") {
  for (const Case& c : kCases) {
    CAPTURE(to_string(c.x), to_string(c.w));
    const Tensor x = random_input(c.x, 1).detach();
    const Tensor w = random_input(c.w, 2).detach();
    const Tensor host_x = x.cpu(), host_w = w.cpu();
    for (const Dtype dtype : {float64, float32}) {
      const Tensor y = conv2d(x.to(dtype), w.to(dtype), Tensor(), c.options);
      const Values values = list(y);
      const double tolerance = dtype == float64 ? 1e-12 : 2e-5;
      for (int64_t at = 0; at < y.numel(); ++at) {
        const int64_t j = at % y.size(3), i = at / y.size(3) % y.size(2);
        const int64_t channel = at / (y.size(3) * y.size(2)) % y.size(1);
        const int64_t n = at / (y.size(3) * y.size(2) * y.size(1));
        const double want =
            naive_element(host_x, host_w, c.options, n, channel, i, j);
        REQUIRE(std::fabs(values.at(at) - want) < tolerance);
      }
    }
  }
}

TEST_CASE("conv: float32 gradients agree with float64 ones", "[ops][grad]") {
  for (const Case& c : kCases) {
    CAPTURE(to_string(c.x), to_string(c.w));
    Tensor gradients[2][2];
    for (const bool narrow : {false, true}) {
      const Dtype dtype = narrow ? float32 : float64;
      const Tensor x = random_input(c.x, 1).detach().to(dtype).clone();
      const Tensor w = random_input(c.w, 2).detach().to(dtype).clone();
      x.requires_grad_();
      w.requires_grad_();
      const Tensor y = conv2d(x, w, Tensor(), c.options);
      y.backward(random_input(y.sizes(), 3).detach().to(dtype));
      gradients[narrow][0] = x.grad().to(float64);
      gradients[narrow][1] = w.grad().to(float64);
    }
    for (int k = 0; k < 2; ++k) {
      const Values wide = list(gradients[0][k]);
      const Values narrow = list(gradients[1][k]);
      for (size_t i = 0; i < wide.size(); ++i) {
        REQUIRE(narrow[i] == Approx(wide[i]).margin(1e-4));
      }
    }
  }
}

TEST_CASE("conv: gradients of both orders in every rank", "[ops][grad]") {
  const auto check = [](auto f, IntSpan x, IntSpan w, IntSpan b) {
    gradcheck_all([f](const auto& t) { return f(t[0], t[1], t[2]); },
                  {random_input(x, 1), random_input(w, 2), random_input(b, 3)});
  };
  check(
      [](auto& x, auto& w, auto& b) { return conv1d(x, w, b, {.stride = 2}); },
      {2, 2, 5}, {3, 2, 3}, {3});
  check([](auto& x, auto& w,
           auto& b) { return conv2d(x, w, b, {.padding = 1, .groups = 2}); },
        {1, 2, 3, 3}, {2, 1, 2, 2}, {2});
  check([](auto& x, auto& w, auto& b) { return conv3d(x, w, b); },
        {1, 1, 2, 3, 2}, {2, 1, 2, 2, 1}, {2});
  check(
      [](auto& x, auto& w, auto& b) {
        return conv_transpose2d(
            x, w, b, {.stride = 2, .padding = 1, .output_padding = 1});
      },
      {1, 2, 2, 2}, {2, 2, 3, 3}, {2});
  check([](auto& x, auto& w, auto& b) { return conv_transpose1d(x, w, b); },
        {1, 2, 3}, {2, 1, 2}, {1});
}

TEST_CASE("conv: an unbatched input stays unbatched", "[ops]") {
  CHECK(conv2d(zeros({3, 5, 5}), zeros({2, 3, 3, 3})).shape() ==
        Shape{2, 3, 3});
}

TEST_CASE("conv: errors name shapes and rules", "[ops][error]") {
  CHECK_THROWS_WITH(conv2d(zeros({1, 3, 5, 5}), zeros({2, 4, 3, 3})),
                    Catch::Contains("expected input [1, 3, 5, 5] to have 4 "
                                    "channels, but got 3 channels instead"));
  CHECK_THROWS_WITH(
      conv2d(zeros({1, 3, 2, 2}), zeros({2, 3, 3, 3})),
      Catch::Contains("Kernel size can't be greater than actual input size"));
  CHECK_THROWS_WITH(
      conv2d(zeros({1, 3, 5, 5}), zeros({2, 3, 3, 3}), zeros({3})),
      Catch::Contains("expected bias to be 1-dimensional with 2 elements"));
}

}  // namespace
}  // namespace cresset
