#include "cresset/tensor/ops/sort.h"

#include <algorithm>

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
using In = std::vector<Tensor>;

Tensor sample() { return make({2, 4}, {3, 1, 3, -2, 0, -5, 4, 4}); }
Tensor holes() { return make({2, 3}, {1, NAN, 2, 4, 3, 5}); }

TEST_CASE("sort: PyTorch's values", "[ops]") {
  for (const Dtype dtype : {float64, float32, int64, int16}) {
    const ValuesAndIndices y = sort(sample().to(dtype), 1, true);
    CHECK(y.values.dtype() == dtype);
    CHECK(list(y.values) == Doubles{3, 3, 1, -2, 4, 4, 0, -5});
    CHECK(list(y.indices) == Doubles{0, 2, 1, 3, 2, 3, 0, 1});
  }
  check_close(sort(holes(), 1).values, {1, 2, NAN, 3, 4, 5});
  CHECK(list(sort(holes(), 1).indices) == Doubles{0, 2, 1, 1, 0, 2});
  CHECK(list(argsort(holes(), 1, true)) == Doubles{1, 2, 0, 2, 0, 1});
  CHECK(list(msort(sample())) == Doubles{0, -5, 3, -2, 3, 1, 4, 4});
  CHECK(list(sort(sample(), {.dim = 0, .descending = true}).values) ==
        Doubles{3, 1, 4, 4, 0, -5, 3, -2});
}

TEST_CASE("sort: zeros of both signs are equal and keep their bits", "[ops]") {
  const ValuesAndIndices y = sort(make({0.0, -0.0, -1, 0.0}));
  CHECK(list(y.indices) == Doubles{2, 0, 1, 3});
  CHECK(std::signbit(list(y.values)[2]));
}

TEST_CASE("sort: long rows agree with the standard library", "[ops]") {
  for (const int64_t n : {1, 2, 511, 513, 5000}) {
    const Tensor x = noise({3, n});
    Doubles want = list(x);
    for (int64_t r = 0; r < 3; ++r) {
      std::sort(want.begin() + r * n, want.begin() + (r + 1) * n);
    }
    CHECK(list(sort(x, 1).values) == want);
    CHECK(list(sort(gapped_layout(x), 1).values) == want);
    CHECK(list(sort(reversed_layout(x), 1).values) == want);
    check_close(sort(x.to(float32), 1).values, want, 1e-7);
    const Tensor rounded = (x * 1000.0).to(int64);
    Doubles whole = list(rounded);
    for (int64_t r = 0; r < 3; ++r) {
      std::sort(whole.begin() + r * n, whole.begin() + (r + 1) * n);
    }
    CHECK(list(sort(rounded, 1).values) == whole);
  }
}

TEST_CASE("topk, kthvalue: PyTorch's values", "[ops]") {
  CHECK(list(topk(sample(), 2, 1).values) == Doubles{3, 3, 4, 4});
  CHECK(list(topk(sample(), 2, 1).indices) == Doubles{0, 2, 2, 3});
  CHECK(list(topk(sample(), 2, 0, false).values) ==
        Doubles{0, -5, 3, -2, 3, 1, 4, 4});
  CHECK(list(kthvalue(sample(), 2, 1).values) == Doubles{1, 0});
  CHECK(list(kthvalue(sample(), 2, 1).indices) == Doubles{1, 0});
  CHECK(topk(sample(), 0).values.shape() == Shape{2, 0});
  CHECK(topk(make({}, {3}), 1).values.item<double>() == 3);
}

TEST_CASE("topk: the first elements of sort, whatever k", "[ops]") {
  const Tensor x = noise({4, 3000}, float32);
  const Doubles all = list(sort(x, 1, true).values);
  for (const int64_t k : {1, 10, 64, 65, 3000}) {
    const Doubles got = list(topk(x, k, 1).values);
    for (int64_t r = 0; r < 4; ++r) {
      CHECK(std::equal(got.begin() + r * k, got.begin() + (r + 1) * k,
                       all.begin() + r * 3000));
    }
  }
}

TEST_CASE("median, nanmedian, mode: PyTorch's values", "[ops]") {
  CHECK(list(median(sample(), 1).values) == Doubles{1, 0});
  CHECK(list(median(sample(), 1).indices) == Doubles{1, 0});
  CHECK(list(nanmedian(holes(), 1).values) == Doubles{1, 4});
  CHECK(list(nanmedian(holes(), 1).indices) == Doubles{0, 0});
  check_close(median(holes(), 1).values, {NAN, 4});
  CHECK(list(median(holes(), 1).indices) == Doubles{1, 0});
  CHECK(median(sample()).item<double>() == 1);
  CHECK(nanmedian(holes()).item<double>() == 3);
  CHECK(list(mode(sample(), 1).values) == Doubles{3, 4});
  CHECK(list(mode(sample(), 1).indices) == Doubles{2, 3});
  CHECK(mode(sample(), 0, true).values.shape() == Shape{1, 4});
}

TEST_CASE("sort: the bits do not depend on the number of threads", "[ops]") {
  const Tensor x = noise({40, 2000}, float32);
  check_threads([&] { return sort(x, 1).indices; });
  check_threads([&] { return topk(x, 7, 0).indices; });
}

TEST_CASE("sort: gradients", "[ops][grad]") {
  const Tensor x = noise({3, 5}).requires_grad_();
  for (const int64_t d : {0, 1}) {
    gradcheck_all([&](const In& in) { return sort(in[0], d).values; }, {x});
    gradcheck_all([&](const In& in) { return topk(in[0], 2, d).values; }, {x});
    gradcheck_all([&](const In& in) { return median(in[0], d).values; }, {x});
    gradcheck_all([&](const In& in) { return kthvalue(in[0], 2, d).values; },
                  {x});
    gradcheck_all([&](const In& in) { return mode(in[0], d).values; }, {x});
  }
}

TEST_CASE("sort: errors", "[ops][error]") {
  CHECK(error_of([] { topk(noise({3}), 4); }) ==
        "topk: selected index k out of range; got k 4 for size 3");
  CHECK(error_of([] { kthvalue(noise({3}), 0); }) ==
        "kthvalue: selected number k out of range for dimension 0; got k 0 "
        "for size 3");
  CHECK_THAT(error_of([] { sort(noise({3}), 1); }), Catch::Contains("range"));
}

}  // namespace
}  // namespace cresset
