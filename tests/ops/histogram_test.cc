#include "cresset/tensor/ops/histogram.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tests/ops/make.h"

namespace cresset {
namespace {

using testing::check_close;
using testing::Doubles;
using testing::error_of;
using testing::list;
using testing::make;
using testing::noise;
using In = std::vector<Tensor>;

Tensor sample() { return make({2, 4}, {3, 1, 3, -2, 0, -5, 4, 4}); }

TEST_CASE("histc, bincount: PyTorch's values", "[ops]") {
  CHECK(list(histc(sample(), 4)) == Doubles{1, 1, 2, 4});
  CHECK(list(histc(sample(), 4, -1, 3)) == Doubles{0, 1, 1, 2});
  CHECK(histc(sample().to(float32)).shape() == Shape{100});
  CHECK(list(bincount(make({1, 3, 1, 0}, int64))) == Doubles{1, 2, 0, 1});
  CHECK(list(bincount(make({1, 3, 1}, int32), make({0.5, 1, 2}), 6)) ==
        Doubles{0, 2.5, 0, 1, 0, 0});
  CHECK(bincount(empty({0}, {.dtype = int64})).numel() == 0);
}

TEST_CASE("quantile: PyTorch's values", "[ops]") {
  const Tensor q = make({0.1, 0.5, 0.8});
  check_close(quantile(sample(), q, 1), {-1.1, -3.5, 2, 2, 3, 4});
  check_close(quantile(sample(), q, 0),
              {0.3, -4.4, 3.1, -1.4, 1.5, -2, 3.5, 1, 2.4, -0.2, 3.8, 2.8});
  CHECK(quantile(sample(), q, 0, true).shape() == Shape{3, 1, 4});
  CHECK(quantile(sample(), q, 1, true).shape() == Shape{3, 2, 1});
  CHECK(quantile(noise({2, 3, 4}), q, 1).shape() == Shape{3, 2, 4});
  CHECK(quantile(sample(), 0.5, std::nullopt, true).shape() == Shape{1, 1});
  check_close(quantile(sample(), 0.3), Doubles{0.1});
  check_close(quantile(sample(), q, 1, false, "lower"), {-2, -5, 1, 0, 3, 4});
  check_close(quantile(sample(), q, 1, false, "higher"), {1, 0, 3, 4, 3, 4});
  check_close(quantile(sample(), q, 1, false, "midpoint"),
              {-0.5, -2.5, 2, 2, 3, 4});
  check_close(quantile(sample(), q, 1, false, "nearest"), {-2, -5, 3, 4, 3, 4});
  const Tensor n = make({2, 3}, {1, NAN, 2, 4, 3, 5});
  check_close(quantile(n, 0.5, 1), {NAN, 4});
  check_close(nanquantile(n, 0.4, 1), {1.4, 3.8});
}

TEST_CASE("quantile: gradients", "[ops][grad]") {
  const Tensor x = noise({3, 4, 2}).requires_grad_();
  for (int64_t d = 0; d < 3; ++d) {
    gradcheck_all(
        [&](const In& in) {
          return quantile(in[0], make({0.2, 0.7}), d);
        },
        {x});
  }
}

TEST_CASE("histc, bincount, quantile: errors", "[ops][error]") {
  CHECK(error_of([] { histc(make({1}, int64)); }) ==
        "histc: x must be of a floating dtype; got int64");
  CHECK(error_of([] {
          bincount(make({-1, 2}, int64));
        }) == "bincount: elements must not be negative; got -1");
  if (default_device().is_cpu()) {  // a GPU would have to be waited for
    CHECK(error_of([] { quantile(sample(), 1.5); }) ==
          "quantile: all elements of q must be in [0, 1]");
  }
  CHECK(error_of([] { quantile(sample(), 0.5, 0, false, "cubic"); }) ==
        "quantile: interpolation must be linear, lower, higher, midpoint or "
        "nearest; got cubic");
}

}  // namespace
}  // namespace cresset
