#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/cpu/conv.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

using internal::ConvGeometry;

template <class T>
std::vector<T> random_values(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<T> values(static_cast<size_t>(count));
  for (T& value : values) {
    value = static_cast<T>(static_cast<double>(random()) / 4294967296.0 - 0.5);
  }
  return values;
}

// Calls visit(x index, w index, y index) for every product of a convolution.
template <class F>
void for_each_product(const ConvGeometry& g, F&& visit) {
  for (int64_t b = 0; b < g.batch; ++b) {
    for (int64_t o = 0; o < g.out_channels; ++o) {
      for (int64_t h = 0; h < g.out_height; ++h) {
        for (int64_t v = 0; v < g.out_width; ++v) {
          const int64_t y =
              ((b * g.out_channels + o) * g.out_height + h) * g.out_width + v;
          for (int64_t i = 0; i < g.group_in(); ++i) {
            const int64_t c = o / g.group_out() * g.group_in() + i;
            for (int64_t p = 0; p < g.kernel_height; ++p) {
              const int64_t row = h * g.stride_height - g.padding_height +
                                  p * g.dilation_height;
              if (row < 0 || row >= g.in_height) continue;
              for (int64_t q = 0; q < g.kernel_width; ++q) {
                const int64_t column =
                    v * g.stride_width - g.padding_width + q * g.dilation_width;
                if (column < 0 || column >= g.in_width) continue;
                const int64_t x =
                    ((b * g.in_channels + c) * g.in_height + row) * g.in_width +
                    column;
                const int64_t w =
                    ((o * g.group_in() + i) * g.kernel_height + p) *
                        g.kernel_width +
                    q;
                visit(static_cast<size_t>(x), static_cast<size_t>(w),
                      static_cast<size_t>(y));
              }
            }
          }
        }
      }
    }
  }
}

// Sums in double, and the sizes of their terms to judge the error by.
struct Sums {
  explicit Sums(int64_t count)
      : value(static_cast<size_t>(count)), size(static_cast<size_t>(count)) {}
  void add(size_t at, double product) {
    value[at] += product;
    size[at] += std::abs(product);
  }
  std::vector<double> value, size;
};

template <class T>
void compare(const char* what, const std::vector<T>& got,
             const Sums& expected) {
  CAPTURE(what);
  REQUIRE(got.size() == expected.value.size());
  const double epsilon = std::numeric_limits<T>::epsilon();
  for (size_t i = 0; i < got.size(); ++i) {
    const double bound = 8 * epsilon * (expected.size[i] + 1);
    const double error =
        std::abs(static_cast<double>(got[i]) - expected.value[i]);
    if (!(error <= bound)) {
      CAPTURE(i, got[i], expected.value[i]);
      REQUIRE(error <= bound);
    }
  }
}

// Sets the output sizes.
ConvGeometry completed(ConvGeometry g) {
  g.out_height = (g.in_height + 2 * g.padding_height -
                  g.dilation_height * (g.kernel_height - 1) - 1) /
                     g.stride_height +
                 1;
  g.out_width = (g.in_width + 2 * g.padding_width -
                 g.dilation_width * (g.kernel_width - 1) - 1) /
                    g.stride_width +
                1;
  return g;
}

template <class T>
void check(const ConvGeometry& geometry) {
  const ConvGeometry g = completed(geometry);
  CAPTURE(g.batch, g.in_channels, g.out_channels, g.groups, g.in_height,
          g.in_width, g.kernel_height, g.kernel_width, g.stride_height,
          g.stride_width, g.padding_height, g.padding_width, g.dilation_height,
          g.dilation_width);
  const auto x = random_values<T>(g.batch * g.in_channels * g.in_area(), 1);
  const auto w = random_values<T>(g.out_channels * g.depth(), 2);
  const auto bias = random_values<T>(g.out_channels, 3);
  const auto dy = random_values<T>(g.batch * g.out_channels * g.out_area(), 4);
  const T nan = std::numeric_limits<T>::quiet_NaN();
  std::vector<T> y(dy.size(), nan), plain(dy.size(), nan), dx(x.size(), nan),
      dw(w.size(), nan), db(bias.size(), nan);
  internal::conv_forward<T>(g, x.data(), w.data(), bias.data(), y.data());
  internal::conv_forward<T>(g, x.data(), w.data(), nullptr, plain.data());
  internal::conv_backward_data<T>(g, w.data(), dy.data(), dx.data());
  internal::conv_backward_weight<T>(g, x.data(), dy.data(), dw.data());
  internal::conv_backward_bias<T>(g, dy.data(), db.data());

  Sums sum_y(g.batch * g.out_channels * g.out_area());
  Sums sum_dx(g.batch * g.in_channels * g.in_area());
  Sums sum_dw(g.out_channels * g.depth());
  Sums sum_db(g.out_channels);
  for_each_product(g, [&](size_t xi, size_t wi, size_t yi) {
    const auto xv = static_cast<double>(x[xi]);
    const auto wv = static_cast<double>(w[wi]);
    const auto gv = static_cast<double>(dy[yi]);
    sum_y.add(yi, xv * wv);
    sum_dx.add(xi, gv * wv);
    sum_dw.add(wi, gv * xv);
  });
  compare("y without bias", plain, sum_y);
  for (size_t i = 0; i < y.size(); ++i) {
    const size_t o = i / static_cast<size_t>(g.out_area()) %
                     static_cast<size_t>(g.out_channels);
    sum_y.add(i, static_cast<double>(bias[o]));
    sum_db.add(o, static_cast<double>(dy[i]));
  }
  compare("y", y, sum_y);
  compare("dx", dx, sum_dx);
  compare("dw", dw, sum_dw);
  compare("dbias", db, sum_db);
}

TEMPLATE_TEST_CASE("conv: kernels, strides, padding, dilation, groups",
                   "[ops][conv]", float, double) {
  for (const int64_t kernel : {1, 2, 3, 5}) {
    for (const int64_t stride : {1, 2, 3}) {
      for (const int64_t padding : {0, 1, 2}) {
        for (const int64_t dilation : {1, 2}) {
          for (const int64_t groups : {1, 2}) {
            check<TestType>({.batch = 2,
                             .in_channels = 4,
                             .out_channels = 6,
                             .groups = groups,
                             .in_height = 11,
                             .in_width = 9,
                             .kernel_height = kernel,
                             .kernel_width = kernel,
                             .stride_height = stride,
                             .stride_width = stride,
                             .padding_height = padding,
                             .padding_width = padding,
                             .dilation_height = dilation,
                             .dilation_width = dilation});
          }
        }
      }
    }
  }
}

TEMPLATE_TEST_CASE("conv: directions that differ", "[ops][conv]", float,
                   double) {
  check<TestType>({.batch = 3,
                   .in_channels = 3,
                   .out_channels = 5,
                   .in_height = 1,
                   .in_width = 40,
                   .kernel_width = 4,
                   .padding_width = 2});
  check<TestType>({.batch = 1,
                   .in_channels = 5,
                   .out_channels = 3,
                   .in_height = 13,
                   .in_width = 21,
                   .kernel_height = 2,
                   .kernel_width = 5,
                   .stride_height = 3,
                   .stride_width = 1,
                   .padding_height = 1,
                   .padding_width = 4,
                   .dilation_height = 2});
  check<TestType>({.batch = 2,
                   .in_channels = 2,
                   .out_channels = 2,
                   .in_height = 6,
                   .in_width = 17,
                   .kernel_height = 3,
                   .kernel_width = 1,
                   .stride_width = 2,
                   .padding_width = 3});
}

TEMPLATE_TEST_CASE("conv: 1x1 and large enough to need several blocks",
                   "[ops][conv]", float, double) {
  check<TestType>({.batch = 2,
                   .in_channels = 70,
                   .out_channels = 50,
                   .in_height = 12,
                   .in_width = 13});
  check<TestType>({.batch = 1,
                   .in_channels = 60,
                   .out_channels = 20,
                   .in_height = 14,
                   .in_width = 14,
                   .kernel_height = 3,
                   .kernel_width = 3,
                   .stride_height = 2,
                   .stride_width = 2,
                   .padding_height = 1,
                   .padding_width = 1});
  check<TestType>({.batch = 3,
                   .in_channels = 10,
                   .out_channels = 420,
                   .in_height = 5,
                   .in_width = 5,
                   .kernel_height = 3,
                   .kernel_width = 3,
                   .stride_height = 2,
                   .stride_width = 2,
                   .padding_height = 1,
                   .padding_width = 1});
}

TEMPLATE_TEST_CASE("conv: few channels, as in first layers", "[ops][conv]",
                   float, double) {
  check<TestType>({.batch = 3,
                   .in_channels = 1,
                   .out_channels = 6,
                   .in_height = 28,
                   .in_width = 28,
                   .kernel_height = 5,
                   .kernel_width = 5});
  check<TestType>({.batch = 2,
                   .in_channels = 6,
                   .out_channels = 16,
                   .in_height = 12,
                   .in_width = 12,
                   .kernel_height = 5,
                   .kernel_width = 5});
  check<TestType>({.batch = 1,
                   .in_channels = 3,
                   .out_channels = 20,
                   .in_height = 30,
                   .in_width = 67,
                   .kernel_height = 3,
                   .kernel_width = 3,
                   .padding_height = 1,
                   .padding_width = 1});
  check<TestType>({.batch = 1,
                   .in_channels = 3,
                   .out_channels = 10,
                   .in_height = 32,
                   .in_width = 32,
                   .kernel_height = 7,
                   .kernel_width = 7,
                   .stride_height = 2,
                   .stride_width = 2,
                   .padding_height = 3,
                   .padding_width = 3});
}

TEMPLATE_TEST_CASE("conv: one filter a plane", "[ops][conv]", float, double) {
  for (const int64_t stride : {1, 2}) {
    for (const int64_t kernel : {3, 4}) {
      check<TestType>({.batch = 2,
                       .in_channels = 5,
                       .out_channels = 5,
                       .groups = 5,
                       .in_height = 19,
                       .in_width = 35,
                       .kernel_height = kernel,
                       .kernel_width = kernel,
                       .stride_height = stride,
                       .stride_width = stride,
                       .padding_height = 1,
                       .padding_width = 1});
    }
  }
  check<TestType>({.batch = 2,
                   .in_channels = 3,
                   .out_channels = 6,
                   .groups = 3,
                   .in_height = 9,
                   .in_width = 9,
                   .kernel_height = 3,
                   .kernel_width = 3,
                   .padding_height = 1,
                   .padding_width = 1});
}

TEST_CASE("conv: 3x3 at stride 1 with many channels", "[ops][conv]") {
  for (const int64_t size : {8, 11, 14}) {
    for (const int64_t padding : {0, 1, 2}) {
      check<float>({.batch = 3,
                    .in_channels = 17,
                    .out_channels = 40,
                    .in_height = size,
                    .in_width = size + 1,
                    .kernel_height = 3,
                    .kernel_width = 3,
                    .padding_height = padding,
                    .padding_width = padding});
    }
  }
  check<float>({.batch = 20,
                .in_channels = 32,
                .out_channels = 16,
                .in_height = 4,
                .in_width = 4,
                .kernel_height = 3,
                .kernel_width = 3,
                .padding_height = 1,
                .padding_width = 1});
}

TEST_CASE("conv: a batch of none, and gradients of nothing", "[ops][conv]") {
  const ConvGeometry g = completed({.batch = 0,
                                    .in_channels = 2,
                                    .out_channels = 3,
                                    .in_height = 5,
                                    .in_width = 5,
                                    .kernel_height = 3,
                                    .kernel_width = 3});
  const std::vector<float> w(54, 1.0f);
  std::vector<float> dw(54, 1.0f);
  std::vector<float> db(3, 1.0f);
  internal::conv_forward<float>(g, nullptr, w.data(), nullptr, nullptr);
  internal::conv_backward_data<float>(g, w.data(), nullptr, nullptr);
  internal::conv_backward_weight<float>(g, nullptr, nullptr, dw.data());
  internal::conv_backward_bias<float>(g, nullptr, db.data());
  CHECK(dw == std::vector<float>(54, 0.0f));
  CHECK(db == std::vector<float>(3, 0.0f));
}

TEST_CASE("conv: the thread count changes no bit", "[ops][conv]") {
  const int before = get_num_threads();
  const ConvGeometry cases[] = {
      {.batch = 4,
       .in_channels = 16,
       .out_channels = 24,
       .in_height = 16,
       .in_width = 16,
       .kernel_height = 3,
       .kernel_width = 3,
       .padding_height = 1,
       .padding_width = 1},
      {.batch = 2,
       .in_channels = 24,
       .out_channels = 60,
       .in_height = 15,
       .in_width = 15,
       .kernel_height = 3,
       .kernel_width = 3,
       .stride_height = 2,
       .stride_width = 2},
      {.batch = 8,
       .in_channels = 1,
       .out_channels = 6,
       .in_height = 28,
       .in_width = 28,
       .kernel_height = 5,
       .kernel_width = 5},
      {.batch = 2,
       .in_channels = 48,
       .out_channels = 96,
       .in_height = 20,
       .in_width = 20},
  };
  for (const ConvGeometry& sizes : cases) {
    const ConvGeometry g = completed(sizes);
    const auto x =
        random_values<float>(g.batch * g.in_channels * g.in_area(), 1);
    const auto w = random_values<float>(g.out_channels * g.depth(), 2);
    const auto dy =
        random_values<float>(g.batch * g.out_channels * g.out_area(), 4);
    std::vector<std::vector<float>> expected;
    for (const int threads : {1, 2, 5}) {
      set_num_threads(threads);
      std::vector<std::vector<float>> got = {dy, x, w};
      internal::conv_forward<float>(g, x.data(), w.data(), nullptr,
                                    got[0].data());
      internal::conv_backward_data<float>(g, w.data(), dy.data(),
                                          got[1].data());
      internal::conv_backward_weight<float>(g, x.data(), dy.data(),
                                            got[2].data());
      if (threads == 1) expected = got;
      const bool equal = got == expected;
      CAPTURE(g.in_channels, g.kernel_height, threads);
      CHECK(equal);
    }
  }
  set_num_threads(before);
}

}  // namespace
}  // namespace cresset
