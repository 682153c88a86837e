// Loss functions: how far predictions are from what was wanted.
//
// Unless an op says otherwise
//   Shape:    x and target that broadcast -> a number, or with
//             Reduction::kNone their broadcast.
//   Dtype:    floating -> the same.
//   Gradient: to every floating input, of all orders.
//   Errors:   kShape for shapes that do not fit, kDtype for dtypes that do not.
// Options have PyTorch's names: {.reduction = Reduction::kSum}.

#ifndef CRESSET_TENSOR_OPS_LOSS_H_
#define CRESSET_TENSOR_OPS_LOSS_H_

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// What becomes of the losses of the single elements.
enum class Reduction { kMean, kSum, kNone };

/// "mean", "sum" or "none".
/// Torch: the text of the argument `reduction`.
const char* to_string(Reduction reduction);

struct LossOptions {
  Reduction reduction = Reduction::kMean;
};

// Classes.

struct NllLossOptions {
  Tensor weight = {};           ///< one factor for each class
  int64_t ignore_index = -100;  ///< a target that counts for nothing
  Reduction reduction = Reduction::kMean;
};

/// Minus the log-probability of the wanted class.
///
/// Shape:    x [C], [N, C] or [N, C, ...] of log-probabilities; target the same
///           without C -> a number, or target's shape.
/// Dtype:    x floating, target int64.
/// Gradient: to x. The mean divides by the weights of the targets counted.
/// Errors:   kIndex if a target is neither a class nor ignore_index.
/// Torch:    torch.nn.functional.nll_loss
Tensor nll_loss(const Tensor& x, const Tensor& target,
                const NllLossOptions& options = {});

struct CrossEntropyOptions {
  Tensor weight = {};           ///< one factor for each class
  int64_t ignore_index = -100;  ///< a target class that counts for nothing
  Reduction reduction = Reduction::kMean;
  double label_smoothing = 0;  ///< share of the target spread over all classes
};

/// nll_loss of log_softmax: x holds one score for each class.
///
/// Shape:    x [C], [N, C] or [N, C, ...]; target classes without C, or
///           probabilities in x's shape -> a number, or target's without C.
/// Dtype:    x floating; target int64 classes, or floating probabilities.
/// Gradient: to x, and to target if it holds probabilities.
/// Errors:   kIndex if a target is neither a class nor ignore_index; kValue if
///           label_smoothing is outside [0, 1].
/// Torch:    torch.nn.functional.cross_entropy
Tensor cross_entropy(const Tensor& x, const Tensor& target,
                     const CrossEntropyOptions& options = {});

// Numbers.

/// (x - target)^2.
/// Torch: torch.nn.functional.mse_loss
Tensor mse_loss(const Tensor& x, const Tensor& target,
                const LossOptions& options = {});

/// |x - target|.
/// Torch: torch.nn.functional.l1_loss
Tensor l1_loss(const Tensor& x, const Tensor& target,
               const LossOptions& options = {});

struct SmoothL1LossOptions {
  Reduction reduction = Reduction::kMean;
  double beta = 1;
};

/// With d = |x - target|: d^2 / (2 beta) below beta, d - beta / 2 above.
/// Errors: kValue if beta is negative. Torch:
/// torch.nn.functional.smooth_l1_loss
Tensor smooth_l1_loss(const Tensor& x, const Tensor& target,
                      const SmoothL1LossOptions& options = {});

struct HuberLossOptions {
  Reduction reduction = Reduction::kMean;
  double delta = 1;
};

/// With d = |x - target|: d^2 / 2 up to delta, delta * (d - delta / 2) above.
/// Errors: kValue unless delta > 0. Torch: torch.nn.functional.huber_loss
Tensor huber_loss(const Tensor& x, const Tensor& target,
                  const HuberLossOptions& options = {});

// Probabilities.

struct BinaryCrossEntropyOptions {
  Tensor weight = {};  ///< broadcasts to x
  Reduction reduction = Reduction::kMean;
};

/// -(target * log(x) + (1 - target) * log(1 - x)), logarithms at least -100.
/// Errors: kShape unless x and target have one shape; kValue for x outside
///         [0, 1]. Torch: torch.nn.functional.binary_cross_entropy
Tensor binary_cross_entropy(const Tensor& x, const Tensor& target,
                            const BinaryCrossEntropyOptions& options = {});

struct BinaryCrossEntropyWithLogitsOptions {
  Tensor weight = {};  ///< broadcasts to x
  Reduction reduction = Reduction::kMean;
  Tensor pos_weight = {};  ///< factor of the positive part, broadcasts to x
};

/// binary_cross_entropy of sigmoid(x), without overflow.
/// Errors: kShape unless x and target have one shape.
/// Torch:  torch.nn.functional.binary_cross_entropy_with_logits
Tensor binary_cross_entropy_with_logits(
    const Tensor& x, const Tensor& target,
    const BinaryCrossEntropyWithLogitsOptions& options = {});

struct KlDivOptions {
  Reduction reduction = Reduction::kMean;
  bool log_target = false;  ///< target holds logarithms
  bool batchmean = false;   ///< instead the sum divided by the batch size
};

/// target * (log(target) - x), x being log-probabilities.
/// Torch: torch.nn.functional.kl_div
Tensor kl_div(const Tensor& x, const Tensor& target,
              const KlDivOptions& options = {});

struct PoissonNllLossOptions {
  bool log_input = true;  ///< x is the logarithm of the rate
  bool full = false;      ///< add Stirling's approximation of log(target!)
  double eps = 1e-8;
  Reduction reduction = Reduction::kMean;
};

/// exp(x) - target * x, or x - target * log(x + eps).
/// Torch: torch.nn.functional.poisson_nll_loss
Tensor poisson_nll_loss(const Tensor& x, const Tensor& target,
                        const PoissonNllLossOptions& options = {});

struct GaussianNllLossOptions {
  bool full = false;  ///< add log(2 pi) / 2
  double eps = 1e-6;  ///< the least variance
  Reduction reduction = Reduction::kMean;
};

/// (log(var) + (x - target)^2 / var) / 2.
///
/// Shape:  var of x's shape, without the last dimension or with 1 there.
/// Errors: kShape if var does not fit; kValue if it has a negative element.
/// Torch:  torch.nn.functional.gaussian_nll_loss
Tensor gaussian_nll_loss(const Tensor& x, const Tensor& target,
                         const Tensor& var,
                         const GaussianNllLossOptions& options = {});

// Margins.

struct MarginOptions {
  double margin = 1;
  Reduction reduction = Reduction::kMean;
};

/// x where target is 1, max(0, margin - x) where it is -1.
/// Torch: torch.nn.functional.hinge_embedding_loss
Tensor hinge_embedding_loss(const Tensor& x, const Tensor& target,
                            const MarginOptions& options = {});

struct ZeroMarginOptions {
  double margin = 0;
  Reduction reduction = Reduction::kMean;
};

/// max(0, -target * (a - b) + margin).
/// Torch: torch.nn.functional.margin_ranking_loss
Tensor margin_ranking_loss(const Tensor& a, const Tensor& b,
                           const Tensor& target,
                           const ZeroMarginOptions& options = {});

/// 1 - cos(a, b) where target is 1, max(0, cos(a, b) - margin) where it is -1.
///
/// Shape:  a, b [N, D] or [D]; target [N] or [] -> a number, or target's shape.
/// Torch:  torch.nn.functional.cosine_embedding_loss
Tensor cosine_embedding_loss(const Tensor& a, const Tensor& b,
                             const Tensor& target,
                             const ZeroMarginOptions& options = {});

/// log(1 + exp(-target * x)).
/// Torch: torch.nn.functional.soft_margin_loss
Tensor soft_margin_loss(const Tensor& x, const Tensor& target,
                        const LossOptions& options = {});

struct MultiMarginLossOptions {
  int64_t p = 1;  ///< 1 or 2
  double margin = 1;
  Tensor weight = {};  ///< one factor for each class
  Reduction reduction = Reduction::kMean;
};

/// sum over i != t of max(0, margin - x[t] + x[i])^p / C, t the target class.
///
/// Shape:  x [N, C] or [C]; target [N] or [] of classes -> a number, or
/// target's
///         shape.
/// Torch:  torch.nn.functional.multi_margin_loss
Tensor multi_margin_loss(const Tensor& x, const Tensor& target,
                         const MultiMarginLossOptions& options = {});

/// sum over targets t and other classes i of max(0, 1 - x[t] + x[i]) / C. The
/// targets of a row end at the first -1.
///
/// Shape:  x, target [N, C] or [C] -> a number, or [N].
/// Torch:  torch.nn.functional.multilabel_margin_loss
Tensor multilabel_margin_loss(const Tensor& x, const Tensor& target,
                              const LossOptions& options = {});

struct MultilabelSoftMarginLossOptions {
  Tensor weight = {};  ///< one factor for each class
  Reduction reduction = Reduction::kMean;
};

/// Mean over classes of -(target * log(s) + (1 - target) * log(1 - s)) with
/// s = sigmoid(x).
///
/// Shape:  x, target [..., C] -> a number, or [...].
/// Torch:  torch.nn.functional.multilabel_soft_margin_loss
Tensor multilabel_soft_margin_loss(
    const Tensor& x, const Tensor& target,
    const MultilabelSoftMarginLossOptions& options = {});

struct TripletMarginLossOptions {
  double margin = 1;
  double p = 2;
  double eps = 1e-6;
  bool swap = false;  ///< also look from the positive to the negative
  Reduction reduction = Reduction::kMean;
};

/// max(0, |anchor - positive| - |anchor - negative| + margin).
///
/// Shape:  three [N, D] or [D] -> a number, or [N].
/// Torch:  torch.nn.functional.triplet_margin_loss
Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive,
                           const Tensor& negative,
                           const TripletMarginLossOptions& options = {});

namespace internal {

// The losses of the elements as `reduction` asks.
Tensor reduce_loss(const Tensor& losses, Reduction reduction);

// max(0, x), as the margin losses need it.
Tensor positive_part(const Tensor& x);

// What a device provides for cross_entropy over the rows of a row-major x of
// float32 or float64, on devices other than the CPU also of float16 or
// bfloat16; the losses and their gradients are then float32. Targets in the
// host's memory are checked before; other devices' kernels report a class that
// is not there.
struct CrossEntropyCall {
  const Tensor& x;
  const Tensor& target;
  int64_t ignore_index;
  double label_smoothing;
};
using CrossEntropyKernel = Kernel<void(
    const CrossEntropyCall&, const Tensor& losses, const Tensor& log_sums)>;
extern CrossEntropyKernel cross_entropy_kernel;
// g has one element, or one for each row.
using CrossEntropyGradKernel =
    Kernel<void(const CrossEntropyCall&, const Tensor& log_sums,
                const Tensor& g, const Tensor& gx)>;
extern CrossEntropyGradKernel cross_entropy_grad_kernel;

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_LOSS_H_
