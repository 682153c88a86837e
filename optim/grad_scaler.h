// GradScaler: keeps small float16 gradients from vanishing.

#ifndef CRESSET_OPTIM_GRAD_SCALER_H_
#define CRESSET_OPTIM_GRAD_SCALER_H_

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "cresset/optim/optimizer.h"

namespace cresset::optim {

struct GradScalerOptions {
  double init_scale = 65536;
  double growth_factor = 2;
  double backoff_factor = 0.5;
  int64_t growth_interval = 2000;  ///< clean steps between two growths
  bool enabled = true;
};

/// Multiplies the loss, so that gradients stay within float16, and divides the
/// gradients before a step. A step whose gradients hold an infinity or a NaN
/// is left out and lowers the factor.
///
///   scaler.scale(loss).backward();
///   scaler.step(optimizer);
///   scaler.update();
///
/// Errors: kState if step() or unscale_() is called twice between updates;
///         kValue for factors that do not grow or back off.
/// Torch:  torch.amp.GradScaler
class GradScaler {
 public:
  explicit GradScaler(const GradScalerOptions& options = {});

  /// loss times the factor. Gradient: g times the factor.
  Tensor scale(const Tensor& loss);

  /// Divides the gradients of the optimizer's parameters by the factor, for
  /// code that looks at them before the step (clipping); step() does it
  /// otherwise.
  void unscale_(Optimizer& optimizer);

  /// optimizer.step(), unless a gradient is not finite. Waits for the device.
  /// Returns whether the step was taken.
  bool step(Optimizer& optimizer);

  /// Sets the factor for the next iteration: by what the steps since the last
  /// update found, or to `new_scale`.
  void update(std::optional<double> new_scale = std::nullopt);

  double get_scale() const;
  bool is_enabled() const { return options_.enabled; }

  /// {"scale", "growth_factor", "backoff_factor", "growth_interval",
  /// "_growth_tracker"}; empty if not enabled.
  Value state_dict() const;
  /// Errors: kValue for an empty dict, kIndex if a key is missing.
  void load_state_dict(const Value& state_dict);

 private:
  enum class Stage { kReady, kUnscaled, kStepped };
  struct Progress {
    Stage stage = Stage::kReady;
    bool found_inf = false;
  };

  GradScalerOptions options_;
  double scale_;
  int64_t growth_tracker_ = 0;
  std::unordered_map<const Optimizer*, Progress> progress_;
};

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_GRAD_SCALER_H_
