#include "cresset/tensor/ops/softmax.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/unary.h"
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

constexpr double kInf = INFINITY;

TEST_CASE("softmax: PyTorch's values", "[ops]") {
  const Tensor x = make({2, 3}, {1, 2, 3, -1, 0.5, 100});
  check_close(softmax(x, 1),
              {0.0900305731703805, 0.244728471054798, 0.665240955774822,
               1.36853947117385e-44, 6.13336839028609e-44, 1.0});
  check_close(log_softmax(x, -1), {-2.40760596444438, -1.40760596444438,
                                   -0.407605964444380, -101, -99.5, 0.0});
  check_close(softmax(x, 0),
              {0.880797077977882, 0.817574476193644, 7.47197233734299e-43,
               0.119202922022118, 0.182425523806356, 1.0});
  check_close(softmin(x, 1),
              {0.665240955774822, 0.244728471054798, 0.0900305731703805,
               0.817574476193644, 0.182425523806356, 1.11888294129529e-44});
}

TEST_CASE("softmax: infinities and NaN as in PyTorch", "[ops]") {
  const Tensor x =
      make({4, 3}, {-kInf, 0, 1, -kInf, -kInf, -kInf, kInf, 0, 1, NAN, 0, 1});
  Doubles want = {0, 0.268941421369995, 0.731058578630005};
  want.resize(12, NAN);
  check_close(softmax(x, 1), want);
  check_close(softmax(x.to(float32), 1), want, 1e-6);
  want = {-kInf, -1.31326168751822, -0.313261687518223};
  want.resize(12, NAN);
  check_close(log_softmax(x, 1), want);
}

// By definition, element by element.
Tensor slow_softmax(const Tensor& x, int64_t dim) {
  const Tensor e = exp(x);
  return e / sum(e, dim, true);
}

TEST_CASE("softmax: every dimension, layout and length", "[ops]") {
  for (const Shape& shape :
       {Shape{3, 10, 4}, Shape{2, 65, 3}, Shape{1, 5000, 1}, Shape{4, 2, 300},
        Shape{70, 1, 9}}) {
    const Tensor x = noise(shape);
    for (const Tensor& y : {x, reversed_layout(x), gapped_layout(x)}) {
      for (int64_t d = 0; d < 3; ++d) {
        INFO("shape " << to_string(shape) << " dim " << d);
        const Tensor want = slow_softmax(x, d);
        check_close(softmax(y, d), want);
        check_close(log_softmax(y, d), log(want));
        check_close(softmax(y.to(float32), d), want, 1e-6);
      }
    }
  }
}

TEST_CASE("softmax: dtypes, ranks and emptiness", "[ops]") {
  const Tensor x = noise({4, 6});
  CHECK(softmax(x.to(float16), 1).dtype() == float16);
  check_close(softmax(x.to(bfloat16), 1), softmax(x, 1), 1e-2);
  CHECK(softmax(make({1, 2}, int64), 0, float32).dtype() == float32);
  CHECK(softmax(make({}, {3}), 0).item<double>() == 1);
  CHECK(softmax(empty({0, 3}), 1).shape() == Shape{0, 3});
  CHECK(softmax(empty({3, 0}), 1).shape() == Shape{3, 0});
}

TEST_CASE("softmax: the bits do not depend on the number of threads", "[ops]") {
  const Tensor x = noise({300, 333}, float32);
  for (const int64_t d : {0, 1}) {
    check_threads([&] { return softmax(x, d); });
    check_threads([&] { return log_softmax(x, d); });
  }
}

TEST_CASE("softmax: gradients", "[ops][grad]") {
  const Tensor x = noise({3, 4, 2}).requires_grad_();
  for (int64_t d = 0; d < 3; ++d) {
    gradcheck_all([&](const auto& in) { return softmax(in[0], d); }, {x});
    gradcheck_all([&](const auto& in) { return log_softmax(in[0], d); }, {x});
    gradcheck_all([&](const auto& in) { return softmin(in[0], d); }, {x});
  }
  CHECK(softmax(x, 0).grad_fn() == "SoftmaxBackward");
  CHECK(log_softmax(x, 0).grad_fn() == "LogSoftmaxBackward");
  const Tensor y = noise({2, 3}, float16).requires_grad_();
  sum(softmax(y, 1) * noise({2, 3}, float16)).backward();
  CHECK(y.grad().dtype() == float16);
}

TEST_CASE("softmax: errors", "[ops][error]") {
  CHECK_THAT(error_of([] { softmax(noise({2}), 1); }),
             Catch::Contains("range"));
  CHECK(error_of([] {
          log_softmax(make({1, 2}, int64), 0);
        }) == "log_softmax: x must be of a floating dtype; got int64");
}

}  // namespace
}  // namespace cresset
