#include "cresset/tensor/autograd/gradcheck.h"

#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"

namespace cresset {
namespace {

Tensor input(std::vector<double> list, IntSpan shape) {
  return testing::generated<double>(shape,
                                    [&](int64_t i) { return list.at(i); })
      .requires_grad_();
}

// The square with a gradient that is wrong by a factor.
Tensor wrong_square(const Tensor& x) {
  const NoGradGuard guard;
  const Tensor y = mul(x, x);
  const EnableGradGuard enable;
  return internal::with_grad(
      "WrongBackward", y, {x},
      [x = internal::keep(x)](const Tensor& g) { return g * x() * 2.1; });
}

TEST_CASE("gradcheck: right gradients pass in both orders", "[grad]") {
  const Tensor a = input({0.3, -0.7, 1.1, 0.2, 0.9, -1.3}, {2, 3});
  const Tensor b = input({0.5, 1.5, 2.5}, {3});
  gradcheck_all([](const auto& x) { return exp(x[0]) * x[1] / (x[1] + 2); },
                {a, b});
}

TEST_CASE("gradcheck: a wrong gradient is found and located", "[grad][error]") {
  const Tensor a = input({0.3, -0.7}, {2});
  CHECK_THROWS_WITH(
      gradcheck(
          [](const auto& x) { return std::vector<Tensor>{wrong_square(x[0])}; },
          {a}),
      Catch::Contains("input 0") && Catch::Contains("element 0"));
}

}  // namespace
}  // namespace cresset
