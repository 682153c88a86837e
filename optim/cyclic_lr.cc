#include "cresset/optim/cyclic_lr.h"

#include <cmath>
#include <utility>

namespace cresset::optim {
namespace {

// One number for each group.
Value per_group(const Optimizer& optimizer, const std::vector<double>& numbers,
                const char* name) {
  const size_t groups = optimizer.param_groups.size();
  CRESSET_CHECK(numbers.size() == 1 || numbers.size() == groups, kValue,
                "expected ", groups, " values for ", name, ", got ",
                numbers.size());
  Value list = Value::list();
  for (size_t i = 0; i < groups; ++i) {
    list.push_back(numbers[numbers.size() == 1 ? 0 : i]);
  }
  return list;
}

void check_momentum(const Optimizer& optimizer, const char* key) {
  for (const ParamGroup& group : optimizer.param_groups) {
    CRESSET_CHECK(group.options.contains(key), kValue,
                  "optimizer must support momentum with `cycle_momentum` "
                  "option enabled");
  }
}

}  // namespace

CosineAnnealingWarmRestarts::CosineAnnealingWarmRestarts(
    Optimizer& optimizer, const CosineAnnealingWarmRestartsOptions& options)
    : LRScheduler(optimizer,
                  Value::dict({{"T_0", options.T_0},
                               {"T_i", options.T_0},
                               {"T_mult", options.T_mult},
                               {"eta_min", to_value(options.eta_min)},
                               {"T_cur", options.last_epoch}}),
                  options.last_epoch, options.verbose) {
  CRESSET_CHECK(options.T_0 > 0, kValue,
                "Expected positive integer T_0, but got ", options.T_0);
  CRESSET_CHECK(options.T_mult >= 1, kValue,
                "Expected integer T_mult >= 1, but got ", options.T_mult);
  CosineAnnealingWarmRestarts::step();
}

void CosineAnnealingWarmRestarts::step() {
  const int64_t epoch = last_epoch() + 1;
  int64_t at = attribute("T_cur").as_int() + 1;
  int64_t length = attribute("T_i").as_int();
  if (at >= length) {
    at -= length;
    length *= attribute("T_mult").as_int();
  }
  attribute("T_cur") = at;
  attribute("T_i") = length;
  attribute("last_epoch") = epoch;
  set_rates(get_lr());
}

std::vector<Value> CosineAnnealingWarmRestarts::get_lr() {
  const double eta_min = number("eta_min");
  const double share = number("T_cur") / number("T_i");
  return for_groups([&](const Value&, double base) {
    return eta_min + (base - eta_min) * (1 + std::cos(M_PI * share)) / 2;
  });
}

CyclicLR::CyclicLR(Optimizer& optimizer, const CyclicLROptions& options)
    : LRScheduler(optimizer, Value::dict(), options.last_epoch,
                  options.verbose) {
  CRESSET_CHECK(options.mode == "triangular" || options.mode == "triangular2" ||
                    options.mode == "exp_range",
                kValue, "mode is invalid and scale_fn is None; got '",
                options.mode, "'");
  const Value base_lrs = per_group(optimizer, options.base_lr, "base_lr");
  const double down = options.step_size_down.value_or(options.step_size_up);
  const double total = options.step_size_up + down;
  Value own = Value::dict(
      {{"max_lrs", per_group(optimizer, options.max_lr, "max_lr")},
       {"total_size", total},
       {"step_ratio", options.step_size_up / total},
       {"mode", options.mode},
       {"gamma", to_value(options.gamma)},
       {"_scale_fn_custom", nullptr},
       {"scale_mode", options.mode == "exp_range" ? "iterations" : "cycle"},
       {"cycle_momentum", options.cycle_momentum}});
  const bool fresh = options.last_epoch == -1;
  for (size_t i = 0; fresh && i < optimizer.param_groups.size(); ++i) {
    optimizer.param_groups[i]["lr"] = base_lrs[i];
    optimizer.param_groups[i]["initial_lr"] = base_lrs[i];
  }
  if (options.cycle_momentum) {
    check_momentum(optimizer, "momentum");
    const Value base =
        per_group(optimizer, options.base_momentum, "base_momentum");
    Value kept = Value::list();
    for (size_t i = 0; i < optimizer.param_groups.size(); ++i) {
      if (fresh) optimizer.param_groups[i]["momentum"] = base[i];
      kept.push_back(optimizer.param_groups[i]["momentum"]);
    }
    own["base_momentums"] = kept;
    own["max_momentums"] =
        per_group(optimizer, options.max_momentum, "max_momentum");
  }
  set_own(std::move(own));
  attribute("base_lrs") = base_lrs;
  start();
}

double CyclicLR::scale_of(double cycle) const {
  const std::string& mode = attribute("mode").as_str();
  if (mode == "triangular2") return 1 / std::pow(2.0, cycle - 1);
  if (mode == "exp_range") {
    return std::pow(number("gamma"), static_cast<double>(last_epoch()));
  }
  return 1;
}

std::vector<Value> CyclicLR::get_lr() {
  const double passed =
      static_cast<double>(last_epoch()) / number("total_size");
  const double cycle = std::floor(1 + passed);
  const double x = 1 + passed - cycle, ratio = number("step_ratio");
  const double height = x <= ratio ? x / ratio : (x - 1) / (ratio - 1);
  const double scale = scale_of(cycle);
  if (attribute("cycle_momentum").as_bool()) {
    for (size_t i = 0; i < optimizer().param_groups.size(); ++i) {
      const double most = attribute("max_momentums")[i].as_float();
      const double least = attribute("base_momentums")[i].as_float();
      optimizer().param_groups[i]["momentum"] =
          most - (most - least) * height * scale;
    }
  }
  size_t i = 0;
  return for_groups([&](const Value&, double base) {
    const double most = attribute("max_lrs")[i++].as_float();
    return base + (most - base) * height * scale;
  });
}

namespace {

Value phase(const Value& end, const char* start_lr, const char* end_lr,
            const char* start_momentum, const char* end_momentum) {
  return Value::dict({{"end_step", end},
                      {"start_lr", start_lr},
                      {"end_lr", end_lr},
                      {"start_momentum", start_momentum},
                      {"end_momentum", end_momentum}});
}

Value phases_of(const OneCycleLROptions& o, int64_t steps) {
  const double first = o.pct_start * static_cast<double>(steps);
  Value phases = Value::list();
  phases.push_back(phase(first - 1, "initial_lr", "max_lr", "max_momentum",
                         "base_momentum"));
  if (o.three_phase) {
    phases.push_back(phase(2 * o.pct_start * static_cast<double>(steps) - 2,
                           "max_lr", "initial_lr", "base_momentum",
                           "max_momentum"));
    phases.push_back(phase(steps - 1, "initial_lr", "min_lr", "max_momentum",
                           "max_momentum"));
  } else {
    phases.push_back(
        phase(steps - 1, "max_lr", "min_lr", "base_momentum", "max_momentum"));
  }
  return phases;
}

void set_momentum(ParamGroup& group, const Value& momentum) {
  if (!group.options.contains("betas")) {
    group["momentum"] = momentum;
    return;
  }
  group["betas"] = Value::tuple({momentum, group["betas"][1]});
}

// Sets the rates between which the groups move, before the base class reads
// the first of them.
Optimizer& prepared(Optimizer& optimizer, const OneCycleLROptions& o) {
  if (o.last_epoch != -1) return optimizer;
  const Value max_lrs = per_group(optimizer, o.max_lr, "max_lr");
  for (size_t i = 0; i < optimizer.param_groups.size(); ++i) {
    ParamGroup& group = optimizer.param_groups[i];
    const double first = max_lrs[i].as_float() / o.div_factor;
    group["initial_lr"] = first;
    group["max_lr"] = max_lrs[i];
    group["min_lr"] = first / o.final_div_factor;
  }
  if (!o.cycle_momentum) return optimizer;
  const Value most = per_group(optimizer, o.max_momentum, "max_momentum");
  const Value least = per_group(optimizer, o.base_momentum, "base_momentum");
  for (size_t i = 0; i < optimizer.param_groups.size(); ++i) {
    ParamGroup& group = optimizer.param_groups[i];
    if (!group.options.contains("betas")) check_momentum(optimizer, "momentum");
    set_momentum(group, most[i]);
    group["max_momentum"] = most[i];
    group["base_momentum"] = least[i];
  }
  return optimizer;
}

}  // namespace

OneCycleLR::OneCycleLR(Optimizer& optimizer, const OneCycleLROptions& options)
    : LRScheduler(prepared(optimizer, options), Value::dict(),
                  options.last_epoch, options.verbose),
      is_cosine_(options.anneal_strategy == "cos") {
  CRESSET_CHECK(
      options.total_steps || (options.epochs && options.steps_per_epoch),
      kValue,
      "You must define either total_steps OR (epochs AND "
      "steps_per_epoch)");
  const int64_t steps = options.total_steps
                            ? *options.total_steps
                            : *options.epochs * *options.steps_per_epoch;
  CRESSET_CHECK(steps > 0, kValue,
                "Expected positive integer total_steps, but got ", steps);
  CRESSET_CHECK(options.pct_start >= 0 && options.pct_start <= 1, kValue,
                "Expected float between 0 and 1 pct_start, but got ",
                options.pct_start);
  CRESSET_CHECK(
      is_cosine_ || options.anneal_strategy == "linear", kValue,
      "anneal_strategy must by one of 'cos' or 'linear', instead got ",
      options.anneal_strategy);
  Value own = Value::dict({{"total_steps", steps},
                           {"_schedule_phases", phases_of(options, steps)},
                           {"cycle_momentum", options.cycle_momentum}});
  if (options.cycle_momentum) {
    own["use_beta1"] = optimizer.param_groups[0].options.contains("betas");
  }
  set_own(std::move(own));
  start();
}

double OneCycleLR::between(const Value& start, const Value& end,
                           double share) const {
  const double a = start.as_float(), b = end.as_float();
  if (!is_cosine_) return (b - a) * share + a;
  return b + (a - b) / 2.0 * (std::cos(M_PI * share) + 1);
}

std::vector<Value> OneCycleLR::get_lr() {
  const auto step = static_cast<double>(last_epoch());
  const int64_t total = attribute("total_steps").as_int();
  CRESSET_CHECK(last_epoch() <= total, kValue, "Tried to step ",
                last_epoch() + 1,
                " times. The specified number of total steps is ", total);
  const Value& phases = attribute("_schedule_phases");
  size_t at = 0;
  double begin = 0, end = phases[0]["end_step"].as_float();
  while (step > end && at + 1 < phases.size()) {
    begin = end;
    end = phases[++at]["end_step"].as_float();
  }
  const Value& now = phases[at];
  const double share = (step - begin) / (end - begin);
  std::vector<Value> rates;
  for (ParamGroup& group : optimizer().param_groups) {
    const auto moved = [&](const char* from, const char* to) {
      return between(group[now[from].as_str()], group[now[to].as_str()], share);
    };
    rates.emplace_back(moved("start_lr", "end_lr"));
    if (!attribute("cycle_momentum").as_bool()) continue;
    set_momentum(group, moved("start_momentum", "end_momentum"));
  }
  return rates;
}

}  // namespace cresset::optim
