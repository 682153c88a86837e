#include "cresset/tensor/ops/scan.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tests/ops/make.h"

namespace cresset {
namespace {

using testing::check_close;
using testing::check_threads;
using testing::Doubles;
using testing::error_of;
using testing::gapped_layout;
using testing::list;
using testing::make;
using testing::noise;
using testing::reversed_layout;
using In = std::vector<Tensor>;

Tensor sample() { return make({2, 4}, {3, 1, 3, -2, 0, -5, 4, 4}); }

TEST_CASE("scans: PyTorch's values", "[ops]") {
  const Tensor m = sample();
  CHECK(list(cumsum(m, 1)) == Doubles{3, 4, 7, 5, 0, -5, -1, 3});
  CHECK(list(cumsum(m, 0)) == Doubles{3, 1, 3, -2, 3, -4, 7, 2});
  CHECK(list(cumprod(m, 1)) == Doubles{3, 3, 9, -18, 0, 0, 0, 0});
  check_close(logcumsumexp(m, 1),
              {3.0, 3.12692801104297, 3.75862367567951, 3.76177415922627, 0.0,
               0.00671534848911807, 4.01827111070432, 4.70232446451747});
  CHECK(list(cummax(m, 1).values) == Doubles{3, 3, 3, 3, 0, 0, 4, 4});
  CHECK(list(cummax(m, 1).indices) == Doubles{0, 0, 2, 2, 0, 0, 2, 3});
  CHECK(list(cummin(m, 1).values) == Doubles{3, 1, 1, -2, 0, -5, -5, -5});
  CHECK(list(cummin(m, 1).indices) == Doubles{0, 1, 1, 3, 0, 1, 1, 1});
  const Tensor n = make({2, 3}, {1, NAN, 2, 4, 3, 5});
  check_close(cummax(n, 1).values, {1, NAN, NAN, 4, 4, 5});
  CHECK(list(cummax(n, 1).indices) == Doubles{0, 1, 1, 0, 0, 2});
}

TEST_CASE("diff, trapezoid: PyTorch's values", "[ops]") {
  const Tensor m = sample();
  CHECK(list(diff(m, {.n = 2})) == Doubles{4, -7, 14, -9});
  const Tensor first = make({2, 1}, {3, 0});
  const Tensor start = make({2, 2}, {3, 1, 0, -5});
  CHECK(list(diff(m, {.dim = 1, .prepend = first, .append = start})) ==
        Doubles{0, -2, 2, -5, 5, -2, 0, -5, 9, 0, -4, -5});
  CHECK(list(trapezoid(m, make({0, 1, 3, 4}))) == Doubles{6.5, 0.5});
  CHECK(list(trapz(m, 0.5, 0)) == Doubles{0.75, -1, 1.75, 0.5});
  CHECK(list(cumulative_trapezoid(m)) == Doubles{2, 4, 4.5, -2.5, -3, 1});
  CHECK(list(diff(make({1, 1, 0}, bool_))) == Doubles{0, 1});
}

TEST_CASE("scans: all layouts, dtypes and sizes", "[ops]") {
  for (const Shape& shape :
       {Shape{3, 4, 5}, Shape{20, 70, 3}, Shape{2, 300, 70}, Shape{4, 1, 90}}) {
    const Tensor x = noise(shape);
    const Doubles in = list(x);
    for (int64_t d = 0; d < 3; ++d) {
      INFO("shape " << to_string(shape) << " dim " << d);
      Doubles want = in;
      int64_t inner = 1;
      for (size_t i = static_cast<size_t>(d) + 1; i < 3; ++i) inner *= shape[i];
      const int64_t n = shape[static_cast<size_t>(d)];
      for (size_t i = 0; i < want.size(); ++i) {
        if (static_cast<int64_t>(i) / inner % n != 0) {
          want[i] += want[i - static_cast<size_t>(inner)];
        }
      }
      for (const Tensor& y : {x, reversed_layout(x), gapped_layout(x)}) {
        check_close(cumsum(y, d), want);
        check_close(cumsum(y.to(float32), d), want, 2e-6);
      }
    }
  }
  CHECK(cumsum(make({1, 2}, int32), 0).dtype() == int64);
  CHECK(cumsum(make({1, 2}, bool_), 0, float32).dtype() == float32);
  CHECK(list(cumsum(make({1, 2}, float16), 0)) == Doubles{1, 3});
  CHECK(cummax(make({1, 2}, uint8), 0).values.dtype() == uint8);
  CHECK(cumsum(make({}, {4}), 0).item<double>() == 4);
  CHECK(cumsum(empty({0, 3}), 0).shape() == Shape{0, 3});
}

TEST_CASE("scans: the bits do not depend on the number of threads", "[ops]") {
  const Tensor x = noise({300, 333}, float32);
  for (const int64_t d : {0, 1}) {
    check_threads([&] { return cumsum(x, d); });
    check_threads([&] { return logcumsumexp(x, d); });
    check_threads([&] { return cummax(x, d).indices; });
  }
}

TEST_CASE("scans: gradients", "[ops][grad]") {
  const Tensor x = noise({3, 4}).requires_grad_();
  for (const int64_t d : {0, 1}) {
    INFO("dim " << d);
    gradcheck_all([&](const In& in) { return cumsum(in[0] * in[0], d); }, {x});
    gradcheck_all([&](const In& in) { return cumprod(in[0], d); }, {x});
    gradcheck_all([&](const In& in) { return logcumsumexp(in[0], d); }, {x});
    gradcheck_all([&](const In& in) { return cummax(in[0], d).values; }, {x});
    gradcheck_all([&](const In& in) { return cummin(in[0], d).values; }, {x});
  }
  const Tensor zeros = make({2, 3}, {2, 0, 3, 0, 0, 4}).requires_grad_();
  gradcheck_all([](const In& in) { return cumprod(in[0], 1); }, {zeros});
  gradcheck_all([](const In& in) { return diff(in[0], {.n = 2}); }, {x});
  const Tensor at = make({0, 1, 3, 4}).requires_grad_();
  gradcheck_all([](const In& in) { return trapezoid(in[0], in[1]); }, {x, at});
}

TEST_CASE("scans: errors", "[ops][error]") {
  CHECK_THAT(error_of([] { cumsum(noise({2}), 1); }), Catch::Contains("range"));
  CHECK(error_of([] { logcumsumexp(make({1}, int64), 0); }) ==
        "logcumsumexp: x must be of a floating dtype; got int64");
  CHECK(error_of([] { diff(noise({2}), {.n = -1}); }) ==
        "diff: n must not be negative; got -1");
  CHECK(error_of([] { trapezoid(noise({3}), noise({2})); }) ==
        "trapezoid: there must be one x value for each sample point; got [2] "
        "for [3]");
}

}  // namespace
}  // namespace cresset
