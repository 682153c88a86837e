#include "cresset/nn/loss.h"

namespace cresset::nn {

CrossEntropyLoss::CrossEntropyLoss(const CrossEntropyOptions& loss_options)
    : options(loss_options), weight(buffer("weight", options.weight)) {}

Tensor CrossEntropyLoss::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  return cross_entropy(x, target, options);
}

NLLLoss::NLLLoss(const NllLossOptions& loss_options)
    : options(loss_options), weight(buffer("weight", options.weight)) {}

Tensor NLLLoss::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  return nll_loss(x, target, options);
}

MSELoss::MSELoss(const LossOptions& loss_options) : options(loss_options) {}

Tensor MSELoss::forward(const Tensor& x, const Tensor& target) {
  return mse_loss(x, target, options);
}

L1Loss::L1Loss(const LossOptions& loss_options) : options(loss_options) {}

Tensor L1Loss::forward(const Tensor& x, const Tensor& target) {
  return l1_loss(x, target, options);
}

SmoothL1Loss::SmoothL1Loss(const SmoothL1LossOptions& loss_options)
    : options(loss_options) {}

Tensor SmoothL1Loss::forward(const Tensor& x, const Tensor& target) {
  return smooth_l1_loss(x, target, options);
}

HuberLoss::HuberLoss(const HuberLossOptions& loss_options)
    : options(loss_options) {}

Tensor HuberLoss::forward(const Tensor& x, const Tensor& target) {
  return huber_loss(x, target, options);
}

BCELoss::BCELoss(const BinaryCrossEntropyOptions& loss_options)
    : options(loss_options), weight(buffer("weight", options.weight)) {}

Tensor BCELoss::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  return binary_cross_entropy(x, target, options);
}

BCEWithLogitsLoss::BCEWithLogitsLoss(
    const BinaryCrossEntropyWithLogitsOptions& loss_options)
    : options(loss_options),
      weight(buffer("weight", options.weight)),
      pos_weight(buffer("pos_weight", options.pos_weight)) {}

Tensor BCEWithLogitsLoss::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  options.pos_weight = pos_weight;
  return binary_cross_entropy_with_logits(x, target, options);
}

KLDivLoss::KLDivLoss(const KlDivOptions& loss_options)
    : options(loss_options) {}

Tensor KLDivLoss::forward(const Tensor& x, const Tensor& target) {
  return kl_div(x, target, options);
}

PoissonNLLLoss::PoissonNLLLoss(const PoissonNllLossOptions& loss_options)
    : options(loss_options) {}

Tensor PoissonNLLLoss::forward(const Tensor& x, const Tensor& target) {
  return poisson_nll_loss(x, target, options);
}

HingeEmbeddingLoss::HingeEmbeddingLoss(const MarginOptions& loss_options)
    : options(loss_options) {}

Tensor HingeEmbeddingLoss::forward(const Tensor& x, const Tensor& target) {
  return hinge_embedding_loss(x, target, options);
}

SoftMarginLoss::SoftMarginLoss(const LossOptions& loss_options)
    : options(loss_options) {}

Tensor SoftMarginLoss::forward(const Tensor& x, const Tensor& target) {
  return soft_margin_loss(x, target, options);
}

MultiMarginLoss::MultiMarginLoss(const MultiMarginLossOptions& loss_options)
    : options(loss_options), weight(buffer("weight", options.weight)) {}

Tensor MultiMarginLoss::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  return multi_margin_loss(x, target, options);
}

MultiLabelMarginLoss::MultiLabelMarginLoss(const LossOptions& loss_options)
    : options(loss_options) {}

Tensor MultiLabelMarginLoss::forward(const Tensor& x, const Tensor& target) {
  return multilabel_margin_loss(x, target, options);
}

MultiLabelSoftMarginLoss::MultiLabelSoftMarginLoss(
    const MultilabelSoftMarginLossOptions& loss_options)
    : options(loss_options), weight(buffer("weight", options.weight)) {}

Tensor MultiLabelSoftMarginLoss::forward(const Tensor& x,
                                         const Tensor& target) {
  options.weight = weight;
  return multilabel_soft_margin_loss(x, target, options);
}

Tensor MarginRankingLoss::forward(const Tensor& x1, const Tensor& x2,
                                  const Tensor& target) {
  return margin_ranking_loss(x1, x2, target, options);
}

Tensor CosineEmbeddingLoss::forward(const Tensor& x1, const Tensor& x2,
                                    const Tensor& target) {
  return cosine_embedding_loss(x1, x2, target, options);
}

Tensor TripletMarginLoss::forward(const Tensor& anchor, const Tensor& positive,
                                  const Tensor& negative) {
  return triplet_margin_loss(anchor, positive, negative, options);
}

Tensor GaussianNLLLoss::forward(const Tensor& x, const Tensor& target,
                                const Tensor& var) {
  return gaussian_nll_loss(x, target, var, options);
}

}  // namespace cresset::nn
