#include "cresset/optim/grad_scaler.h"

#include <utility>
#include <vector>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/unscale.h"

namespace cresset::optim {
namespace {

// The gradients of all parameters, device by device.
using ByDevice = std::vector<std::pair<Device, std::vector<Tensor>>>;

ByDevice gradients_of(const Optimizer& optimizer) {
  ByDevice lists;
  for (const ParamGroup& group : optimizer.param_groups) {
    for (const Tensor& p : group.params) {
      if (!p.grad().defined()) continue;
      CRESSET_CHECK(p.grad().dtype() != float16, kDtype,
                    "GradScaler: Attempting to unscale FP16 gradients; keep "
                    "parameters in float32 and compute under AutocastGuard");
      auto at = lists.begin();
      while (at != lists.end() && !(at->first == p.device())) ++at;
      if (at == lists.end()) at = lists.insert(at, {p.device(), {}});
      at->second.push_back(p.grad());
    }
  }
  return lists;
}

const Value& need(const Value& dict, const char* key) {
  CRESSET_CHECK(dict.contains(key), kIndex,
                "GradScaler: the state dict has no '", key, "'");
  return dict.at(key);
}

}  // namespace

GradScaler::GradScaler(const GradScalerOptions& options)
    : options_(options), scale_(options.init_scale) {
  CRESSET_CHECK(options.growth_factor > 1, kValue,
                "GradScaler: The growth factor must be > 1.0; got ",
                options.growth_factor);
  CRESSET_CHECK(options.backoff_factor < 1, kValue,
                "GradScaler: The backoff factor must be < 1.0; got ",
                options.backoff_factor);
}

Tensor GradScaler::scale(const Tensor& loss) {
  return options_.enabled ? mul(loss, scale_) : loss;
}

void GradScaler::unscale_(Optimizer& optimizer) {
  if (!options_.enabled) return;
  Progress& progress = progress_[&optimizer];
  CRESSET_CHECK(progress.stage == Stage::kReady, kState,
                progress.stage == Stage::kUnscaled
                    ? "GradScaler: unscale_() has already been called on this "
                      "optimizer since the last update()"
                    : "GradScaler: unscale_() is being called after step()");
  const NoGradGuard no_grad;
  for (const auto& [device, gradients] : gradients_of(optimizer)) {
    const Tensor found = cresset::internal::filled({1}, 0, float32, device);
    cresset::internal::unscale_kernel(
        device, std::span<const Tensor>(gradients), 1 / scale_, found);
    progress.found_inf |= found.item<float>() != 0;
  }
  progress.stage = Stage::kUnscaled;
}

bool GradScaler::step(Optimizer& optimizer) {
  if (!options_.enabled) {
    optimizer.step();
    return true;
  }
  CRESSET_CHECK(progress_[&optimizer].stage != Stage::kStepped, kState,
                "GradScaler: step() has already been called since the last "
                "update()");
  if (progress_[&optimizer].stage == Stage::kReady) unscale_(optimizer);
  Progress& progress = progress_[&optimizer];
  progress.stage = Stage::kStepped;
  if (progress.found_inf) return false;
  optimizer.step();
  return true;
}

void GradScaler::update(std::optional<double> new_scale) {
  if (!options_.enabled) return;
  bool found_inf = false;
  for (const auto& [optimizer, progress] : progress_) {
    found_inf |= progress.found_inf;
  }
  progress_.clear();
  if (new_scale) {
    scale_ = *new_scale;
  } else if (found_inf) {
    scale_ *= options_.backoff_factor;
    growth_tracker_ = 0;
  } else if (++growth_tracker_ == options_.growth_interval) {
    scale_ *= options_.growth_factor;
    growth_tracker_ = 0;
  }
}

double GradScaler::get_scale() const { return options_.enabled ? scale_ : 1; }

Value GradScaler::state_dict() const {
  if (!options_.enabled) return Value::dict();
  return Value::dict({{"scale", scale_},
                      {"growth_factor", options_.growth_factor},
                      {"backoff_factor", options_.backoff_factor},
                      {"growth_interval", options_.growth_interval},
                      {"_growth_tracker", growth_tracker_}});
}

void GradScaler::load_state_dict(const Value& state_dict) {
  if (!options_.enabled) return;
  CRESSET_CHECK(state_dict.is_dict() && state_dict.size() != 0, kValue,
                "GradScaler: The source state dict is empty, possibly because "
                "it was saved from a disabled instance of GradScaler.");
  const double scale = need(state_dict, "scale").as_float();
  GradScalerOptions options = options_;
  options.growth_factor = need(state_dict, "growth_factor").as_float();
  options.backoff_factor = need(state_dict, "backoff_factor").as_float();
  options.growth_interval = need(state_dict, "growth_interval").as_int();
  growth_tracker_ = need(state_dict, "_growth_tracker").as_int();
  options_ = options;
  scale_ = scale;
}

}  // namespace cresset::optim
