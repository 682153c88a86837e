#include "cresset/optim/lr_scheduler.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cresset::optim {

LRScheduler::LRScheduler(Optimizer& optimizer, Value own, int64_t last_epoch,
                         bool verbose)
    : optimizer_(&optimizer), attributes_(std::move(own)) {
  Value base_lrs = Value::list();
  size_t number = 0;
  for (ParamGroup& group : optimizer.param_groups) {
    if (last_epoch == -1) {
      if (!group.options.contains("initial_lr")) {
        const Value lr = group["lr"];
        group["initial_lr"] = lr;
      }
    } else {
      CRESSET_CHECK(group.options.contains("initial_lr"), kIndex,
                    "param 'initial_lr' is not specified in param_groups[",
                    number, "] when resuming an optimizer");
    }
    base_lrs.push_back(group["initial_lr"]);
    ++number;
  }
  attributes_["base_lrs"] = base_lrs;
  attributes_["last_epoch"] = last_epoch;
  attributes_["verbose"] = verbose;
  attributes_["_step_count"] = 0;
  attributes_["_get_lr_called_within_step"] = false;
}

void LRScheduler::start() { LRScheduler::step(); }

void LRScheduler::set_own(Value own) {
  for (const auto& [key, value] : attributes_.items()) own[key] = value;
  attributes_ = std::move(own);
}

void LRScheduler::step() {
  attribute("_step_count") = attribute("_step_count").as_int() + 1;
  attribute("last_epoch") = last_epoch() + 1;
  set_rates(get_lr());
}

void LRScheduler::step(int64_t epoch) {
  attribute("_step_count") = attribute("_step_count").as_int() + 1;
  attribute("last_epoch") = epoch;
  set_rates(get_closed_form_lr());
}

void LRScheduler::set_rates(const std::vector<Value>& rates) {
  for (size_t i = 0; i < rates.size(); ++i) {
    optimizer_->param_groups[i]["lr"] = rates[i];
  }
  attribute("_last_lr") = Value::list(rates);
}

std::vector<double> LRScheduler::get_last_lr() const {
  std::vector<double> out;
  for (const Value& lr : attribute("_last_lr").elements()) {
    out.push_back(lr.as_float());
  }
  return out;
}

Value LRScheduler::state_dict() const {
  Value state = Value::dict();
  for (const auto& [key, value] : attributes_.items()) state[key] = value;
  return state;
}

void LRScheduler::load_state_dict(const Value& state) {
  for (const auto& [key, value] : state.items()) attributes_[key] = value;
}

namespace {

Value unchanged(const Value& lr) { return lr; }

}  // namespace

StepLR::StepLR(Optimizer& optimizer, const StepLROptions& options)
    : LRScheduler(optimizer,
                  Value::dict({{"step_size", options.step_size},
                               {"gamma", to_value(options.gamma)}}),
                  options.last_epoch, options.verbose) {
  CRESSET_CHECK(options.step_size > 0, kValue,
                "StepLR: step_size must be positive; got ", options.step_size);
  start();
}

std::vector<Value> StepLR::get_lr() {
  const bool changes =
      last_epoch() != 0 && last_epoch() % attribute("step_size").as_int() == 0;
  return for_groups([&](const Value& lr, double) {
    return changes ? Value(lr.as_float() * number("gamma")) : unchanged(lr);
  });
}

std::vector<Value> StepLR::get_closed_form_lr() {
  const int64_t times = last_epoch() / attribute("step_size").as_int();
  return for_groups([&](const Value&, double base) {
    return base * std::pow(number("gamma"), static_cast<double>(times));
  });
}

namespace {

Value counter_of(const std::vector<int64_t>& milestones) {
  Value counter = Value::dict_of_type(DictType::kCounter);
  for (const int64_t m : milestones) {
    counter[m] = counter.get(m, 0).as_int() + 1;
  }
  return counter;
}

}  // namespace

MultiStepLR::MultiStepLR(Optimizer& optimizer,
                         const MultiStepLROptions& options)
    : LRScheduler(optimizer,
                  Value::dict({{"milestones", counter_of(options.milestones)},
                               {"gamma", to_value(options.gamma)}}),
                  options.last_epoch, options.verbose) {
  start();
}

std::vector<Value> MultiStepLR::get_lr() {
  const Value times = attribute("milestones").get(last_epoch());
  return for_groups([&](const Value& lr, double) {
    if (times.is_none()) return unchanged(lr);
    return Value(lr.as_float() * std::pow(number("gamma"), times.as_float()));
  });
}

std::vector<Value> MultiStepLR::get_closed_form_lr() {
  int64_t passed = 0;
  for (const auto& [milestone, times] : attribute("milestones").items()) {
    if (milestone.as_int() <= last_epoch()) passed += times.as_int();
  }
  return for_groups([&](const Value&, double base) {
    return base * std::pow(number("gamma"), static_cast<double>(passed));
  });
}

ExponentialLR::ExponentialLR(Optimizer& optimizer,
                             const ExponentialLROptions& options)
    : LRScheduler(optimizer, Value::dict({{"gamma", to_value(options.gamma)}}),
                  options.last_epoch, options.verbose) {
  start();
}

std::vector<Value> ExponentialLR::get_lr() {
  return for_groups([&](const Value& lr, double) {
    return last_epoch() == 0 ? unchanged(lr)
                             : Value(lr.as_float() * number("gamma"));
  });
}

std::vector<Value> ExponentialLR::get_closed_form_lr() {
  return for_groups([&](const Value&, double base) {
    return base * std::pow(number("gamma"), static_cast<double>(last_epoch()));
  });
}

CosineAnnealingLR::CosineAnnealingLR(Optimizer& optimizer,
                                     const CosineAnnealingLROptions& options)
    : LRScheduler(optimizer,
                  Value::dict({{"T_max", to_value(options.T_max)},
                               {"eta_min", to_value(options.eta_min)}}),
                  options.last_epoch, options.verbose) {
  start();
}

std::vector<Value> CosineAnnealingLR::get_lr() {
  const auto epoch = static_cast<double>(last_epoch());
  const double t_max = number("T_max"), eta_min = number("eta_min");
  if (last_epoch() == 0) {
    return for_groups([](const Value& lr, double) { return unchanged(lr); });
  }
  if (attribute("_step_count").as_int() == 1 && last_epoch() > 0) {
    return for_groups([&](const Value&, double base) {
      return eta_min +
             (base - eta_min) * (1 + std::cos(epoch * M_PI / t_max)) / 2;
    });
  }
  // The turn at eta_min, where the quotient below would divide by zero.
  if (std::fmod(epoch - 1 - t_max, 2 * t_max) == 0) {
    return for_groups([&](const Value& lr, double base) {
      return lr.as_float() +
             (base - eta_min) * (1 - std::cos(M_PI / t_max)) / 2;
    });
  }
  return for_groups([&](const Value& lr, double) {
    return (1 + std::cos(M_PI * epoch / t_max)) /
               (1 + std::cos(M_PI * (epoch - 1) / t_max)) *
               (lr.as_float() - eta_min) +
           eta_min;
  });
}

std::vector<Value> CosineAnnealingLR::get_closed_form_lr() {
  const double angle =
      M_PI * static_cast<double>(last_epoch()) / number("T_max");
  return for_groups([&](const Value&, double base) {
    return number("eta_min") +
           (base - number("eta_min")) * (1 + std::cos(angle)) / 2;
  });
}

LambdaLR::LambdaLR(Optimizer& optimizer, Function factor,
                   const LambdaLROptions& options)
    : LambdaLR(optimizer,
               std::vector<Function>(optimizer.param_groups.size(),
                                     std::move(factor)),
               options) {}

LambdaLR::LambdaLR(Optimizer& optimizer, std::vector<Function> factors,
                   const LambdaLROptions& options)
    : LRScheduler(optimizer, Value::dict(), options.last_epoch,
                  options.verbose),
      factors_(std::move(factors)) {
  CRESSET_CHECK(factors_.size() == optimizer.param_groups.size(), kValue,
                "Expected ", optimizer.param_groups.size(),
                " lr_lambdas, but got ", factors_.size());
  start();
  attribute("lr_lambdas") =
      Value::list(std::vector<Value>(factors_.size(), Value()));
}

std::vector<Value> LambdaLR::get_lr() {
  size_t i = 0;
  return for_groups([&](const Value&, double base) {
    return base * factors_[i++](last_epoch());
  });
}

ConstantLR::ConstantLR(Optimizer& optimizer, const ConstantLROptions& options)
    : LRScheduler(optimizer,
                  Value::dict({{"factor", to_value(options.factor)},
                               {"total_iters", options.total_iters}}),
                  options.last_epoch, options.verbose) {
  const auto factor = options.factor.to<double>();
  CRESSET_CHECK(
      factor >= 0 && factor <= 1, kValue,
      "Constant multiplicative factor expected to be between 0 and 1.");
  start();
}

std::vector<Value> ConstantLR::get_lr() {
  const int64_t end = attribute("total_iters").as_int();
  return for_groups([&](const Value& lr, double) {
    if (last_epoch() == 0) return Value(lr.as_float() * number("factor"));
    if (last_epoch() != end) return unchanged(lr);
    return Value(lr.as_float() * (1.0 / number("factor")));
  });
}

std::vector<Value> ConstantLR::get_closed_form_lr() {
  const bool before = last_epoch() < attribute("total_iters").as_int();
  return for_groups([&](const Value&, double base) {
    return base * (before ? number("factor") : 1.0);
  });
}

LinearLR::LinearLR(Optimizer& optimizer, const LinearLROptions& options)
    : LRScheduler(optimizer,
                  Value::dict({{"start_factor", to_value(options.start_factor)},
                               {"end_factor", to_value(options.end_factor)},
                               {"total_iters", options.total_iters}}),
                  options.last_epoch, options.verbose) {
  const auto first = options.start_factor.to<double>();
  const auto last = options.end_factor.to<double>();
  CRESSET_CHECK(
      first > 0 && first <= 1, kValue,
      "Starting multiplicative factor expected to be greater than 0 and less "
      "or equal to 1.");
  CRESSET_CHECK(last >= 0 && last <= 1, kValue,
                "Ending multiplicative factor expected to be between 0 and 1.");
  start();
}

std::vector<Value> LinearLR::get_lr() {
  const double first = number("start_factor"), last = number("end_factor");
  const double total = number("total_iters");
  const auto epoch = static_cast<double>(last_epoch());
  return for_groups([&](const Value& lr, double) {
    if (epoch == 0) return Value(lr.as_float() * first);
    if (epoch > total) return unchanged(lr);
    return Value(lr.as_float() *
                 (1.0 + (last - first) /
                            (total * first + (epoch - 1) * (last - first))));
  });
}

std::vector<Value> LinearLR::get_closed_form_lr() {
  const double first = number("start_factor"), last = number("end_factor");
  const double total = number("total_iters");
  const double epoch = std::min(total, static_cast<double>(last_epoch()));
  return for_groups([&](const Value&, double base) {
    return base * (first + (last - first) * epoch / total);
  });
}

PolynomialLR::PolynomialLR(Optimizer& optimizer,
                           const PolynomialLROptions& options)
    : LRScheduler(optimizer,
                  Value::dict({{"total_iters", options.total_iters},
                               {"power", to_value(options.power)}}),
                  options.last_epoch, options.verbose) {
  start();
}

std::vector<Value> PolynomialLR::get_lr() {
  const double total = number("total_iters");
  const auto epoch = static_cast<double>(last_epoch());
  return for_groups([&](const Value& lr, double) {
    if (epoch == 0 || epoch > total) return unchanged(lr);
    const double decay = std::pow(
        (1.0 - epoch / total) / (1.0 - (epoch - 1) / total), number("power"));
    return Value(lr.as_float() * decay);
  });
}

std::vector<Value> PolynomialLR::get_closed_form_lr() {
  const double total = number("total_iters");
  const double epoch = std::min(total, static_cast<double>(last_epoch()));
  return for_groups([&](const Value&, double base) {
    return base * std::pow(1.0 - epoch / total, number("power"));
  });
}

}  // namespace cresset::optim
