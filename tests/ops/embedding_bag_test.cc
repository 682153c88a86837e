#include "cresset/tensor/ops/embedding_bag.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("embedding_bag: PyTorch's results", "[ops]") {
  const Tensor w = tensor({{1.0, 2.0}, {3.0, -4.0}, {5.0, 6.0}});
  const Tensor at = tensor({0, 2, 1, 1}), offsets = tensor({0, 2, 2});
  CHECK(list(embedding_bag(at, w, offsets, {.mode = "sum"})) ==
        Values{6, 8, 0, 0, 6, -8});
  CHECK(list(embedding_bag(at, w, offsets)) == Values{3, 4, 0, 0, 3, -4});
  CHECK(list(embedding_bag(at, w, offsets, {.mode = "max"})) ==
        Values{5, 6, 0, 0, 3, -4});
  const Tensor pairs = tensor({{0, 2}, {1, 1}});
  CHECK(list(embedding_bag(pairs, w, Tensor(), {.padding_idx = 0})) ==
        Values{5, 6, 3, -4});
  CHECK(list(embedding_bag(
            pairs, w, Tensor(),
            {.mode = "sum",
             .per_sample_weights = tensor({{1.0, 2.0}, {3.0, 4.0}})})) ==
        Values{11, 14, 21, -28});
  CHECK(embedding_bag(at, w, tensor({0, 2, 4}), {.include_last_offset = true})
            .shape() == Shape{2, 2});
}

TEST_CASE("embedding_bag: gradients", "[ops][grad]") {
  const Tensor w = random_input({4, 3}, 1);
  const Tensor at = tensor({{0, 3}, {1, 1}});
  for (const char* mode : {"sum", "mean", "max"}) {
    gradcheck_all(
        [&](const auto& v) {
          return embedding_bag(at, v[0], Tensor(), {.mode = mode});
        },
        {w});
  }
  gradcheck_all(
      [&](const auto& v) {
        return embedding_bag(at, v[0], Tensor(),
                             {.mode = "sum", .per_sample_weights = v[1]});
      },
      {w, random_input({2, 2}, 2)});
}

TEST_CASE("embedding_bag: what does not fit is an error", "[ops][error]") {
  const Tensor w = zeros({3, 2}), at = tensor({0, 2});
  CHECK_ERROR(embedding_bag(at, w), kShape, "offsets [B]");
  CHECK_ERROR(embedding_bag(tensor({0, 3}), w, tensor({0})), kIndex, "got 3");
  if (default_device().is_cpu()) {  // a GPU does not check offsets
    CHECK_ERROR(embedding_bag(at, w, tensor({1})), kValue, "rise from 0");
  }
  CHECK_ERROR(embedding_bag(at, w, tensor({0}), {.mode = "min"}), kValue,
              "'min'");
  CHECK_ERROR(embedding_bag(at, w, tensor({0}),
                            {.per_sample_weights = tensor({1.0, 1.0})}),
              kValue, "only supported for mode='sum'");
}

}  // namespace
}  // namespace cresset
