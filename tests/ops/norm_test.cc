#include "cresset/tensor/ops/norm.h"

#include <cmath>

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/core/autograd.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/close.h"

namespace cresset {
namespace {

// Mean and variance of channel c of x [N, C, ...].
std::pair<double, double> channel_moments(const Tensor& x, int64_t c) {
  const std::vector<double> y = list(x);
  const int64_t inner = x.numel() / (x.size(0) * x.size(1));
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < x.size(0); ++i) {
    for (int64_t j = 0; j < inner; ++j) {
      const double v = y.at((i * x.size(1) + c) * inner + j);
      sum += v;
      squares += v * v;
    }
  }
  const double count = static_cast<double>(x.size(0) * inner);
  return {sum / count, squares / count - sum / count * (sum / count)};
}

TEST_CASE("batch_norm: training normalises each channel", "[ops]") {
  for (const Shape& shape : {Shape{4, 3, 5, 5}, Shape{8, 70}, Shape{4, 3, 6}}) {
    for (const Dtype dtype : {float32, float64}) {
      const Tensor x = random_input(shape, 1, 2, 5).detach().to(dtype);
      const Tensor y = batch_norm(x, Tensor(), Tensor(), Tensor(), Tensor(),
                                  {.training = true, .eps = 0});
      for (int64_t c = 0; c < shape[1]; ++c) {
        const auto [mean, var] = channel_moments(y, c);
        REQUIRE(mean == Approx(0).margin(1e-5));
        REQUIRE(var == Approx(1).margin(1e-4));
      }
    }
  }
}

TEST_CASE("batch_norm: running statistics move by momentum", "[ops]") {
  const Tensor x = random_input({4, 2, 3}, 1, 2, 5).detach().to(float32);
  const Tensor mean = zeros({2}), var = ones({2});
  batch_norm(x, mean, var, Tensor(), Tensor(), {.training = true});
  const auto [m, v] = channel_moments(x, 1);
  CHECK(list(mean)[1] == Approx(0.1 * m));
  CHECK(list(var)[1] == Approx(0.9 + 0.1 * v * 12 / 11));
  const Tensor before = mean.clone();
  batch_norm(x, mean, var);
  CHECK(list(mean) == list(before));
}

TEST_CASE("normalisation: gradients of both orders", "[ops][grad]") {
  const Tensor mean = full({2}, 0.3, {.dtype = float64});
  const Tensor var = full({2}, 1.7, {.dtype = float64});
  for (const bool training : {true, false}) {
    gradcheck_all(
        [&](const auto& x) {
          return batch_norm(x[0], mean.clone(), var.clone(), x[1], x[2],
                            {.training = training});
        },
        {random_input({3, 2, 2}, 1), random_input({2}, 2, 0.5, 2),
         random_input({2}, 3)},
        {.atol = 1e-4});
  }
  gradcheck_all(
      [](const auto& x) { return layer_norm(x[0], IntSpan{4}, x[1], x[2]); },
      {random_input({3, 4}, 1), random_input({4}, 2), random_input({4}, 3)},
      {.atol = 1e-4});
  gradcheck_all(
      [](const auto& x) { return group_norm(x[0], 2, x[1], x[2]); },
      {random_input({2, 4, 2}, 1), random_input({4}, 2), random_input({4}, 3)},
      {.atol = 1e-4});
  gradcheck_all([](const auto& x) { return instance_norm(x[0]); },
                {random_input({2, 2, 3}, 1)}, {.atol = 1e-4});
}

TEST_CASE("batch_norm: fused gradients equal those of the ops", "[ops][grad]") {
  const Tensor x = random_input({3, 4, 5}, 1), w = random_input({4}, 2);
  const Tensor y =
      batch_norm(x, Tensor(), Tensor(), w, Tensor(), {.training = true});
  const Tensor g = random_input({3, 4, 5}, 9).detach();
  const auto fused =
      grad(y, {x, w}, {.grad_outputs = {g}, .retain_graph = true});
  const auto by_ops =
      grad(y, {x, w}, {.grad_outputs = {g}, .create_graph = true});
  for (int k = 0; k < 2; ++k) {
    CHECK(close(fused[k], list(by_ops[k]), 1e-12));
  }
}

TEST_CASE("native norms: the statistics they used", "[ops]") {
  const Tensor x = tensor({{1.0, 2.0, 4.0}});
  const NormAndStatistics rows =
      native_layer_norm(x, IntSpan{3}, Tensor(), Tensor(), 0.5);
  CHECK(list(rows.y)[0] == Approx(-.92998));
  CHECK(rows.mean.shape() == Shape{1, 1});
  CHECK(rows.mean.item<double>() == Approx(2.33333));
  CHECK(rows.rstd.item<double>() == Approx(.69749));
  const Tensor column = reshape(x, {3, 1});
  const auto batch = [&](bool training) {
    return native_batch_norm(column, Tensor(), Tensor(), zeros({1}), ones({1}),
                             {.training = training, .eps = 0.5});
  };
  CHECK(batch(true).rstd.item<double>() == Approx(.69749));
  CHECK(batch(false).mean.numel() == 0);
}

TEST_CASE("local_response_norm: by neighbouring channels", "[ops][grad]") {
  const Tensor x = reshape(arange(1.0, 5.0), {1, 4, 1});
  const Tensor y = local_response_norm(x, 2, {.alpha = 1});
  CHECK(list(y)[0] == Approx(.73779));
  CHECK(list(y)[3] == Approx(.56795));
  CHECK_THROWS_WITH(local_response_norm(zeros({2, 3}), 2),
                    Catch::Contains("Expected 3D or higher"));
  gradcheck_all(
      [](const auto& v) { return local_response_norm(v[0], 3, {.alpha = 1}); },
      {random_input({2, 4, 2}, 1)});
}

TEST_CASE("batch_norm: errors", "[ops][error]") {
  CHECK_THROWS_WITH(batch_norm(zeros({1, 3}), Tensor(), Tensor(), Tensor(),
                               Tensor(), {.training = true}),
                    Catch::Contains("Expected more than 1 value per channel"));
  CHECK_THROWS_WITH(batch_norm(zeros({2, 3}), zeros({4}), ones({4})),
                    Catch::Contains("running_mean should contain 3 elements"));
  CHECK_THROWS_WITH(layer_norm(zeros({2, 3}), IntSpan{4}),
                    Catch::Contains("normalized_shape=[4]"));
}

}  // namespace
}  // namespace cresset
