#include "cresset/tensor/ops/attention.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("scaled_dot_product_attention: PyTorch's results", "[ops]") {
  const Tensor q = tensor({{1.0, 0.0}, {0.0, 2.0}});
  const Tensor k = tensor({{1.0, 1.0}, {2.0, 0.0}});
  const Tensor v = tensor({{1.0, 2.0}, {3.0, 4.0}});
  const Values free = list(scaled_dot_product_attention(q, k, v));
  CHECK(free[0] == Approx(2.33952));
  CHECK(free[3] == Approx(2.39114));
  const Attention causal =
      scaled_dot_product_attention_with_weights(q, k, v, {.is_causal = true});
  CHECK(list(causal.weights)[1] == 0);
  CHECK(list(causal.weights)[2] == Approx(.80443));
  CHECK(list(causal.output)[0] == 1);
  const Tensor mask = tensor({{true, false}, {true, true}});
  CHECK(list(scaled_dot_product_attention(q, k, v, {.attn_mask = mask})) ==
        list(causal.output));
  CHECK_ERROR(scaled_dot_product_attention(
                  q, k, v, {.attn_mask = mask, .is_causal = true}),
              kValue, "should not be set");
  CHECK_ERROR(
      scaled_dot_product_attention(q, k, v, {.attn_mask = mask.to(int64)}),
      kDtype, "int64");
}

TEST_CASE("scaled_dot_product_attention: gradients", "[ops][grad]") {
  gradcheck_all(
      [](const auto& v) {
        return scaled_dot_product_attention(v[0], v[1], v[2],
                                            {.attn_mask = v[3]});
      },
      {random_input({2, 3, 2}, 1), random_input({2, 4, 2}, 2),
       random_input({2, 4, 3}, 3), random_input({3, 4}, 4)});
}

}  // namespace
}  // namespace cresset
