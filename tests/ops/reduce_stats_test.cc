#include "cresset/tensor/ops/reduce_stats.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/reduce_minmax.h"
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

Tensor sample() { return make({2, 4}, {3, 1, 3, -2, 0, -5, 4, 4}); }
Tensor holes() { return make({2, 3}, {1, NAN, 2, 4, 3, 5}); }

TEST_CASE("var, std, logsumexp, norm: PyTorch's values", "[ops]") {
  const Tensor m = sample();
  check_close(var(m, 1), {5.58333333333333, 18.25});
  check_close(cresset::std(m, 0, {.correction = 0}), {1.5, 3.0, 0.5, 3.0});
  check_close(var(m), {10.2857142857143});
  check_close(var_mean(m, 1).mean, {1.25, 0.75});
  check_close(std_mean(m, 1).spread,
              {std::sqrt(5.58333333333333), std::sqrt(18.25)});
  check_close(logsumexp(m, 1), {3.76177415922627, 4.70232446451747});
  check_close(logsumexp(m, {0, 1}), {5.0319252394358});
  const Tensor h = m + 0.5;
  check_close(norm(h, 0, 1), {4, 4});
  check_close(norm(h, 0.5, 1), {38.3303027798234, 50});
  check_close(norm(h, 1, 1), {10, 14});
  check_close(norm(h, 2, 1), {5.3851648071345, 7.81024967590665});
  check_close(norm(h, 3, 1), {4.52252084825514, 6.4911121128885});
  check_close(norm(h, kInfinity, 1), {3.5, 4.5});
  check_close(norm(h, -kInfinity, 1), {1.5, 0.5});
  check_close(norm(h, -1, 1), {0.525, 0.375});
  check_close(nansum(holes(), 1), {3, 12});
  check_close(nanmean(holes(), 1), {1.5, 4});
  check_close(prod(m, 1), {-18, 0});
  CHECK(prod(m.to(int32), 0).dtype() == int64);
}

TEST_CASE("max, min, argmax: PyTorch's values", "[ops]") {
  const Tensor m = sample();
  CHECK(list(max(m, 1).values) == Doubles{3, 4});
  CHECK(list(max(m, 1).indices) == Doubles{0, 2});
  CHECK(list(min(m, 0).values) == Doubles{0, -5, 3, -2});
  CHECK(list(min(m, 0).indices) == Doubles{1, 1, 0, 0});
  CHECK(std::isnan(list(max(holes(), 1).values)[0]));
  CHECK(list(max(holes(), 1).indices) == Doubles{1, 2});
  CHECK(argmax(m).item<int64_t>() == 6);
  CHECK(list(argmin(holes(), 1)) == Doubles{1, 1});
  CHECK(argmax(m, -1, true).shape() == Shape{2, 1});
  CHECK(max(m.to(int32)).dtype() == int32);
  CHECK(max(make({0, 1}, bool_)).item<bool>());
  CHECK(std::isnan(max(holes()).item<double>()));
  CHECK(list(amax(m, {0, 1}, true)) == Doubles{4});
  CHECK(aminmax(m).min.item<double>() == -5);
  CHECK(list(aminmax(m, 1).max) == Doubles{3, 4});
  CHECK(argmax(make({}, {3}), 0).item<int64_t>() == 0);
  CHECK(max(empty({0, 3}), 1).indices.shape() == Shape{0});
}

TEST_CASE("max, argmax, var, logsumexp: all layouts and sizes", "[ops]") {
  for (const Shape& shape : {Shape{7, 900}, Shape{900, 7}, Shape{3, 70000},
                             Shape{70000, 3}, Shape{600, 1100}}) {
    const Tensor x = noise(shape);
    const Doubles in = list(x);
    for (int64_t d = 0; d < 2; ++d) {
      INFO("shape " << to_string(shape) << " dim " << d);
      const int64_t n = shape[static_cast<size_t>(d)];
      const int64_t others = shape[static_cast<size_t>(1 - d)];
      Doubles top, at, variance, logs;
      for (int64_t o = 0; o < others; ++o) {
        const auto value = [&](int64_t i) {
          return in[static_cast<size_t>(d == 0 ? i * others + o : o * n + i)];
        };
        int64_t best = 0;
        double sum = 0, squares = 0, exps = 0;
        for (int64_t i = 0; i < n; ++i) {
          if (value(i) > value(best)) best = i;
          sum += value(i);
          exps += std::exp(value(i));
        }
        const double mean = sum / static_cast<double>(n);
        for (int64_t i = 0; i < n; ++i) {
          squares += (value(i) - mean) * (value(i) - mean);
        }
        top.push_back(value(best));
        at.push_back(static_cast<double>(best));
        variance.push_back(squares / static_cast<double>(n - 1));
        logs.push_back(std::log(exps));
      }
      for (const Tensor& y : {x, reversed_layout(x), gapped_layout(x)}) {
        CHECK(list(max(y, d).values) == top);
        CHECK(list(argmax(y, d)) == at);
        CHECK(list(argmin(-y, d)) == at);
        CHECK(list(argmax(y.to(float32), d)) == at);
        check_close(var(y, d), variance, 1e-11);
        check_close(var(y.to(float32), d), variance, 1e-5);
        check_close(logsumexp(y, d), logs, 1e-11);
      }
    }
    double best = in[0];
    for (const double v : in) best = v > best ? v : best;
    for (const Tensor& y : {x, reversed_layout(x), gapped_layout(x)}) {
      const int64_t place = argmax(y).item<int64_t>();
      CHECK(in[static_cast<size_t>(place)] == best);
    }
  }
}

TEST_CASE("logsumexp: infinities", "[ops]") {
  constexpr double kInf = kInfinity;
  check_close(logsumexp(make({3, 2}, {-kInf, -kInf, kInf, 1, -1000, -1000}), 1),
              {-kInf, kInf, -1000 + std::log(2)});
  // A block of minus infinities before one of small numbers.
  const Tensor x = empty({6000}, {.dtype = float64});
  x.fill_(-kInf);
  internal::alias(x, IntSpan(), IntSpan(), 5999).fill_(-800);
  CHECK(logsumexp(x, 0).item<double>() == -800);
}

TEST_CASE("var: no cancellation far from zero", "[ops]") {
  const Tensor x = (noise({100000}) + 1e4).to(float32);
  CHECK(var(x).item<double>() ==
        Approx(var(x.to(float64)).item<double>()).epsilon(1e-4));
}

TEST_CASE("max, var, norm: the bits do not depend on the threads", "[ops]") {
  const Tensor x = noise({800, 901}, float32);
  check_threads([&] { return var(x); });
  check_threads([&] { return var(x, 0); });
  check_threads([&] { return norm(x); });
  check_threads([&] { return argmax(x); });
  check_threads([&] { return logsumexp(x, 0); });
  check_threads([&] { return prod(x + 1.0f, 1); });
}

TEST_CASE("max: gradients of ties as in PyTorch", "[ops][grad]") {
  const Tensor a = sample().requires_grad_();
  max(a).backward();
  CHECK(list(a.grad()) == Doubles{0, 0, 0, 0, 0, 0, 0.5, 0.5});
  a.set_grad(Tensor());
  sum(amax(a, 1)).backward();
  CHECK(list(a.grad()) == Doubles{0.5, 0, 0.5, 0, 0, 0, 0.5, 0.5});
  a.set_grad(Tensor());
  sum(max(a, 1).values).backward();
  CHECK(list(a.grad()) == Doubles{1, 0, 0, 0, 0, 0, 1, 0});
}

TEST_CASE("reductions with states: gradients", "[ops][grad]") {
  const Tensor x = noise({3, 4, 2}).requires_grad_();
  using In = std::vector<Tensor>;
  for (int64_t d = 0; d < 3; ++d) {
    gradcheck_all([&](const In& in) { return var(in[0], d); }, {x});
    gradcheck_all(
        [&](const In& in) {
          return cresset::std(in[0], {d}, {.correction = 0, .keepdim = true});
        },
        {x});
    gradcheck_all([&](const In& in) { return logsumexp(in[0], d); }, {x});
    gradcheck_all([&](const In& in) { return prod(in[0], d); }, {x});
    gradcheck_all([&](const In& in) { return max(in[0], d, true).values; },
                  {x});
  }
  const auto both = [](const In& in) -> In {
    const SpreadAndMean y = std_mean(in[0], {0, 2});
    return {y.spread, y.mean};
  };
  gradcheck(both, {x});
  gradgradcheck(both, {x});
  gradcheck_all([](const In& in) { return max(in[0]); }, {x});
  gradcheck_all([](const In& in) { return amin(in[0], {0, 1}); }, {x});
  gradcheck_all([](const In& in) { return nanmean(in[0], 1); }, {x});
  for (const double p : {0.5, 1.0, 1.5, 2.0, 3.0, kInfinity, -kInfinity}) {
    INFO("p = " << p);
    gradcheck_all([&](const In& in) { return norm(in[0], p, {1, 2}); }, {x});
  }
  const Tensor y = noise({3, 1, 2}, float64, 7).requires_grad_();
  gradcheck_all([](const In& in) { return dist(in[0], in[1], 3); }, {x, y});
}

TEST_CASE("prod: gradients where elements are zero", "[ops][grad]") {
  using In = std::vector<Tensor>;
  const Tensor one = make({2, 3}, {2, 0, 3, 1, 5, 4}).requires_grad_();
  const Tensor two = make({2, 3}, {0, 0, 3, 1, 5, 4}).requires_grad_();
  for (const Tensor& x : {one, two}) {
    gradcheck_all([](const In& in) { return prod(in[0], 1); }, {x});
    gradcheck_all([](const In& in) { return prod(in[0]); }, {x});
  }
}

TEST_CASE("norm, std: zero gradients where the norm is zero", "[ops][grad]") {
  const Tensor x = make({2, 2}, {0, 0, 3, 4}).requires_grad_();
  sum(norm(x, 2, 1)).backward();
  check_close(x.grad(), {0, 0, 0.6, 0.8});
  x.set_grad(Tensor());
  sum(cresset::std(x, 1)).backward();
  CHECK(list(x.grad())[0] == 0);
}

TEST_CASE("max, var, norm: errors", "[ops][error]") {
  CHECK(error_of([] { max(empty({0})); }) ==
        "max: expected reduction dim 0 to have non-zero size; got shape [0]");
  CHECK(error_of([] {
          argmax(empty({0, 2}));
        }) ==
        "argmax: expected at least one element or a reduction dim; got shape "
        "[0, 2]");
  CHECK(error_of([] {
          var(make({1, 2}, int64));
        }) == "var: x must be of a floating dtype; got int64");
  CHECK(error_of([] { norm(empty({0}), kInfinity); }) ==
        "norm: order inf has no value for no elements; got shape [0]");
  CHECK_THAT(error_of([] { max(noise({2}), 3); }), Catch::Contains("range"));
}

}  // namespace
}  // namespace cresset
