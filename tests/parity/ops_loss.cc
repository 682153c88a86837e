// Rows of loss functions.

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/distance.h"
#include "cresset/tensor/ops/division.h"
#include "cresset/tensor/ops/loss.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/parity/loss_reduction.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptTensor = std::optional<Tensor>;
using OptBool = std::optional<bool>;
using Text = std::string;

}  // namespace

void add_loss_ops(OpTable& t) {
  t.add("nn.functional.mse_loss",
        "input, target, size_average=None, reduce=None, reduction='mean'",
        [](const Tensor& x, const Tensor& target, OptBool average,
           OptBool reduce, const Text& reduction) {
          return mse_loss(
              x, target,
              {.reduction = reduction_of(average, reduce, reduction)});
        });
  t.add("nn.functional.l1_loss",
        "input, target, size_average=None, reduce=None, reduction='mean'",
        [](const Tensor& x, const Tensor& target, OptBool average,
           OptBool reduce, const Text& reduction) {
          return l1_loss(
              x, target,
              {.reduction = reduction_of(average, reduce, reduction)});
        });
  t.add("nn.functional.soft_margin_loss",
        "input, target, size_average=None, reduce=None, reduction='mean'",
        [](const Tensor& x, const Tensor& target, OptBool average,
           OptBool reduce, const Text& reduction) {
          return soft_margin_loss(
              x, target,
              {.reduction = reduction_of(average, reduce, reduction)});
        });
  t.add("nn.functional.multilabel_margin_loss",
        "input, target, size_average=None, reduce=None, reduction='mean'",
        [](const Tensor& x, const Tensor& target, OptBool average,
           OptBool reduce, const Text& reduction) {
          return multilabel_margin_loss(
              x, target,
              {.reduction = reduction_of(average, reduce, reduction)});
        });
  t.add("nn.functional.smooth_l1_loss",
        "input, target, size_average=None, reduce=None, reduction='mean', "
        "beta=1.0",
        [](const Tensor& x, const Tensor& target, OptBool average,
           OptBool reduce, const Text& reduction, double beta) {
          return smooth_l1_loss(
              x, target,
              {.reduction = reduction_of(average, reduce, reduction),
               .beta = beta});
        });
  t.add(
      "nn.functional.huber_loss", "input, target, reduction='mean', delta=1.0",
      [](const Tensor& x, const Tensor& target, const Text& reduction,
         double delta) {
        return huber_loss(
            x, target, {.reduction = reduction_of(reduction), .delta = delta});
      });
  t.add("nn.functional.nll_loss",
        "input, target, weight=None, size_average=None, ignore_index=-100, "
        "reduce=None, reduction='mean'",
        [](const Tensor& x, const Tensor& target, const OptTensor& weight,
           OptBool average, int64_t ignore_index, OptBool reduce,
           const Text& reduction) {
          return nll_loss(
              x, target,
              {.weight = weight.value_or(Tensor()),
               .ignore_index = ignore_index,
               .reduction = reduction_of(average, reduce, reduction)});
        });
  t.add("nn.functional.cross_entropy",
        "input, target, weight=None, size_average=None, ignore_index=-100, "
        "reduce=None, reduction='mean', label_smoothing=0.0",
        [](const Tensor& x, const Tensor& target, const OptTensor& weight,
           OptBool average, int64_t ignore_index, OptBool reduce,
           const Text& reduction, double label_smoothing) {
          return cross_entropy(
              x, target,
              {.weight = weight.value_or(Tensor()),
               .ignore_index = ignore_index,
               .reduction = reduction_of(average, reduce, reduction),
               .label_smoothing = label_smoothing});
        });
  t.add("nn.functional.binary_cross_entropy",
        "input, target, weight=None, size_average=None, reduce=None, "
        "reduction='mean'",
        [](const Tensor& x, const Tensor& target, const OptTensor& weight,
           OptBool average, OptBool reduce, const Text& reduction) {
          return binary_cross_entropy(
              x, target,
              {.weight = weight.value_or(Tensor()),
               .reduction = reduction_of(average, reduce, reduction)});
        });
  t.add("nn.functional.multilabel_soft_margin_loss",
        "input, target, weight=None, size_average=None, reduce=None, "
        "reduction='mean'",
        [](const Tensor& x, const Tensor& target, const OptTensor& weight,
           OptBool average, OptBool reduce, const Text& reduction) {
          return multilabel_soft_margin_loss(
              x, target,
              {.weight = weight.value_or(Tensor()),
               .reduction = reduction_of(average, reduce, reduction)});
        });
  t.add("nn.functional.binary_cross_entropy_with_logits",
        "input, target, weight=None, size_average=None, reduce=None, "
        "reduction='mean', pos_weight=None",
        [](const Tensor& x, const Tensor& target, const OptTensor& weight,
           OptBool average, OptBool reduce, const Text& reduction,
           const OptTensor& pos_weight) {
          return binary_cross_entropy_with_logits(
              x, target,
              {.weight = weight.value_or(Tensor()),
               .reduction = reduction_of(average, reduce, reduction),
               .pos_weight = pos_weight.value_or(Tensor())});
        });
  t.add("nn.functional.kl_div",
        "input, target, size_average=None, reduce=None, reduction='mean', "
        "log_target=False",
        [](const Tensor& x, const Tensor& target, OptBool average,
           OptBool reduce, const Text& reduction, bool log_target) {
          if (reduction == "batchmean") {
            return kl_div(x, target,
                          {.log_target = log_target, .batchmean = true});
          }
          return kl_div(x, target,
                        {.reduction = reduction_of(average, reduce, reduction),
                         .log_target = log_target});
        });
  t.add("nn.functional.poisson_nll_loss",
        "input, target, log_input=True, full=False, size_average=None, "
        "eps=1e-08, reduce=None, reduction='mean'",
        [](const Tensor& x, const Tensor& target, bool log_input, bool full,
           OptBool average, double eps, OptBool reduce, const Text& reduction) {
          return poisson_nll_loss(
              x, target,
              {.log_input = log_input,
               .full = full,
               .eps = eps,
               .reduction = reduction_of(average, reduce, reduction)});
        });
  t.add("nn.functional.gaussian_nll_loss",
        "input, target, var, full=False, eps=1e-06, reduction='mean'",
        [](const Tensor& x, const Tensor& target, const Tensor& var, bool full,
           double eps, const Text& reduction) {
          return gaussian_nll_loss(
              x, target, var,
              {.full = full, .eps = eps, .reduction = reduction_of(reduction)});
        });
  t.add("nn.functional.hinge_embedding_loss",
        "input, target, margin=1.0, size_average=None, reduce=None, "
        "reduction='mean'",
        [](const Tensor& x, const Tensor& target, double margin,
           OptBool average, OptBool reduce, const Text& reduction) {
          return hinge_embedding_loss(
              x, target,
              {.margin = margin,
               .reduction = reduction_of(average, reduce, reduction)});
        });
  t.add(
      "nn.functional.margin_ranking_loss",
      "input1, input2, target, margin=0.0, size_average=None, reduce=None, "
      "reduction='mean'",
      [](const Tensor& a, const Tensor& b, const Tensor& target, double margin,
         OptBool average, OptBool reduce, const Text& reduction) {
        return margin_ranking_loss(
            a, b, target,
            {.margin = margin,
             .reduction = reduction_of(average, reduce, reduction)});
      });
  t.add(
      "nn.functional.cosine_embedding_loss",
      "input1, input2, target, margin=0.0, size_average=None, reduce=None, "
      "reduction='mean'",
      [](const Tensor& a, const Tensor& b, const Tensor& target, double margin,
         OptBool average, OptBool reduce, const Text& reduction) {
        return cosine_embedding_loss(
            a, b, target,
            {.margin = margin,
             .reduction = reduction_of(average, reduce, reduction)});
      });
  t.add("nn.functional.multi_margin_loss",
        "input, target, p=1, margin=1.0, weight=None, size_average=None, "
        "reduce=None, reduction='mean'",
        [](const Tensor& x, const Tensor& target, int64_t p, double margin,
           const OptTensor& weight, OptBool average, OptBool reduce,
           const Text& reduction) {
          return multi_margin_loss(
              x, target,
              {.p = p,
               .margin = margin,
               .weight = weight.value_or(Tensor()),
               .reduction = reduction_of(average, reduce, reduction)});
        });
  t.add("nn.functional.triplet_margin_loss",
        "anchor, positive, negative, margin=1.0, p=2, eps=1e-06, swap=False, "
        "size_average=None, reduce=None, reduction='mean'",
        [](const Tensor& anchor, const Tensor& positive, const Tensor& negative,
           double margin, double p, double eps, bool swap, OptBool average,
           OptBool reduce, const Text& reduction) {
          return triplet_margin_loss(
              anchor, positive, negative,
              {.margin = margin,
               .p = p,
               .eps = eps,
               .swap = swap,
               .reduction = reduction_of(average, reduce, reduction)});
        });
  t.add("nn.functional.cosine_similarity", "x1, x2, dim=1, eps=1e-08",
        [](const Tensor& a, const Tensor& b, int64_t dim, double eps) {
          return cosine_similarity(a, b, dim, eps);
        });
  t.add("nn.functional.pairwise_distance",
        "x1, x2, p=2.0, eps=1e-06, keepdim=False",
        [](const Tensor& a, const Tensor& b, double p, double eps,
           bool keepdim) { return pairwise_distance(a, b, p, eps, keepdim); });
}

}  // namespace cresset::parity
