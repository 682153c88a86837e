// Mixed precision on the CPU, against PyTorch 2.15.

#include "cresset/tensor/core/autocast.h"

#include "cresset/tensor/core/backend.h"
#include "cresset/tensor/tensor.h"
#include "cresset/tests/catch.h"

using namespace cresset;

namespace {

const Tensor& input() {
  static const Tensor x = tensor({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}});
  return x;
}

Tensor weight() {
  return tensor({{0.1, 0.2, 0.3}, {-0.1, 0.5, 0.7}}).requires_grad_();
}

}  // namespace

TEST_CASE("autocast: products run in 16 bits, losses in 32, as in PyTorch",
          "[core][autocast]") {
  const Tensor w = weight();
  Tensor loss;
  {
    const AutocastGuard autocast(DeviceType::kCpu, {.dtype = bfloat16});
    const Tensor y = linear(input(), w);
    CHECK(y.dtype() == bfloat16);
    CHECK(equal(y.detach().to(float32),
                tensor({{1.40625, 3.0}, {3.203125, 6.28125}})));
    CHECK(softmax(y, 1).dtype() == bfloat16);
    CHECK(exp(y).dtype() == bfloat16);
    CHECK(prod(y, 1).dtype() == float32);
    loss = cross_entropy(y, tensor({int64_t{0}, int64_t{1}}));
    CHECK(loss.dtype() == float32);
    CHECK(loss.item<double>() == Approx(0.9119).margin(5e-5));
  }
  loss.backward();
  CHECK(w.grad().dtype() == float32);
  CHECK(allclose(
      w.grad(), tensor({{-0.3281, -0.7227, -1.1172}, {0.3281, 0.7227, 1.1172}}),
      0, 5e-5));
}

TEST_CASE("autocast: every kind of product is lowered, other ops are not",
          "[core][autocast]") {
  const Tensor a = ones({2, 3, 4}), b = ones({2, 4, 5}), m = ones({4, 4});
  const AutocastGuard autocast(DeviceType::kCpu);
  CHECK(matmul(a, b).dtype() == bfloat16);
  CHECK(bmm(a, b).dtype() == bfloat16);
  CHECK(mm(m, m).dtype() == bfloat16);
  CHECK(mv(m, ones({4})).dtype() == bfloat16);
  CHECK(addmm(ones({4}), m, m).dtype() == bfloat16);
  CHECK(baddbmm(ones({5}), a, b).dtype() == bfloat16);
  CHECK(conv1d(a, ones({2, 3, 1})).dtype() == bfloat16);
  CHECK(conv2d(ones({1, 2, 4, 4}), ones({3, 2, 1, 1}), ones({3})).dtype() ==
        bfloat16);
  CHECK(conv_transpose1d(a, ones({3, 2, 1})).dtype() == bfloat16);
  CHECK(add(a, a).dtype() == float32);
  CHECK(relu(a).dtype() == float32);
  CHECK(mm(m.to(float64), m.to(float64)).dtype() == float64);
  CHECK(mse_loss(a.to(bfloat16), a.to(bfloat16)).dtype() == float32);
}

TEST_CASE("autocast: scopes nest, and end", "[core][autocast]") {
  const Tensor m = ones({2, 2});
  CHECK_FALSE(is_autocast_enabled(DeviceType::kCpu));
  {
    const AutocastGuard outer(DeviceType::kCpu, {.dtype = float16});
    CHECK(autocast_dtype(DeviceType::kCpu) == float16);
    {
      const AutocastGuard inner(DeviceType::kCpu, {.enabled = false});
      CHECK_FALSE(is_autocast_enabled(DeviceType::kCpu));
      CHECK(mm(m, m).dtype() == float32);
    }
    CHECK(mm(m, m).dtype() == float16);
    const AutocastGuard other(DeviceType::kCuda);
    CHECK(mm(m, m).dtype() == float16);
  }
  CHECK_FALSE(is_autocast_enabled(DeviceType::kCpu));
  CHECK_FALSE(is_autocast_enabled(DeviceType::kCuda));
  CHECK(autocast_dtype(DeviceType::kCpu) == bfloat16);
  CHECK(autocast_dtype(DeviceType::kCuda) == float16);
  CHECK(mm(m, m).dtype() == float32);
}

TEST_CASE(
    "autocast: a parameter is converted once a scope, and its gradient "
    "adds up",
    "[core][autocast]") {
  const Tensor w = weight();
  Tensor y;
  {
    const AutocastGuard autocast(DeviceType::kCpu);
    const Tensor first = internal::lowered(w);
    CHECK(internal::lowered(w).is_same(first));
    y = sum(linear(input(), w)) + sum(linear(input(), w));
  }
  y.backward();
  CHECK(equal(w.grad(), tensor({{10.0, 14.0, 18.0}, {10.0, 14.0, 18.0}})));
  w.detach().fill_(1);
  const AutocastGuard autocast(DeviceType::kCpu);
  CHECK(equal(linear(input(), w).detach().to(float32),
              tensor({{6.0, 6.0}, {15.0, 15.0}})));
}

TEST_CASE("autocast: takes 16-bit types only", "[core][autocast][error]") {
  CHECK_THROWS_WITH(
      AutocastGuard(DeviceType::kCpu, {.dtype = float32}),
      "autocast: the dtype must be float16 or bfloat16; got float32");
  CHECK(mm(ones({1, 1}), ones({1, 1})).dtype() == float32);
}
