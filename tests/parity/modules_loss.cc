// Rows of loss modules.

#include "cresset/nn/nn.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/parity/loss_reduction.h"
#include "cresset/tests/parity/module_table.h"

namespace cresset::parity {
namespace {

using OptTensor = std::optional<Tensor>;
using OptBool = std::optional<bool>;
using Text = std::string;

}  // namespace

void add_loss_modules(ModuleTable& t) {
  t.add("MSELoss", "size_average=None, reduce=None, reduction='mean'",
        [](OptBool average, OptBool reduce, const Text& reduction) {
          return built_pair(nn::MSELoss({.reduction = reduction_of(
                                             average, reduce, reduction)}),
                            "input, target");
        });
  t.add(
      "L1Loss", "size_average=None, reduce=None, reduction='mean'",
      [](OptBool average, OptBool reduce, const Text& reduction) {
        return built_pair(
            nn::L1Loss({.reduction = reduction_of(average, reduce, reduction)}),
            "input, target");
      });
  t.add("SoftMarginLoss", "size_average=None, reduce=None, reduction='mean'",
        [](OptBool average, OptBool reduce, const Text& reduction) {
          return built_pair(
              nn::SoftMarginLoss(
                  {.reduction = reduction_of(average, reduce, reduction)}),
              "input, target");
        });
  t.add("MultiLabelMarginLoss",
        "size_average=None, reduce=None, reduction='mean'",
        [](OptBool average, OptBool reduce, const Text& reduction) {
          return built_pair(
              nn::MultiLabelMarginLoss(
                  {.reduction = reduction_of(average, reduce, reduction)}),
              "input, target");
        });
  t.add(
      "SmoothL1Loss",
      "size_average=None, reduce=None, reduction='mean', beta=1.0",
      [](OptBool average, OptBool reduce, const Text& reduction, double beta) {
        return built_pair(nn::SmoothL1Loss({.reduction = reduction_of(
                                                average, reduce, reduction),
                                            .beta = beta}),
                          "input, target");
      });
  t.add("HuberLoss", "reduction='mean', delta=1.0",
        [](const Text& reduction, double delta) {
          return built_pair(nn::HuberLoss({.reduction = reduction_of(reduction),
                                           .delta = delta}),
                            "input, target");
        });
  t.add("NLLLoss",
        "weight=None, size_average=None, ignore_index=-100, reduce=None, "
        "reduction='mean'",
        [](const OptTensor& weight, OptBool average, int64_t ignore_index,
           OptBool reduce, const Text& reduction) {
          return built_pair(nn::NLLLoss({.weight = weight.value_or(Tensor()),
                                         .ignore_index = ignore_index,
                                         .reduction = reduction_of(
                                             average, reduce, reduction)}),
                            "input, target");
        });
  t.add("CrossEntropyLoss",
        "weight=None, size_average=None, ignore_index=-100, reduce=None, "
        "reduction='mean', label_smoothing=0.0",
        [](const OptTensor& weight, OptBool average, int64_t ignore_index,
           OptBool reduce, const Text& reduction, double label_smoothing) {
          return built_pair(
              nn::CrossEntropyLoss(
                  {.weight = weight.value_or(Tensor()),
                   .ignore_index = ignore_index,
                   .reduction = reduction_of(average, reduce, reduction),
                   .label_smoothing = label_smoothing}),
              "input, target");
        });
  t.add("BCELoss",
        "weight=None, size_average=None, reduce=None, reduction='mean'",
        [](const OptTensor& weight, OptBool average, OptBool reduce,
           const Text& reduction) {
          return built_pair(nn::BCELoss({.weight = weight.value_or(Tensor()),
                                         .reduction = reduction_of(
                                             average, reduce, reduction)}),
                            "input, target");
        });
  t.add("MultiLabelSoftMarginLoss",
        "weight=None, size_average=None, reduce=None, reduction='mean'",
        [](const OptTensor& weight, OptBool average, OptBool reduce,
           const Text& reduction) {
          return built_pair(
              nn::MultiLabelSoftMarginLoss(
                  {.weight = weight.value_or(Tensor()),
                   .reduction = reduction_of(average, reduce, reduction)}),
              "input, target");
        });
  t.add("BCEWithLogitsLoss",
        "weight=None, size_average=None, reduce=None, reduction='mean', "
        "pos_weight=None",
        [](const OptTensor& weight, OptBool average, OptBool reduce,
           const Text& reduction, const OptTensor& pos_weight) {
          return built_pair(
              nn::BCEWithLogitsLoss(
                  {.weight = weight.value_or(Tensor()),
                   .reduction = reduction_of(average, reduce, reduction),
                   .pos_weight = pos_weight.value_or(Tensor())}),
              "input, target");
        });
  t.add("KLDivLoss",
        "size_average=None, reduce=None, reduction='mean', log_target=False",
        [](OptBool average, OptBool reduce, const Text& reduction,
           bool log_target) {
          if (reduction == "batchmean") {
            return built_pair(
                nn::KLDivLoss({.log_target = log_target, .batchmean = true}),
                "input, target");
          }
          return built_pair(nn::KLDivLoss({.reduction = reduction_of(
                                               average, reduce, reduction),
                                           .log_target = log_target}),
                            "input, target");
        });
  t.add("PoissonNLLLoss",
        "log_input=True, full=False, size_average=None, eps=1e-08, "
        "reduce=None, reduction='mean'",
        [](bool log_input, bool full, OptBool average, double eps,
           OptBool reduce, const Text& reduction) {
          return built_pair(
              nn::PoissonNLLLoss(
                  {.log_input = log_input,
                   .full = full,
                   .eps = eps,
                   .reduction = reduction_of(average, reduce, reduction)}),
              "log_input, target");
        });
  t.add("HingeEmbeddingLoss",
        "margin=1.0, size_average=None, reduce=None, reduction='mean'",
        [](double margin, OptBool average, OptBool reduce,
           const Text& reduction) {
          return built_pair(
              nn::HingeEmbeddingLoss(
                  {.margin = margin,
                   .reduction = reduction_of(average, reduce, reduction)}),
              "input, target");
        });
  t.add("MultiMarginLoss",
        "p=1, margin=1.0, weight=None, size_average=None, reduce=None, "
        "reduction='mean'",
        [](int64_t p, double margin, const OptTensor& weight, OptBool average,
           OptBool reduce, const Text& reduction) {
          return built_pair(
              nn::MultiMarginLoss(
                  {.p = p,
                   .margin = margin,
                   .weight = weight.value_or(Tensor()),
                   .reduction = reduction_of(average, reduce, reduction)}),
              "input, target");
        });
  t.add("GaussianNLLLoss", "*, full=False, eps=1e-06, reduction='mean'",
        [](bool full, double eps, const Text& reduction) {
          return built_triple(
              nn::GaussianNLLLoss({.full = full,
                                   .eps = eps,
                                   .reduction = reduction_of(reduction)}),
              "input, target, var");
        });
  t.add("MarginRankingLoss",
        "margin=0.0, size_average=None, reduce=None, reduction='mean'",
        [](double margin, OptBool average, OptBool reduce,
           const Text& reduction) {
          return built_triple(
              nn::MarginRankingLoss(
                  {.margin = margin,
                   .reduction = reduction_of(average, reduce, reduction)}),
              "input1, input2, target");
        });
  t.add("CosineEmbeddingLoss",
        "margin=0.0, size_average=None, reduce=None, reduction='mean'",
        [](double margin, OptBool average, OptBool reduce,
           const Text& reduction) {
          return built_triple(
              nn::CosineEmbeddingLoss(
                  {.margin = margin,
                   .reduction = reduction_of(average, reduce, reduction)}),
              "input1, input2, target");
        });
  t.add("TripletMarginLoss",
        "margin=1.0, p=2.0, eps=1e-06, swap=False, size_average=None, "
        "reduce=None, reduction='mean'",
        [](double margin, double p, double eps, bool swap, OptBool average,
           OptBool reduce, const Text& reduction) {
          return built_triple(
              nn::TripletMarginLoss(
                  {.margin = margin,
                   .p = p,
                   .eps = eps,
                   .swap = swap,
                   .reduction = reduction_of(average, reduce, reduction)}),
              "anchor, positive, negative");
        });
}

}  // namespace cresset::parity
