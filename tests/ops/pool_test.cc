#include "cresset/tensor/ops/pool.h"

#include <vector>

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("max_pool: values and places", "[ops]") {
  const Tensor x = reshape(arange(16, {.dtype = float32}), {1, 1, 4, 4});
  const auto [y, at] = max_pool2d_with_indices(x, 2);
  CHECK(list(y) == Values{5, 7, 13, 15});
  CHECK(list(at) == Values{5, 7, 13, 15});
  CHECK(list(max_pool2d(x, 3, {.stride = 2, .padding = 1})) ==
        Values{5, 7, 13, 15});
  CHECK(list(max_pool2d(x, 3, {.stride = 2, .ceil_mode = true})) ==
        Values{10, 11, 14, 15});
  CHECK(list(max_pool1d(unsqueeze(arange(6, {.dtype = float32}), 0), 2,
                        {.stride = 1, .dilation = 2})) == Values{2, 3, 4, 5});
}

TEST_CASE("avg_pool: what counts in the divisor", "[ops]") {
  const Tensor x = ones({1, 1, 3, 3});
  CHECK(list(avg_pool2d(x, 2, {.stride = 2, .padding = 1})) ==
        Values{0.25, 0.5, 0.5, 1});
  CHECK(list(avg_pool2d(
            x, 2, {.stride = 2, .padding = 1, .count_include_pad = false})) ==
        Values{1, 1, 1, 1});
  CHECK(list(avg_pool2d(x, 2, {.divisor_override = 2})) == Values{2});
}

TEST_CASE("adaptive_avg_pool: windows tile the input", "[ops]") {
  const Tensor x = reshape(arange(5, {.dtype = float32}), {1, 1, 5});
  CHECK(list(adaptive_avg_pool1d(x, 2)) == Values{1, 3});
  CHECK(list(adaptive_avg_pool1d(x, 3)) == Values{0.5, 2, 3.5});
  CHECK(list(adaptive_max_pool1d(x, 2)) == Values{2, 4});
}

TEST_CASE("max_unpool: the inverse of max_pool", "[ops]") {
  const Tensor x = reshape(arange(16, {.dtype = float32}), {1, 1, 4, 4});
  const auto [y, at] = max_pool2d_with_indices(x, 2);
  CHECK(list(max_unpool2d(y, at, 2)) ==
        Values{0, 0, 0, 0, 0, 5, 0, 7, 0, 0, 0, 0, 0, 13, 0, 15});
}

TEST_CASE("pooling: gradients of both orders", "[ops][grad]") {
  const auto check = [](auto f, IntSpan shape) {
    gradcheck_all([f](const auto& x) { return f(x[0]); },
                  {random_input(shape, 5)});
  };
  check([](auto& x) { return max_pool2d(x, 2); }, {1, 2, 4, 5});
  check(
      [](auto& x) {
        return max_pool2d(x, 3, {.stride = 2, .padding = 1, .ceil_mode = true});
      },
      {1, 1, 5, 6});
  check([](auto& x) { return max_pool1d(x, 3, {.stride = 1}); }, {2, 1, 6});
  check([](auto& x) { return max_pool3d(x, 2); }, {1, 1, 2, 4, 2});
  check([](auto& x) { return avg_pool2d(x, 3, {.stride = 2, .padding = 1}); },
        {1, 2, 5, 4});
  check([](auto& x) { return adaptive_avg_pool2d(x, {2, 3}); }, {1, 2, 5, 4});
  check([](auto& x) { return adaptive_max_pool2d(x, {2, 3}); }, {1, 1, 5, 4});
}

TEST_CASE("pooling: errors", "[ops][error]") {
  CHECK_THROWS_WITH(max_pool2d(zeros({1, 1, 2, 2}), 3),
                    Catch::Contains("the output size would be 0"));
  CHECK_THROWS_WITH(max_pool2d(zeros({1, 1, 4, 4}), 2, {.padding = 2}),
                    Catch::Contains("at most half of the kernel size"));
  CHECK_THROWS_WITH(max_pool2d(zeros({4, 4}), 2),
                    Catch::Contains("expected a 3-d or 4-d input"));
}

}  // namespace
}  // namespace cresset
