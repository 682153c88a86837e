// Losses as modules.
//
//   nn::CrossEntropyLoss criterion({.label_smoothing = 0.1});
//   const Tensor loss = criterion(net(images), labels);
//
// Each computes the op of its name (tensor/ops/loss.h) with the options that
// it was made with. Weights are buffers, and so part of the state_dict.

#ifndef CRESSET_NN_LOSS_H_
#define CRESSET_NN_LOSS_H_

#include "cresset/nn/module.h"
#include "cresset/tensor/ops/loss.h"

namespace cresset::nn {

/// A loss of an output and a target.
using Loss = ModuleOf<Tensor(const Tensor&, const Tensor&)>;
/// A loss of three tensors.
using TripleLoss =
    ModuleOf<Tensor(const Tensor&, const Tensor&, const Tensor&)>;

/// The negative log-likelihood of classes under softmax.
/// Torch: torch.nn.CrossEntropyLoss
class CrossEntropyLoss : public Loss {
 public:
  explicit CrossEntropyLoss(const CrossEntropyOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  CrossEntropyOptions options;
  Buffer weight;  ///< undefined if there is none
};

/// The negative log-likelihood of classes; x holds log-probabilities.
/// Torch: torch.nn.NLLLoss
class NLLLoss : public Loss {
 public:
  explicit NLLLoss(const NllLossOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  NllLossOptions options;
  Buffer weight;  ///< undefined if there is none
};

/// The squared difference.
/// Torch: torch.nn.MSELoss
class MSELoss : public Loss {
 public:
  explicit MSELoss(const LossOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  LossOptions options;
};

/// The absolute difference.
/// Torch: torch.nn.L1Loss
class L1Loss : public Loss {
 public:
  explicit L1Loss(const LossOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  LossOptions options;
};

/// Squared differences below beta, absolute ones above.
/// Torch: torch.nn.SmoothL1Loss
class SmoothL1Loss : public Loss {
 public:
  explicit SmoothL1Loss(const SmoothL1LossOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  SmoothL1LossOptions options;
};

/// Squared differences below delta, linear ones above.
/// Torch: torch.nn.HuberLoss
class HuberLoss : public Loss {
 public:
  explicit HuberLoss(const HuberLossOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  HuberLossOptions options;
};

/// The cross entropy of probabilities.
/// Torch: torch.nn.BCELoss
class BCELoss : public Loss {
 public:
  explicit BCELoss(const BinaryCrossEntropyOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  BinaryCrossEntropyOptions options;
  Buffer weight;  ///< undefined if there is none
};

/// The cross entropy of sigmoid(x).
/// Torch: torch.nn.BCEWithLogitsLoss
class BCEWithLogitsLoss : public Loss {
 public:
  explicit BCEWithLogitsLoss(
      const BinaryCrossEntropyWithLogitsOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  BinaryCrossEntropyWithLogitsOptions options;
  Buffer weight;      ///< undefined if there is none
  Buffer pos_weight;  ///< undefined if there is none
};

/// The Kullback-Leibler divergence; x holds logarithms.
/// Torch: torch.nn.KLDivLoss
class KLDivLoss : public Loss {
 public:
  explicit KLDivLoss(const KlDivOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  KlDivOptions options;
};

/// The negative log-likelihood of Poisson counts.
/// Torch: torch.nn.PoissonNLLLoss
class PoissonNLLLoss : public Loss {
 public:
  explicit PoissonNLLLoss(const PoissonNllLossOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  PoissonNllLossOptions options;
};

/// x where the target is 1, max(0, margin - x) where it is -1.
/// Torch: torch.nn.HingeEmbeddingLoss
class HingeEmbeddingLoss : public Loss {
 public:
  explicit HingeEmbeddingLoss(const MarginOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  MarginOptions options;
};

/// log(1 + exp(-target * x)).
/// Torch: torch.nn.SoftMarginLoss
class SoftMarginLoss : public Loss {
 public:
  explicit SoftMarginLoss(const LossOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  LossOptions options;
};

/// The margin between the right class and all others.
/// Torch: torch.nn.MultiMarginLoss
class MultiMarginLoss : public Loss {
 public:
  explicit MultiMarginLoss(const MultiMarginLossOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  MultiMarginLossOptions options;
  Buffer weight;  ///< undefined if there is none
};

/// The margin between all right classes and all others.
/// Torch: torch.nn.MultiLabelMarginLoss
class MultiLabelMarginLoss : public Loss {
 public:
  explicit MultiLabelMarginLoss(const LossOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  LossOptions options;
};

/// The cross entropy of many labels at once.
/// Torch: torch.nn.MultiLabelSoftMarginLoss
class MultiLabelSoftMarginLoss : public Loss {
 public:
  explicit MultiLabelSoftMarginLoss(
      const MultilabelSoftMarginLossOptions& loss_options = {});
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target) override;

  MultilabelSoftMarginLossOptions options;
  Buffer weight;  ///< undefined if there is none
};

/// max(0, -target * (x1 - x2) + margin).
/// Torch: torch.nn.MarginRankingLoss
class MarginRankingLoss : public TripleLoss {
 public:
  explicit MarginRankingLoss(const ZeroMarginOptions& loss_options = {})
      : options(loss_options) {}
  using Module::forward;
  Tensor forward(const Tensor& x1, const Tensor& x2,
                 const Tensor& target) override;

  ZeroMarginOptions options;
};

/// How far the cosine of x1 and x2 is from what the target asks.
/// Torch: torch.nn.CosineEmbeddingLoss
class CosineEmbeddingLoss : public TripleLoss {
 public:
  explicit CosineEmbeddingLoss(const ZeroMarginOptions& loss_options = {})
      : options(loss_options) {}
  using Module::forward;
  Tensor forward(const Tensor& x1, const Tensor& x2,
                 const Tensor& target) override;

  ZeroMarginOptions options;
};

/// How much nearer the positive is than the negative.
/// Torch: torch.nn.TripletMarginLoss
class TripletMarginLoss : public TripleLoss {
 public:
  explicit TripletMarginLoss(const TripletMarginLossOptions& loss_options = {})
      : options(loss_options) {}
  using Module::forward;
  Tensor forward(const Tensor& anchor, const Tensor& positive,
                 const Tensor& negative) override;

  TripletMarginLossOptions options;
};

/// The negative log-likelihood of normal numbers.
/// Torch: torch.nn.GaussianNLLLoss
class GaussianNLLLoss : public TripleLoss {
 public:
  explicit GaussianNLLLoss(const GaussianNllLossOptions& loss_options = {})
      : options(loss_options) {}
  using Module::forward;
  Tensor forward(const Tensor& x, const Tensor& target,
                 const Tensor& var) override;

  GaussianNllLossOptions options;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_LOSS_H_
