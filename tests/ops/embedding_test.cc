#include "cresset/tensor/ops/embedding.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("embedding: rows by number, gradients added to them", "[ops][grad]") {
  const Tensor at = tensor({{1, 2}, {2, 0}});
  const Tensor w = random_input({4, 3}, 1);
  const Tensor y = embedding(at, w);
  CHECK(y.shape() == Shape{2, 2, 3});
  CHECK(list(y)[3] == list(w)[6]);
  gradcheck_all([&](const auto& x) { return embedding(at, x[0]); }, {w});
  gradcheck_all([&](const auto& x) { return mul(embedding(at, x[0]), x[1]); },
                {w, random_input({2, 2, 3}, 2)});
}

TEST_CASE("embedding: the padding row gets no gradient", "[ops][grad]") {
  const Tensor w = random_input({3, 2}, 1);
  const Tensor y = embedding(tensor({0, 1, 2}), w, {.padding_idx = 1});
  y.backward(ones({3, 2}, {.dtype = float64}));
  CHECK(list(w.grad())[1] == 1);
  CHECK(list(w.grad())[2] == 0);
}

TEST_CASE("embedding: frequent rows are scaled on request", "[ops][grad]") {
  const Tensor w = random_input({3, 1}, 1);
  embedding(tensor({0, 0, 2}), w, {.scale_grad_by_freq = true})
      .backward(ones({3, 1}, {.dtype = float64}));
  CHECK(list(w.grad())[0] == 1);
}

TEST_CASE("embedding: an index out of range is an error", "[ops][error]") {
  CHECK_ERROR(embedding(tensor({0, 3}), zeros({3, 2})), kIndex,
              "got 3 for 3 rows");
  CHECK_ERROR(one_hot(tensor({0, 3}), 3), kIndex, "got 3");
}

TEST_CASE("one_hot: a one at each index", "[ops]") {
  const Tensor y = one_hot(tensor({1, 0, 2}));
  CHECK(y.shape() == Shape{3, 3});
  CHECK(list(y)[1] == 1);
  CHECK(list(y)[0] == 0);
}

}  // namespace
}  // namespace cresset
