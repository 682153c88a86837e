// Losses of torch.nn.

#include "cresset/nn/loss.h"
#include "cresset/nn/python/class_table.h"

namespace cresset::internal {

using namespace cresset::nn;  // NOLINT: the losses are what this file is about

// Most have a way to reduce and nothing else.
template <class A, class M>
void visit(A& a, M& m) {
  a("reduction", m.options.reduction);
}

template <class A>
void visit(A& a, CrossEntropyLoss& m) {
  a("reduction", m.options.reduction);
  a("ignore_index", m.options.ignore_index);
  a.optional("label_smoothing", m.options.label_smoothing);
}

template <class A>
void visit(A& a, NLLLoss& m) {
  a("reduction", m.options.reduction);
  a("ignore_index", m.options.ignore_index);
}

template <class A>
void visit(A& a, SmoothL1Loss& m) {
  a("reduction", m.options.reduction);
  a.optional("beta", m.options.beta);
}

template <class A>
void visit(A& a, HuberLoss& m) {
  a("reduction", m.options.reduction);
  a("delta", m.options.delta);
}

template <class A>
void visit(A& a, KLDivLoss& m) {
  a("reduction", m.options.reduction);
  a.optional("log_target", m.options.log_target);
}

template <class A>
void visit(A& a, PoissonNLLLoss& m) {
  a("reduction", m.options.reduction);
  a("log_input", m.options.log_input);
  a("full", m.options.full);
  a("eps", m.options.eps);
}

template <class A>
void visit(A& a, HingeEmbeddingLoss& m) {
  a("reduction", m.options.reduction);
  a("margin", m.options.margin);
}

template <class A>
void visit(A& a, MultiMarginLoss& m) {
  a("reduction", m.options.reduction);
  a("p", m.options.p);
  a("margin", m.options.margin);
}

template <class A>
void visit(A& a, MarginRankingLoss& m) {
  a("reduction", m.options.reduction);
  a("margin", m.options.margin);
}

template <class A>
void visit(A& a, CosineEmbeddingLoss& m) {
  a("reduction", m.options.reduction);
  a("margin", m.options.margin);
}

template <class A>
void visit(A& a, TripletMarginLoss& m) {
  a("reduction", m.options.reduction);
  a("margin", m.options.margin);
  a("p", m.options.p);
  a("eps", m.options.eps);
  a("swap", m.options.swap);
}

template <class A>
void visit(A& a, GaussianNLLLoss& m) {
  a("reduction", m.options.reduction);
  a("full", m.options.full);
  a("eps", m.options.eps);
}

namespace {

template <class M>
PythonClass loss(const char* name) {
  return python_class<M>("torch.nn.modules.loss", name);
}

}  // namespace

std::vector<PythonClass> loss_classes() {
  return {
      loss<CrossEntropyLoss>("CrossEntropyLoss"),
      loss<NLLLoss>("NLLLoss"),
      loss<MSELoss>("MSELoss"),
      loss<L1Loss>("L1Loss"),
      loss<SmoothL1Loss>("SmoothL1Loss"),
      loss<HuberLoss>("HuberLoss"),
      loss<BCELoss>("BCELoss"),
      loss<BCEWithLogitsLoss>("BCEWithLogitsLoss"),
      loss<KLDivLoss>("KLDivLoss"),
      loss<PoissonNLLLoss>("PoissonNLLLoss"),
      loss<HingeEmbeddingLoss>("HingeEmbeddingLoss"),
      loss<SoftMarginLoss>("SoftMarginLoss"),
      loss<MultiMarginLoss>("MultiMarginLoss"),
      loss<MultiLabelMarginLoss>("MultiLabelMarginLoss"),
      loss<MultiLabelSoftMarginLoss>("MultiLabelSoftMarginLoss"),
      loss<MarginRankingLoss>("MarginRankingLoss"),
      loss<CosineEmbeddingLoss>("CosineEmbeddingLoss"),
      loss<TripletMarginLoss>("TripletMarginLoss"),
      loss<GaussianNLLLoss>("GaussianNLLLoss"),
  };
}

}  // namespace cresset::internal
