// Reductions with more results than a launch can number, at sizes that a test
// can afford.

#include "cresset/cuda/ops/reduce.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tests/cuda/both.h"

namespace cresset {
namespace {

using namespace testing;  // NOLINT

struct SmallParts {
  int64_t before = internal::cuda::most_reduce_results;
  explicit SmallParts(int64_t most) {
    internal::cuda::most_reduce_results = most;
  }
  ~SmallParts() { internal::cuda::most_reduce_results = before; }
};

}  // namespace

TEST_CASE("reductions in parts: the same results", "[cuda]") {
  const Tensors inputs = {numbers({5, 7, 11}),
                          reversed(numbers({5, 7, 11}, float32, 2))};
  for (const int64_t most : {1, 3, 10, 34}) {
    CAPTURE(most);
    const SmallParts parts(most);
    for (const int64_t dim : {0, 1, 2}) {
      CAPTURE(dim);
      check_both(inputs, [&](const Tensors& t) -> Tensors {
        return {sum(t[0], {dim}),           sum(t[1], {dim}, true),
                max(t[0], dim).values,      max(t[1], dim).indices,
                var_mean(t[0], {dim}).mean, var_mean(t[1], {dim}).spread};
      });
    }
    check_both(inputs, [](const Tensors& t) -> Tensors {
      return {sum(t[0]), sum(t[1], {0, 2}), amax(t[0], {1, 2})};
    });
  }
}

}  // namespace cresset
