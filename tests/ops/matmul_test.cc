#include "cresset/tensor/ops/matmul.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

// The product by its definition, for two matrices in float64; on the host.
Tensor naive(const Tensor& a, const Tensor& b) {
  Tensor y =
      empty({a.size(0), b.size(1)}, {.dtype = float64, .device = Device()});
  const Tensor x = a.detach().cpu().contiguous();
  const Tensor z = b.detach().cpu().contiguous();
  for (int64_t i = 0; i < y.size(0); ++i) {
    for (int64_t j = 0; j < y.size(1); ++j) {
      double sum = 0;
      for (int64_t k = 0; k < a.size(1); ++k) {
        sum += x.data<double>()[i * a.size(1) + k] *
               z.data<double>()[k * b.size(1) + j];
      }
      y.data<double>()[i * y.size(1) + j] = sum;
    }
  }
  return y;
}

void check_close(const Tensor& got, const Tensor& want, double tolerance) {
  REQUIRE(got.sizes() == want.sizes());
  const Values x = list(got), y = list(want);
  for (size_t i = 0; i < x.size(); ++i) {
    REQUIRE(std::fabs(x[i] - y[i]) <= tolerance * (1 + std::fabs(y[i])));
  }
}

TEST_CASE("mm: every dtype and layout agrees with the definition", "[ops]") {
  const int64_t sizes[][3] = {
      {1, 1, 1}, {3, 4, 5}, {17, 33, 9}, {2, 0, 3}, {64, 64, 64}};
  for (const auto& [m, k, n] : sizes) {
    const Tensor a = random_input({m, k}, 1), b = random_input({k, n}, 2);
    const Tensor want = naive(a, b);
    CAPTURE(m, k, n);
    check_close(mm(a, b), want, 1e-12);
    check_close(mm(a.to(float32), b.to(float32)), want, 1e-5);
    check_close(mm(a.to(bfloat16), b.to(bfloat16)), want, 8e-2);
    const Tensor at = transpose(a, 0, 1).contiguous();
    const Tensor bt = transpose(b, 0, 1).contiguous();
    check_close(mm(transpose(at, 0, 1), b), want, 1e-12);
    check_close(mm(a, transpose(bt, 0, 1)), want, 1e-12);
    check_close(mm(transpose(at, 0, 1), transpose(bt, 0, 1)), want, 1e-12);
  }
}

TEST_CASE("mm: integers wrap like their type", "[ops]") {
  const Tensor a = full({2, 3}, 100, {.dtype = int8});
  const Tensor y = mm(a, full({3, 1}, 2, {.dtype = int8}));
  CHECK(y.dtype() == int8);
  CHECK(list(y)[0] == static_cast<int8_t>(600));
}

TEST_CASE("matmul: shapes by rank", "[ops]") {
  const auto shape = [](IntSpan a, IntSpan b) {
    return matmul(zeros(a), zeros(b)).shape();
  };
  CHECK(shape({3}, {3}) == Shape{});
  CHECK(shape({2, 3}, {3}) == Shape{2});
  CHECK(shape({3}, {3, 4}) == Shape{4});
  CHECK(shape({5, 2, 3}, {3, 4}) == Shape{5, 2, 4});
  CHECK(shape({5, 1, 2, 3}, {6, 3, 4}) == Shape{5, 6, 2, 4});
  CHECK(shape({3}, {6, 3, 4}) == Shape{6, 4});
  CHECK(shape({6, 2, 3}, {3}) == Shape{6, 2});
}

TEST_CASE("matmul family: gradients of both orders", "[ops][grad]") {
  const auto pair = [](auto f, IntSpan a, IntSpan b) {
    gradcheck_all([f](const auto& x) { return f(x[0], x[1]); },
                  {random_input(a, 3), random_input(b, 4)});
  };
  pair([](auto& a, auto& b) { return mm(a, b); }, {2, 3}, {3, 2});
  pair([](auto& a, auto& b) { return bmm(a, b); }, {2, 2, 3}, {2, 3, 2});
  pair([](auto& a, auto& b) { return mv(a, b); }, {2, 3}, {3});
  pair([](auto& a, auto& b) { return dot(a, b); }, {3}, {3});
  pair([](auto& a, auto& b) { return outer(a, b); }, {3}, {2});
  pair([](auto& a, auto& b) { return inner(a, b); }, {2, 3}, {4, 3});
  pair([](auto& a, auto& b) { return matmul(a, b); }, {2, 1, 2, 3}, {3, 3, 2});
  pair([](auto& a, auto& b) { return tensordot(a, b, 2); }, {2, 3, 4},
       {3, 4, 2});
  gradcheck_all([](const auto& x) { return linear(x[0], x[1], x[2]); },
                {random_input({2, 2, 3}, 1), random_input({4, 3}, 2),
                 random_input({4}, 3)});
  gradcheck_all(
      [](const auto& x) {
        return addmm(x[0], x[1], x[2], {.beta = 0.5, .alpha = 2.0});
      },
      {random_input({3}, 1), random_input({2, 2}, 2), random_input({2, 3}, 3)});
  gradcheck_all([](const auto& x) { return bilinear(x[0], x[1], x[2], x[3]); },
                {random_input({2, 3}, 1), random_input({2, 2}, 2),
                 random_input({2, 3, 2}, 3), random_input({2}, 4)});
}

TEST_CASE("matmul: errors name the shapes", "[ops][error]") {
  CHECK_THROWS_WITH(
      matmul(zeros({2, 3}), zeros({4, 5})),
      Catch::Equals("matmul: inner sizes must agree; got [2, 3] x [4, 5]"));
  CHECK_THROWS_WITH(mm(zeros({2}), zeros({2, 2})),
                    Catch::Contains("mm: a 2-d and a 2-d tensor are needed"));
  CHECK_THROWS_WITH(mm(zeros({2, 2}), zeros({2, 2}, {.dtype = float64})),
                    Catch::Contains("float32 and float64"));
  CHECK_THROWS_WITH(linear(zeros({2, 3}), zeros({5, 4})),
                    Catch::Contains("in_features = 4"));
}

}  // namespace
}  // namespace cresset
