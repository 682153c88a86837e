#include "cresset/tensor/ops/loss.h"

#include <algorithm>
#include <cmath>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/check_all.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/power.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/special.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {

const char* to_string(Reduction reduction) {
  switch (reduction) {
    case Reduction::kMean:
      return "mean";
    case Reduction::kSum:
      return "sum";
    case Reduction::kNone:
      break;
  }
  return "none";
}

namespace internal {

Tensor reduce_loss(const Tensor& losses, Reduction reduction) {
  switch (reduction) {
    case Reduction::kMean:
      return mean(losses);
    case Reduction::kSum:
      return sum(losses);
    case Reduction::kNone:
      break;
  }
  return losses;
}

Tensor positive_part(const Tensor& x) { return clamp_min(x, 0); }

namespace {

void check_same_shape(const Tensor& x, const Tensor& target, const char* op) {
  CRESSET_CHECK(x.shape() == target.shape(), kShape, op,
                ": x and target must have one shape; got ", x.sizes(), " and ",
                target.sizes());
}

Tensor weighted(const Tensor& losses, const Tensor& weight) {
  return weight.defined() ? mul(losses, weight) : losses;
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor mse_loss(const Tensor& x, const Tensor& target,
                const LossOptions& options) {
  if (autocast_raises(x, target)) {
    return mse_loss(raised(x), raised(target), options);
  }
  const Tensor d = sub(x, target);
  return reduce_loss(mul(d, d), options.reduction);
}

Tensor l1_loss(const Tensor& x, const Tensor& target,
               const LossOptions& options) {
  if (autocast_raises(x, target)) {
    return l1_loss(raised(x), raised(target), options);
  }
  return reduce_loss(abs(sub(x, target)), options.reduction);
}

Tensor smooth_l1_loss(const Tensor& x, const Tensor& target,
                      const SmoothL1LossOptions& options) {
  if (autocast_raises(x, target)) {
    return smooth_l1_loss(raised(x), raised(target), options);
  }
  const double beta = options.beta;
  CRESSET_CHECK(beta >= 0, kValue,
                "smooth_l1_loss: beta must not be negative; got ", beta);
  if (beta == 0) return l1_loss(x, target, {options.reduction});
  const Tensor d = abs(sub(x, target));
  return reduce_loss(
      where(lt(d, beta), mul(mul(d, d), 0.5 / beta), sub(d, 0.5 * beta)),
      options.reduction);
}

Tensor huber_loss(const Tensor& x, const Tensor& target,
                  const HuberLossOptions& options) {
  if (autocast_raises(x, target)) {
    return huber_loss(raised(x), raised(target), options);
  }
  const double delta = options.delta;
  CRESSET_CHECK(delta > 0, kValue, "huber_loss: delta must be positive; got ",
                delta);
  const Tensor d = abs(sub(x, target));
  return reduce_loss(
      where(le(d, delta), mul(mul(d, d), 0.5), mul(sub(d, 0.5 * delta), delta)),
      options.reduction);
}

Tensor binary_cross_entropy(const Tensor& x, const Tensor& target,
                            const BinaryCrossEntropyOptions& options) {
  check_same_shape(x, target, "binary_cross_entropy");
  // On a device the check would wait for its work; losses are NaN there.
  const auto outside = [&x] {
    return any(logical_or(lt(x.detach(), 0), gt(x.detach(), 1))).item<bool>();
  };
  CRESSET_CHECK(!x.device().is_cpu() || !outside(), kValue,
                "binary_cross_entropy: all elements of x must be between 0 and "
                "1");
  const Tensor yes = mul(target, clamp_min(log(x), -100));
  const Tensor no = mul(sub(1, target), clamp_min(log1p(neg(x)), -100));
  return reduce_loss(weighted(neg(add(yes, no)), options.weight),
                     options.reduction);
}

Tensor binary_cross_entropy_with_logits(
    const Tensor& x, const Tensor& target,
    const BinaryCrossEntropyWithLogitsOptions& options) {
  if (autocast_raises(x, target)) {
    return binary_cross_entropy_with_logits(raised(x), raised(target), options);
  }
  check_same_shape(x, target, "binary_cross_entropy_with_logits");
  // -log(sigmoid(x)) is softplus(-x).
  Tensor losses;
  const Tensor log_sigmoid = logsigmoid(x);
  if (options.pos_weight.defined()) {
    const Tensor factor = add(mul(sub(options.pos_weight, 1), target), 1);
    losses = sub(mul(sub(1, target), x), mul(factor, log_sigmoid));
  } else {
    losses = sub(mul(sub(1, target), x), log_sigmoid);
  }
  return reduce_loss(weighted(losses, options.weight), options.reduction);
}

Tensor kl_div(const Tensor& x, const Tensor& target,
              const KlDivOptions& options) {
  if (autocast_raises(x, target)) {
    return kl_div(raised(x), raised(target), options);
  }
  const Tensor losses = options.log_target
                            ? mul(exp(target), sub(target, x))
                            : sub(xlogy(target, target), mul(target, x));
  if (options.batchmean) {
    return div(reduce_loss(losses, Reduction::kSum), x.size(0));
  }
  return reduce_loss(losses, options.reduction);
}

Tensor poisson_nll_loss(const Tensor& x, const Tensor& target,
                        const PoissonNllLossOptions& options) {
  if (autocast_raises(x, target)) {
    return poisson_nll_loss(raised(x), raised(target), options);
  }
  Tensor losses = options.log_input
                      ? sub(exp(x), mul(target, x))
                      : sub(x, mul(target, log(add(x, options.eps))));
  if (options.full) {
    const Tensor stirling =
        add(sub(mul(target, log(target)), target),
            mul(log(mul(target, 2 * 3.14159265358979323846)), 0.5));
    losses = add(losses, masked_fill(stirling, le(target, 1), 0));
  }
  return reduce_loss(losses, options.reduction);
}

Tensor gaussian_nll_loss(const Tensor& x, const Tensor& target,
                         const Tensor& variance,
                         const GaussianNllLossOptions& options) {
  Tensor var = variance;
  if (var.shape() != x.shape()) {
    Shape shorter = x.shape();
    if (!shorter.empty()) shorter.erase(shorter.size() - 1);
    if (var.shape() == shorter) {
      var = unsqueeze(var, -1);
    } else {
      shorter.push_back(1);
      CRESSET_CHECK(var.shape() == shorter, kShape,
                    "gaussian_nll_loss: var is of incorrect size; got ",
                    var.sizes(), " for x of shape ", x.sizes());
    }
  }
  check_all(logical_not(lt(var.detach(), 0)), "gaussian_nll_loss",
            ": var has negative elements");
  // The floor changes the value but not the gradient.
  const Tensor floor = sub(clamp_min(var.detach(), options.eps), var.detach());
  const Tensor safe = add(var, floor);
  const Tensor d = sub(x, target);
  Tensor losses = mul(add(log(safe), div(mul(d, d), safe)), 0.5);
  if (options.full) {
    losses = add(losses, 0.5 * std::log(2 * 3.14159265358979323846));
  }
  return reduce_loss(losses, options.reduction);
}

Tensor soft_margin_loss(const Tensor& x, const Tensor& target,
                        const LossOptions& options) {
  if (autocast_raises(x, target)) {
    return soft_margin_loss(raised(x), raised(target), options);
  }
  return reduce_loss(log1p(exp(neg(mul(target, x)))), options.reduction);
}

Tensor multilabel_soft_margin_loss(
    const Tensor& x, const Tensor& target,
    const MultilabelSoftMarginLossOptions& options) {
  const Tensor losses = neg(
      add(mul(target, logsigmoid(x)), mul(sub(1, target), logsigmoid(neg(x)))));
  const Tensor rows = mean(weighted(losses, options.weight), -1);
  return reduce_loss(rows, options.reduction);
}

}  // namespace cresset
