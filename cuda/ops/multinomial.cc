// Draws by weight, made of ops.

#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/check_all.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/scan.h"
#include "cresset/tensor/ops/search.h"
#include "cresset/tensor/ops/sort.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::internal::cuda {
namespace {

Tensor multinomial_cuda(const Tensor& weights, int64_t count, bool replacement,
                        Generator* /*generator*/) {
  const NoGradGuard guard;
  const int64_t n = weights.size(-1);
  const Tensor sums = sum(weights, {-1}, true);
  const Tensor fine = logical_and(
      all(ge(weights, 0)), all(logical_and(isfinite(sums), gt(sums, 0))));
  check_all(fine, "multinomial",
            ": probability tensor contains either `inf`, `nan` or element < 0, "
            "or a row whose sum is 0");
  if (!replacement || count == 1) {
    // The first of exponential times whose rates are the weights.
    const Tensor times = exponential_(empty_like(weights));
    return topk(div(weights, times), count).indices;
  }
  // Where a random part of the sum of a row is reached.
  const Tensor reached = cumsum(weights.to(float64), -1);
  Shape sizes = weights.shape();
  sizes.back() = count;
  const Tensor part =
      mul(rand(sizes, {.dtype = float64, .device = weights.device()}),
          narrow(reached, -1, n - 1, 1));
  return clamp(searchsorted(reached, part, {.right = true}), 0, n - 1);
}

const MultinomialKernel::Entry on_cuda{multinomial_kernel, DeviceType::kCuda,
                                       multinomial_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
