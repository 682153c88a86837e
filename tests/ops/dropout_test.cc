#include "cresset/tensor/ops/dropout.h"

#include "cresset/tensor/core/generator.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("dropout: PyTorch's mask for the same seed", "[ops][golden]") {
  // torch.manual_seed(0); torch.nn.functional.dropout(torch.ones(8), 0.5)
  manual_seed(0);
  const Tensor y = dropout(ones({8}), 0.5);
  CHECK(list(y) == Values{0, 0, 2, 0, 0, 0, 2, 2});
}

TEST_CASE("dropout: the gradient passes through the same mask", "[ops][grad]") {
  const Tensor x = random_input({1000}, 1, 1, 2);
  const Tensor y = dropout(x, 0.25);
  y.backward(ones({1000}, {.dtype = float64}));
  int64_t zeros_found = 0;
  const Values values = list(y), grads = list(x.grad());
  for (size_t i = 0; i < 1000; ++i) {
    const double g = grads[i];
    REQUIRE((values[i] == 0) == (g == 0));
    REQUIRE((g == 0 || g == 1 / 0.75));
    zeros_found += g == 0;
  }
  CHECK(zeros_found > 180);
  CHECK(zeros_found < 320);
}

TEST_CASE("dropout: the identity in eval mode and at p = 0", "[ops]") {
  const Tensor x = ones({4});
  CHECK(dropout(x, 0.5, false).is_same(x));
  CHECK(dropout(x, 0.0).is_same(x));
  CHECK(list(dropout(x, 1.0)) == Values(4, 0));
}

TEST_CASE("dropout2d: whole channels go", "[ops]") {
  const Values y = list(dropout2d(ones({4, 8, 3, 3}), 0.5));
  for (size_t c = 0; c < 32; ++c) {
    for (size_t i = 1; i < 9; ++i) {
      REQUIRE(y[c * 9 + i] == y[c * 9]);
    }
  }
}

TEST_CASE("dropout: errors", "[ops][error]") {
  CHECK_THROWS_WITH(dropout(ones({2}), 1.5),
                    Catch::Contains("between 0 and 1, but got 1.5"));
}

}  // namespace
}  // namespace cresset
