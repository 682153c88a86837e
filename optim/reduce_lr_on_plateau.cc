#include "cresset/optim/reduce_lr_on_plateau.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace cresset::optim {

ReduceLROnPlateau::ReduceLROnPlateau(Optimizer& optimizer,
                                     const ReduceLROnPlateauOptions& o)
    : optimizer_(&optimizer) {
  CRESSET_CHECK(o.factor.to<double>() < 1.0, kValue, "Factor should be < 1.0.");
  CRESSET_CHECK(o.mode == "min" || o.mode == "max", kValue, "mode ", o.mode,
                " is unknown!");
  CRESSET_CHECK(o.threshold_mode == "rel" || o.threshold_mode == "abs", kValue,
                "threshold mode ", o.threshold_mode, " is unknown!");
  const double infinity = std::numeric_limits<double>::infinity();
  const double worst = o.mode == "min" ? infinity : -infinity;
  const std::vector<Value> min_lrs(optimizer.param_groups.size(),
                                   to_value(o.min_lr));
  attributes_ = Value::dict({{"factor", to_value(o.factor)},
                             {"min_lrs", Value::list(min_lrs)},
                             {"patience", o.patience},
                             {"verbose", o.verbose},
                             {"cooldown", o.cooldown},
                             {"cooldown_counter", 0},
                             {"mode", o.mode},
                             {"threshold", to_value(o.threshold)},
                             {"threshold_mode", o.threshold_mode},
                             {"best", worst},
                             {"num_bad_epochs", 0},
                             {"mode_worse", worst},
                             {"eps", to_value(o.eps)},
                             {"last_epoch", 0}});
}

bool ReduceLROnPlateau::is_better(double metric) const {
  const double best = attributes_.at("best").as_float();
  const double threshold = attributes_.at("threshold").as_float();
  const bool relative = attributes_.at("threshold_mode").as_str() == "rel";
  if (attributes_.at("mode").as_str() == "min") {
    return metric < (relative ? best * (1.0 - threshold) : best - threshold);
  }
  return metric > (relative ? best * (threshold + 1.0) : best + threshold);
}

void ReduceLROnPlateau::step(double metric) {
  attributes_["last_epoch"] = count("last_epoch") + 1;
  if (is_better(metric)) {
    attributes_["best"] = metric;
    attributes_["num_bad_epochs"] = 0;
  } else {
    attributes_["num_bad_epochs"] = count("num_bad_epochs") + 1;
  }
  if (count("cooldown_counter") > 0) {
    attributes_["cooldown_counter"] = count("cooldown_counter") - 1;
    attributes_["num_bad_epochs"] = 0;
  }
  Value rates = Value::list();
  const bool reduces = count("num_bad_epochs") > count("patience");
  size_t i = 0;
  for (ParamGroup& group : optimizer_->param_groups) {
    const double old_lr = group.number("lr");
    const double new_lr = std::max(old_lr * attributes_.at("factor").as_float(),
                                   attributes_.at("min_lrs")[i++].as_float());
    if (reduces && old_lr - new_lr > attributes_.at("eps").as_float()) {
      group["lr"] = new_lr;
    }
    rates.push_back(group["lr"]);
  }
  if (reduces) {
    attributes_["cooldown_counter"] = count("cooldown");
    attributes_["num_bad_epochs"] = 0;
  }
  attributes_["_last_lr"] = rates;
}

Value ReduceLROnPlateau::state_dict() const {
  Value state = Value::dict();
  for (const auto& [key, value] : attributes_.items()) state[key] = value;
  return state;
}

void ReduceLROnPlateau::load_state_dict(const Value& state) {
  for (const auto& [key, value] : state.items()) attributes_[key] = value;
}

}  // namespace cresset::optim
