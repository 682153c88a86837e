#include "cresset/tensor/ops/compare.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/where.h"
#include "cresset/tests/ops/close.h"

namespace cresset {
namespace {

using Tensors = std::vector<Tensor>;

TEST_CASE("compare: tensors and numbers, in both orders", "[ops]") {
  const Tensor a = tensor_of({1, 2, 3, kNan});
  const Tensor b = tensor_of({3, 2, 1, kNan});
  CHECK(list(a == b) == Values{0, 1, 0, 0});
  CHECK(list(a != b) == Values{1, 0, 1, 1});
  CHECK(list(a < b) == Values{1, 0, 0, 0});
  CHECK(list(a <= b) == Values{1, 1, 0, 0});
  CHECK(list(a > b) == Values{0, 0, 1, 0});
  CHECK(list(a >= b) == Values{0, 1, 1, 0});
  CHECK(list(a > 2) == Values{0, 0, 1, 0});
  CHECK(list(a >= 2) == Values{0, 1, 1, 0});
  CHECK(list(2 > a) == Values{1, 0, 0, 0});
  CHECK(list(2 <= a) == Values{0, 1, 1, 0});
  CHECK(list(a == 2) == Values{0, 1, 0, 0});
  CHECK(list(2 != a) == Values{1, 0, 1, 1});
  CHECK((a < b).dtype() == bool_);
}

TEST_CASE("compare: in the dtype that both promote to", "[ops]") {
  const Tensor big = full({1}, (int64_t{1} << 53) + 1, {.dtype = int64});
  CHECK(list(big == static_cast<double>(int64_t{1} << 53)) == Values{1});
  CHECK(list(big == (int64_t{1} << 53)) == Values{0});
  const Tensor u = tensor_of({3, 255}, uint8);
  CHECK(list(u == -1) == Values{0, 1});
  CHECK(list(u < 256) == Values{0, 0});
  CHECK(list(tensor_of({1, 2}, int64) > 1.5) == Values{0, 1});
  CHECK(list(tensor_of({0.1}, float16) == 0.1) == Values{1});
  CHECK(list(tensor_of({1, 0}, bool_) == 1) == Values{1, 0});
}

TEST_CASE("logical: non-zero counts as true", "[ops]") {
  const Tensor a = tensor_of({0, 0.5, kNan, 0});
  const Tensor b = tensor_of({0, 0, 3, 4}, int64);
  CHECK(list(logical_and(a, b)) == Values{0, 0, 1, 0});
  CHECK(list(logical_or(a, b)) == Values{0, 1, 1, 1});
  CHECK(list(logical_xor(a, b)) == Values{0, 1, 0, 1});
  CHECK(list(logical_not(a)) == Values{1, 0, 0, 1});
}

TEST_CASE("tests of floats", "[ops]") {
  for (const Dtype dtype : {float64, float32, float16, bfloat16}) {
    const Tensor x = tensor_of({kNan, kInf, -kInf, -0.0, 1}, dtype);
    CHECK(list(isnan(x)) == Values{1, 0, 0, 0, 0});
    CHECK(list(isinf(x)) == Values{0, 1, 1, 0, 0});
    CHECK(list(isfinite(x)) == Values{0, 0, 0, 1, 1});
    CHECK(list(isposinf(x)) == Values{0, 1, 0, 0, 0});
    CHECK(list(isneginf(x)) == Values{0, 0, 1, 0, 0});
    CHECK(list(signbit(x))[3] == 1);
  }
  CHECK(list(isfinite(tensor_of({3}, int64))) == Values{1});
  CHECK(list(signbit(tensor_of({-3, 3}, int64))) == Values{1, 0});
}

TEST_CASE("isclose, allclose and equal", "[ops]") {
  const Tensor a = tensor_of({1, 1, kInf, kNan, 0});
  const Tensor b = tensor_of({1 + 1e-6, 1.1, kInf, kNan, 1e-9});
  CHECK(list(isclose(a, b)) == Values{1, 0, 1, 0, 1});
  CHECK(list(isclose(a, b, 0.2, 0, true)) == Values{1, 1, 1, 1, 0});
  CHECK_FALSE(allclose(a, b));
  CHECK(allclose(a, a, 0, 0, true));
  CHECK(equal(tensor_of({1, 2}), tensor_of({1, 2})));
  CHECK_FALSE(equal(tensor_of({1, 2}), tensor_of({1, 3})));
  CHECK_FALSE(equal(tensor_of({1}), tensor_of({1, 1})));
  CHECK_ERROR(isclose(a, b.to(float32)), kDtype,
              "isclose: both tensors must have one dtype");
  CHECK_ERROR(isclose(a, b, -1), kValue, "tolerances must be >= 0");
}

TEST_CASE("where: promotes, broadcasts and routes the gradient",
          "[ops][grad]") {
  const Tensor c = tensor_of({1, 0}, bool_);
  const Tensor i = tensor_of({1, -2}, int64), f = tensor_of({0.5, -1.5});
  CHECK(list(where(c, i, f)) == Values{1, -1.5});
  CHECK(where(c, i, 2.5).dtype() == float32);
  CHECK(list(where(c, 2, i)) == Values{2, -2});
  CHECK(where(c, 2, 3).dtype() == int64);
  CHECK(where(c, tensor_of({1, 2}, float16), 2.5).dtype() == float16);
  const Tensor wide = where(tensor_of({1, 0, 1}, bool_), full({2, 1}, 4), 5);
  CHECK(sizes_of(wide) == Sizes{2, 3});
  CHECK(list(wide) == Values{4, 5, 4, 4, 5, 4});
  CHECK_NOTHROW(gradcheck_all(
      [&](const Tensors& in) { return where(c, exp(in[0]), in[1]); },
      {tensor_of({1, 2}).requires_grad_(), tensor_of({3}).requires_grad_()}));
  CHECK_ERROR(where(f, i, i), kDtype,
              "where: expected condition to be a boolean tensor; got float64");
}

TEST_CASE("masked_fill: out of place and in place", "[ops][grad]") {
  const Tensor mask = tensor_of({1, 0, 1}, bool_);
  const Tensor x = tensor_of({1, 2, 3});
  CHECK(list(masked_fill(x, mask, 9)) == Values{9, 2, 9});
  CHECK(list(masked_fill(x.to(int64), mask, 2.5)) == Values{2, 2, 2});
  CHECK(masked_fill_(x, mask, -kInf).is_same(x));
  CHECK(list(x) == Values{-kInf, 2, -kInf});
  CHECK_NOTHROW(gradcheck_all(
      [&](const Tensors& in) {
        const Tensor y = in[0].clone();
        return masked_fill_(y, mask, 7) * masked_fill(exp(in[0]), mask, 2);
      },
      {tensor_of({1, 2, 3}).requires_grad_()}));
  CHECK_ERROR(masked_fill(x, x, 1), kDtype, "mask to be a boolean tensor");
  CHECK_ERROR(masked_fill(x, mask, x), kShape, "a 0-dim tensor; got [3]");
}

}  // namespace
}  // namespace cresset
