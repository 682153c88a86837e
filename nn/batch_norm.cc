#include "cresset/nn/batch_norm.h"

#include "cresset/nn/init.h"
#include "cresset/nn/text.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/norm.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::nn {

using cresset::internal::concat;
using cresset::internal::python_bool;

NormBase::NormBase(int64_t features, const BatchNormOptions& options)
    : num_features(features),
      eps(options.eps),
      momentum(options.momentum),
      affine(options.affine),
      track_running_stats(options.track_running_stats),
      weight(parameter("weight", affine ? ones({features}) : Tensor())),
      bias(parameter("bias", affine ? zeros({features}) : Tensor())),
      running_mean(buffer("running_mean",
                          track_running_stats ? zeros({features}) : Tensor())),
      running_var(buffer("running_var",
                         track_running_stats ? ones({features}) : Tensor())),
      num_batches_tracked(buffer(
          "num_batches_tracked",
          track_running_stats ? zeros({}, {.dtype = int64}) : Tensor())) {}

void NormBase::reset_running_stats() {
  if (!track_running_stats) return;
  init::zeros_(running_mean);
  init::ones_(running_var);
  init::zeros_(num_batches_tracked);
}

void NormBase::reset_parameters() {
  reset_running_stats();
  if (!affine) return;
  init::ones_(weight);
  init::zeros_(bias);
}

std::string NormBase::extra_repr() const {
  return concat(num_features, ", eps=", python_float(eps),
                ", momentum=", cresset::internal::python_optional(momentum),
                ", affine=", python_bool(affine),
                ", track_running_stats=", python_bool(track_running_stats));
}

// Files of PyTorch before 0.4.1 have no count of batches.
void NormBase::before_load(LoadContext& context) const {
  if (context.version().value_or(1) < 2 && track_running_stats &&
      !context.contains("num_batches_tracked")) {
    context.set("num_batches_tracked", zeros({}, {.dtype = int64}));
  }
}

void NormBase::require_rank(const Tensor& x, int64_t a, int64_t b) const {
  CRESSET_CHECK(x.dim() == a || x.dim() == b, kShape, "expected ", a, "D ",
                a == b ? "" : concat("or ", b, "D "), "input (got ", x.dim(),
                "D input)");
}

Tensor BatchNormBase::normalise(const Tensor& x) {
  const bool tracks = running_mean.defined() && running_var.defined();
  double factor = momentum.value_or(0);
  if (is_training() && track_running_stats && num_batches_tracked.defined()) {
    add_(num_batches_tracked, 1);
    if (!momentum) {
      factor = 1 / static_cast<double>(num_batches_tracked.item<int64_t>());
    }
  }
  const bool use_running = !is_training() || track_running_stats;
  const Tensor none;
  return batch_norm(
      x, use_running ? running_mean : none, use_running ? running_var : none,
      weight, bias,
      {.training = is_training() || !tracks, .momentum = factor, .eps = eps});
}

InstanceNormBase::InstanceNormBase(int64_t features,
                                   const InstanceNormOptions& options)
    : NormBase(features, {.eps = options.eps,
                          .momentum = options.momentum,
                          .affine = options.affine,
                          .track_running_stats = options.track_running_stats}) {
}

void InstanceNormBase::before_load(LoadContext& context) const {
  if (!context.version() && !track_running_stats) {
    std::string found;
    for (const char* key : {"running_mean", "running_var"}) {
      if (!context.contains(key)) continue;
      if (!found.empty()) found += " and ";
      found += "\"" + context.prefix() + key + "\"";
    }
    if (!found.empty()) {
      context.add_error(concat(
          "Unexpected running stats buffer(s) ", found, " for ", name(),
          " with track_running_stats=False. If state_dict is a checkpoint "
          "saved before 0.4.0, this may be expected because ",
          name(),
          " does not track running stats by default since 0.4.0. Please "
          "remove these keys from state_dict. If the running stats are "
          "actually needed, instead set track_running_stats=True in ",
          name(), " to enable them. See the documentation of ", name(),
          " for details."));
    }
  }
  NormBase::before_load(context);
}

Tensor InstanceNormBase::normalise(const Tensor& x, int64_t rank) {
  CRESSET_CHECK(x.dim() == rank || x.dim() == rank - 1, kShape, "expected ",
                rank - 1, "D or ", rank, "D input (got ", x.dim(), "D input)");
  const bool batched = x.dim() == rank;
  const Tensor y = instance_norm(
      batched ? x : unsqueeze(x, 0), running_mean, running_var, weight, bias,
      {.use_input_stats = is_training() || !track_running_stats,
       .momentum = momentum.value_or(0),
       .eps = eps});
  return batched ? y : squeeze(y, 0);
}

}  // namespace cresset::nn
