#include "cresset/tensor/ops/loss_class.h"

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/loss.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {

void check_class_shapes(const Tensor& x, const Tensor& target,
                        const Tensor& weight, const char* op) {
  CRESSET_CHECK(x.dim() >= 1, kShape, op,
                ": x must have at least one dimension; got ", x.sizes());
  Shape wanted = x.shape();
  wanted.erase(x.dim() == 1 ? 0 : 1);
  CRESSET_CHECK(target.shape() == wanted, kShape, op, ": for x of shape ",
                x.sizes(), " target must have shape ", wanted, "; got ",
                target.sizes());
  CRESSET_CHECK(target.dtype() == int64, kDtype, op,
                ": target classes must be int64; got ", target.dtype());
  const int64_t classes = x.dim() == 1 ? x.size(0) : x.size(1);
  CRESSET_CHECK(
      !weight.defined() || (weight.dim() == 1 && weight.size(0) == classes),
      kShape, op, ": weight must have one element for each of ", classes,
      " classes; got shape ", weight.defined() ? weight.sizes() : IntSpan());
}

int64_t check_targets(const Tensor& target, int64_t classes, int64_t ignored,
                      const char* op) {
  const Tensor host = target.cpu().contiguous();
  const int64_t* t = host.data<int64_t>();
  int64_t counted = 0;
  for (int64_t i = 0; i < host.numel(); ++i) {
    if (t[i] == ignored) continue;
    CRESSET_CHECK(t[i] >= 0 && t[i] < classes, kIndex, op, ": target ", t[i],
                  " is out of bounds for ", classes, " classes");
    ++counted;
  }
  return counted;
}

Tensor target_factors(const Tensor& target, const Tensor& weight,
                      int64_t ignored, Dtype dtype) {
  const Tensor counted = ne(target, ignored);
  if (!weight.defined()) return counted.to(dtype);
  const Tensor safe = where(counted, target, 0);
  const Tensor each =
      reshape(index_select(weight, 0, reshape(safe, {-1})), target.sizes());
  return mul(each, counted);
}

Tensor target_weight(const Tensor& target, const Tensor& weight,
                     int64_t ignored, Dtype dtype) {
  return sum(target_factors(target, weight, ignored, dtype));
}

}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor nll_loss(const Tensor& x, const Tensor& target,
                const NllLossOptions& options) {
  if (autocast_raises(x)) return nll_loss(raised(x), target, options);
  check_class_shapes(x, target, options.weight, "nll_loss");
  if (x.dim() == 1) {
    const Tensor y = nll_loss(unsqueeze(x, 0), unsqueeze(target, 0), options);
    return options.reduction == Reduction::kNone ? squeeze(y, 0) : y;
  }
  if (target.device().is_cpu()) {  // elsewhere gather() finds a bad class
    check_targets(target, x.size(1), options.ignore_index, "nll_loss");
  }
  const Tensor factors =
      target_factors(target, options.weight, options.ignore_index, x.dtype());
  const Tensor safe = where(ne(target, options.ignore_index), target, 0);
  const Tensor picked = squeeze(gather(x, 1, unsqueeze(safe, 1)), 1);
  // An ignored element may be infinite, so it is replaced, not multiplied.
  const Tensor counted = where(ne(target, options.ignore_index), picked, 0);
  const Tensor losses = neg(mul(counted, factors));
  if (options.reduction != Reduction::kMean) {
    return reduce_loss(losses, options.reduction);
  }
  return div(sum(losses), sum(factors));
}

}  // namespace cresset
