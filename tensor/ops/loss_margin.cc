#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/distance.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/loss.h"
#include "cresset/tensor/ops/loss_class.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/scan.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace {

// On a device the gathers that follow check the targets.
void check_on_host(const Tensor& target, int64_t classes, const char* op) {
  if (!target.device().is_cpu()) return;
  internal::check_targets(target, classes, -1, op);
}

}  // namespace

using internal::positive_part;
using internal::reduce_loss;

Tensor hinge_embedding_loss(const Tensor& x, const Tensor& target,
                            const MarginOptions& options) {
  const Tensor far = positive_part(sub(options.margin, x));
  const Tensor losses =
      add(where(ne(target, 1), far, 0), where(ne(target, -1), x, 0));
  return reduce_loss(losses, options.reduction);
}

Tensor margin_ranking_loss(const Tensor& a, const Tensor& b,
                           const Tensor& target,
                           const ZeroMarginOptions& options) {
  const Tensor losses =
      positive_part(add(mul(neg(target), sub(a, b)), options.margin));
  return reduce_loss(losses, options.reduction);
}

Tensor cosine_embedding_loss(const Tensor& a, const Tensor& b,
                             const Tensor& target,
                             const ZeroMarginOptions& options) {
  CRESSET_CHECK(target.dim() + 1 == a.dim() && a.shape() == b.shape(), kShape,
                "cosine_embedding_loss: two [N, D] need a target [N], two [D] "
                "one of []; got ",
                a.sizes(), ", ", b.sizes(), " and ", target.sizes());
  // PyTorch adds this where others take a maximum.
  constexpr double kEps = 1e-12;
  const Tensor squares =
      mul(add(sum(mul(a, a), -1), kEps), add(sum(mul(b, b), -1), kEps));
  const Tensor cosine = div(sum(mul(a, b), -1), sqrt(squares));
  const Tensor near = where(eq(target, 1), sub(1, cosine), 0);
  const Tensor far =
      where(eq(target, -1), positive_part(sub(cosine, options.margin)), 0);
  return reduce_loss(add(near, far), options.reduction);
}

Tensor multi_margin_loss(const Tensor& x, const Tensor& target,
                         const MultiMarginLossOptions& options) {
  if (x.dim() <= 1) {
    const Tensor y =
        multi_margin_loss(reshape(x, {1, -1}), reshape(target, {1}), options);
    return options.reduction == Reduction::kNone && target.dim() == 0
               ? squeeze(y, 0)
               : y;
  }
  CRESSET_CHECK(x.dim() == 2, kShape,
                "multi_margin_loss: x must be [], [C] or [N, C]; got ",
                x.sizes());
  CRESSET_CHECK(options.p == 1 || options.p == 2, kValue,
                "multi_margin_loss: only p == 1 and p == 2 supported; got ",
                options.p);
  internal::check_class_shapes(x, target, options.weight, "multi_margin_loss");
  check_on_host(target, x.size(1), "multi_margin_loss");
  const Tensor index = unsqueeze(target, 1);
  Tensor each = positive_part(add(sub(x, gather(x, 1, index)), options.margin));
  if (options.p == 2) each = mul(each, each);
  if (options.weight.defined()) {
    each = mul(each, unsqueeze(index_select(options.weight, 0, target), 1));
  }
  const Tensor own = scatter(zeros_like(each.detach(), bool_), 1, index, 1);
  const Tensor losses =
      div(sum(masked_fill(each, own, 0), 1), static_cast<double>(x.size(1)));
  return reduce_loss(losses, options.reduction);
}

Tensor multilabel_margin_loss(const Tensor& x, const Tensor& target,
                              const LossOptions& options) {
  CRESSET_CHECK(x.shape() == target.shape() && x.dim() <= 2, kShape,
                "multilabel_margin_loss: x and target must be [], [C] or "
                "[N, C]; got ",
                x.sizes(), " and ", target.sizes());
  if (x.dim() <= 1) {
    const Tensor y = multilabel_margin_loss(reshape(x, {1, -1}),
                                            reshape(target, {1, -1}), options);
    return options.reduction == Reduction::kNone ? squeeze(y, 0) : y;
  }
  check_on_host(target, x.size(1), "multilabel_margin_loss");
  // Targets count up to the first -1 of their row.
  const Tensor counted = eq(cumsum(lt(target, 0), 1), 0);
  const Tensor index = where(counted, target, 0);
  const Tensor is_target =
      gt(scatter_add(zeros_like(target), 1, index, counted.to(int64)), 0);
  // [N, target, class].
  const Tensor wide =
      add(sub(unsqueeze(x, 1), unsqueeze(gather(x, 1, index), 2)), 1);
  const Tensor pairs =
      logical_and(unsqueeze(counted, 2), unsqueeze(logical_not(is_target), 1));
  const Tensor each = where(pairs, positive_part(wide), 0);
  const Tensor losses = div(sum(each, {1, 2}), static_cast<double>(x.size(1)));
  return reduce_loss(losses, options.reduction);
}

Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive,
                           const Tensor& negative,
                           const TripletMarginLossOptions& options) {
  const Tensor near =
      pairwise_distance(anchor, positive, options.p, options.eps);
  Tensor far = pairwise_distance(anchor, negative, options.p, options.eps);
  if (options.swap) {
    far = minimum(
        far, pairwise_distance(positive, negative, options.p, options.eps));
  }
  return reduce_loss(positive_part(add(sub(near, far), options.margin)),
                     options.reduction);
}

}  // namespace cresset
