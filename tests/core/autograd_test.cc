#include "cresset/tensor/core/autograd.h"

#include <vector>

#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

Tensor values(std::vector<float> list) {
  Tensor x = empty({static_cast<int64_t>(list.size())});
  for (size_t i = 0; i < list.size(); ++i) x.data<float>()[i] = list[i];
  return x;
}

std::vector<float> list(const Tensor& x) {
  const Tensor dense = x.contiguous();
  return {dense.data<float>(), dense.data<float>() + dense.numel()};
}

using Floats = std::vector<float>;

TEST_CASE("backward: a product gives each factor the other", "[autograd]") {
  const Tensor a = values({1, 2, 3}).requires_grad_();
  const Tensor b = values({4, 5, 6}).requires_grad_();
  const Tensor y = a * b + a;
  CHECK(list(y) == Floats{5, 12, 21});
  CHECK(y.grad_fn() == "AddBackward");
  y.backward(values({1, 1, 1}));
  CHECK(list(a.grad()) == Floats{5, 6, 7});
  CHECK(list(b.grad()) == Floats{1, 2, 3});
}

TEST_CASE("backward: gradients add up over calls", "[autograd]") {
  const Tensor a = values({1, 2}).requires_grad_();
  for (int i = 0; i < 3; ++i) (a * a).backward(values({1, 1}));
  CHECK(list(a.grad()) == Floats{6, 12});
}

TEST_CASE("grad: create_graph gives second derivatives", "[autograd]") {
  const Tensor x = values({0.5f}).requires_grad_();
  const Tensor y = exp(x * x);
  const Tensor first = grad(y, {x}, {.create_graph = true})[0];
  const Tensor second = grad(first, {x})[0];
  const float e = std::exp(0.25f);
  CHECK(list(first)[0] == Approx(2 * 0.5f * e));
  CHECK(list(second)[0] == Approx((2 + 4 * 0.25f) * e));
}

TEST_CASE("backward: a freed graph is an error, a linear one is not",
          "[autograd][error]") {
  const Tensor x = values({1}).requires_grad_();
  const Tensor linear = x + x;
  linear.backward();
  linear.backward();
  const Tensor y = x * x;
  y.backward();
  CHECK_THROWS_WITH(y.backward(),
                    Catch::Contains("through the graph a second time"));
}

TEST_CASE("backward: an in-place change of a saved tensor is an error",
          "[autograd][error]") {
  const Tensor x = values({2}).requires_grad_();
  const Tensor a = x * 1;
  const Tensor y = a * a;
  add_(a, 1);
  CHECK_THROWS_WITH(y.backward(), Catch::Contains("modified by an inplace"));
}

TEST_CASE("inplace: the history follows the change", "[autograd]") {
  const Tensor x = values({2, 3}).requires_grad_();
  const Tensor y = x * 2;
  mul_(y, x);
  CHECK(list(y) == Floats{8, 18});
  y.backward(values({1, 1}));
  CHECK(list(x.grad()) == Floats{8, 12});
}

TEST_CASE("inplace: a leaf that requires a gradient refuses",
          "[autograd][error]") {
  const Tensor x = values({2}).requires_grad_();
  CHECK_THROWS_WITH(add_(x, 1), Catch::Contains("a leaf Variable"));
  const NoGradGuard guard;
  CHECK_NOTHROW(add_(x, 1));
}

TEST_CASE("backward: a million nodes need no stack", "[autograd]") {
  const Tensor x = values({1}).requires_grad_();
  Tensor y = x;
  for (int i = 0; i < 1000000; ++i) y = y + x;
  y.backward();
  CHECK(list(x.grad())[0] == Approx(1000001.0));
}

TEST_CASE("hooks: a leaf's hook sees the sum and may replace it",
          "[autograd]") {
  const Tensor x = values({3}).requires_grad_();
  int calls = 0;
  x.register_hook([&](const Tensor& g) {
    ++calls;
    return g * 10;
  });
  const Tensor y = x * x;
  y.backward();
  CHECK(calls == 1);
  CHECK(list(x.grad())[0] == 60);
}

TEST_CASE("retain_grad: a non-leaf keeps its gradient", "[autograd]") {
  const Tensor x = values({3}).requires_grad_();
  const Tensor y = x * 2;
  y.retain_grad();
  (y * y).backward();
  CHECK(list(y.grad())[0] == 12);
}

TEST_CASE("broadcast: the gradient returns to the input's shape",
          "[autograd]") {
  const Tensor row = values({1, 2, 3}).requires_grad_();
  const Tensor number = empty({1}).requires_grad_();
  {
    const NoGradGuard guard;
    number.fill_(2);
  }
  (row * number).backward(values({1, 1, 1}));
  CHECK(list(number.grad()) == Floats{6});
}

}  // namespace
}  // namespace cresset
