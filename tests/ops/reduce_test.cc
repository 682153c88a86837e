#include "cresset/tensor/ops/reduce.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
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

// sum over the dims that `mask` names, by a loop over all elements.
Doubles slow_sum(const Tensor& x, unsigned mask) {
  const Doubles in = list(x);
  Shape sizes = x.shape();
  Shape kept;
  for (size_t d = 0; d < sizes.size(); ++d) {
    if ((mask >> d & 1) == 0) kept.push_back(sizes[d]);
  }
  Doubles out(static_cast<size_t>(numel_of(kept)));
  for (size_t i = 0; i < in.size(); ++i) {
    size_t rest = i, to = 0, step = 1;
    for (size_t d = sizes.size(); d-- > 0;) {
      const auto size = static_cast<size_t>(sizes[d]);
      if ((mask >> d & 1) == 0) {
        to += rest % size * step;
        step *= size;
      }
      rest /= size;
    }
    out[to] += in[i];
  }
  return out;
}

TEST_CASE("sum: every set of dimensions in every layout", "[ops]") {
  for (const Shape& shape :
       {Shape{3, 4, 5}, Shape{2, 1, 70}, Shape{300, 3, 2}, Shape{5, 700, 3}}) {
    const Tensor x = noise(shape);
    for (const Tensor& y : {x, reversed_layout(x), gapped_layout(x)}) {
      for (unsigned mask = 1; mask < 8; ++mask) {
        INFO("shape " << to_string(shape) << " mask " << mask);
        Shape dims;
        for (int64_t d = 0; d < 3; ++d) {
          if (mask >> d & 1) dims.push_back(d);
        }
        check_close(sum(y, dims), slow_sum(x, mask), 1e-13);
        check_close(sum(y.to(float32), dims), slow_sum(x, mask), 5e-6);
      }
    }
  }
}

TEST_CASE("sum: long rows, long columns and many segments", "[ops]") {
  for (const Shape& shape : {Shape{3, 200000}, Shape{200000, 3}, Shape{600000},
                             Shape{2000, 300}, Shape{1500, 1500}}) {
    const Tensor x = noise(shape);
    for (int64_t d = 0; d < x.dim(); ++d) {
      INFO("shape " << to_string(shape) << " dim " << d);
      check_close(sum(x, d), slow_sum(x, 1u << d), 1e-11);
      check_close(sum(reversed_layout(x), d), slow_sum(x, 1u << d), 1e-11);
    }
  }
}

TEST_CASE("sum: float error stays small for ten million ones", "[ops]") {
  const Tensor x = empty({10000019});
  x.fill_(0.1);
  CHECK(sum(x).item<double>() == Approx(10000019 * double{0.1f}).epsilon(1e-6));
}

TEST_CASE("sum: the bits do not depend on the number of threads", "[ops]") {
  const Tensor x = noise({700, 901}, float32);
  check_threads([&] { return sum(x); });
  check_threads([&] { return sum(x, 0); });
  check_threads([&] { return sum(x, 1); });
  check_threads([&] { return mean(x.to(bfloat16), 0); });
}

TEST_CASE("sum: dtypes as PyTorch chooses them", "[ops]") {
  const Tensor x = make({2, 3}, {1, 0, 3, 4, 5, 6}, int32);
  CHECK(sum(x).dtype() == int64);
  CHECK(sum(x).item<int64_t>() == 19);
  CHECK(sum(x.to(uint8), 0).dtype() == int64);
  CHECK(list(sum(x.to(bool_), 1)) == Doubles{2, 3});
  CHECK(sum(x, float32).dtype() == float32);
  CHECK(list(sum(x, 0, false, float16)) == Doubles{5, 5, 9});
  CHECK(sum(x.to(float16)).dtype() == float16);
  // 2049 is the first integer that float16 cannot count to.
  const Tensor ones = empty({4096}, {.dtype = float16});
  ones.fill_(1);
  CHECK(sum(ones).item<double>() == 4096);
  CHECK(list(sum(make({1.5, -1.5, 2.7}), int64)) == Doubles{2});
}

TEST_CASE("sum: keepdim, negative dims, empty and zero-dim tensors", "[ops]") {
  const Tensor x = noise({2, 3, 4});
  CHECK(sum(x, -1, true).shape() == Shape{2, 3, 1});
  CHECK(sum(x, {0, -1}, true).shape() == Shape{1, 3, 1});
  CHECK(sum(x, Shape{}).shape() == Shape{});
  CHECK(sum(empty({0, 3}), 0).shape() == Shape{3});
  CHECK(list(sum(empty({0, 3}), 0)) == Doubles{0, 0, 0});
  CHECK(sum(empty({0, 3}), 1).shape() == Shape{0});
  CHECK(sum(make({}, {5})).item<double>() == 5);
  CHECK(sum(make({}, {5}), 0).item<double>() == 5);
  CHECK(sum(make({}, {5}), -1, true).shape() == Shape{});
}

TEST_CASE("mean: values and dtypes", "[ops]") {
  const Tensor x = make({2, 3}, {1, 2, 3, 4, 5, 9});
  CHECK(mean(x).item<double>() == 4);
  CHECK(list(mean(x, 0)) == Doubles{2.5, 3.5, 6});
  CHECK(mean(x.to(float16), 1).dtype() == float16);
  CHECK(mean(x.to(int64), float64).item<double>() == 4);
  CHECK(std::isnan(mean(empty({0})).item<double>()));
}

TEST_CASE("any, all, count_nonzero: numbers, NaN and emptiness", "[ops]") {
  const Tensor x = make({2, 3}, {0, 0.25, 0, 0, 0, 0});
  CHECK(any(x).item<bool>());
  CHECK(list(any(x, 1)) == Doubles{1, 0});
  CHECK(list(any(x, 0)) == Doubles{0, 1, 0});
  CHECK_FALSE(all(x).item<bool>());
  CHECK(all(x).dtype() == bool_);
  CHECK(any(x.to(uint8)).dtype() == uint8);
  CHECK(any(make({NAN})).item<bool>());
  CHECK(all(make({NAN, 1})).item<bool>());
  CHECK(all(empty({0})).item<bool>());
  CHECK_FALSE(any(empty({0})).item<bool>());
  CHECK(list(count_nonzero(x, 1)) == Doubles{1, 0});
  CHECK(count_nonzero(x).dtype() == int64);
}

TEST_CASE("sum, mean, sum_to_size: gradients", "[ops][grad]") {
  const Tensor x = noise({2, 3, 4}).requires_grad_();
  for (const bool keep : {false, true}) {
    gradcheck_all([&](const auto& in) { return sum(in[0] * in[0], 1, keep); },
                  {x});
    gradcheck_all(
        [&](const auto& in) {
          const Tensor y = mean(in[0] * in[0], {0, 2}, keep);
          return y * y;
        },
        {x});
  }
  gradcheck_all(
      [](const auto& in) {
        const Tensor y = sum_to_size(in[0] * in[0], {3, 1});
        return y * y;
      },
      {x});
  const Tensor y = noise({3}, float32).requires_grad_();
  sum(y, float64).backward();
  CHECK(y.grad().dtype() == float32);
  CHECK(sum(y).grad_fn() == "SumBackward");
}

TEST_CASE("reductions: errors name the op and the fault", "[ops][error]") {
  const Tensor x = noise({2, 3});
  CHECK_THAT(error_of([&] { sum(x, 2); }), Catch::Contains("range"));
  CHECK(error_of([&] {
          sum(x, {0, -2});
        }) == "sum: dim 0 appears multiple times in the list of dims");
  CHECK(error_of([&] { mean(x.to(int32)); }) ==
        "mean: could not infer output dtype. Input dtype must be either a "
        "floating point or complex dtype; got int32");
  CHECK(error_of([&] {
          sum_to_size(x, {2, 2});
        }) == "sum_to_size: size [2, 2] must be expandable to size [2, 3]");
}

}  // namespace
}  // namespace cresset
