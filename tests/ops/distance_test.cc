#include "cresset/tensor/ops/distance.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("cdist: norms of all differences", "[ops]") {
  const Tensor a = tensor({{0.0, 0.0}, {3.0, 4.0}});
  const Tensor b = tensor({{0.0, 1.0}, {3.0, 0.0}, {-1.0, 2.0}});
  CHECK(list(cdist(a, b, 0)) == Values{1, 1, 2, 2, 1, 2});
  CHECK(list(cdist(a, b, 1)) == Values{1, 3, 3, 6, 4, 6});
  CHECK(list(cdist(a, b, kInfinity)) == Values{1, 3, 2, 3, 4, 4});
  CHECK(list(cdist(a, b))[3] == Approx(4.24264));
  CHECK(list(cdist(a, b, 3))[5] == Approx(4.16017));
  CHECK(cdist(zeros({2, 1, 3, 4}), zeros({5, 2, 4})).shape() ==
        Shape{2, 5, 3, 2});
  CHECK(list(cdist(zeros({1, 0}), zeros({2, 0}))) == Values{0, 0});
  CHECK_ERROR(cdist(a, zeros({2, 3})), kShape, "same number of columns");
  CHECK_ERROR(cdist(a, b, -1), kValue, "non-negative");
}

TEST_CASE("pdist: norms of the differences of rows", "[ops]") {
  const Tensor b = tensor({{0.0, 1.0}, {3.0, 0.0}, {-1.0, 2.0}});
  CHECK(list(pdist(b, 1)) == Values{4, 2, 6});
  CHECK(pdist(zeros({1, 3})).numel() == 0);
  CHECK_ERROR(pdist(zeros({3})), kShape, "2D");
}

TEST_CASE("renorm: long slices are shortened", "[ops]") {
  const Tensor y = renorm(tensor({{3.0, 4.0}, {0.3, 0.4}}), 2, 0, 1);
  const Values want = {.6, .8, .3, .4}, got = list(y);
  for (size_t i = 0; i < 4; ++i) CHECK(got[i] == Approx(want[i]));
  CHECK_ERROR(renorm(zeros({3}), 2, 0, 1), kShape, "at least 2");
  CHECK_ERROR(renorm(zeros({3, 3}), -2, 0, 1), kValue, "got p -2");
}

TEST_CASE("distances: gradients", "[ops][grad]") {
  const Tensor a = random_input({2, 3}, 1), b = random_input({4, 3}, 2);
  for (const double p : {1.0, 1.5, 2.0, 3.0, kInfinity}) {
    gradcheck_all([p](const auto& v) { return cdist(v[0], v[1], p); }, {a, b});
    gradcheck_all([p](const auto& v) { return pdist(v[0], p); }, {b});
  }
  gradcheck_all([](const auto& v) { return renorm(v[0], 3, 1, 0.7); }, {b});
}

}  // namespace
}  // namespace cresset
