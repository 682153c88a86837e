// Cases of kind `scheduler`: every learning rate, and the state at the end.

#include "cresset/tests/parity/cases.h"
#include "cresset/tests/parity/compare.h"
#include "cresset/tests/parity/optimizer_table.h"

namespace cresset::parity {
namespace {

std::shared_ptr<optim::Optimizer> optimizer_of(const Value& options) {
  Value kwargs = Value::dict();
  for (const auto& [key, value] : options.items()) {
    if (key.as_str() != "name") kwargs[key] = value;
  }
  const Tensor x = empty({1});
  x.zero_();
  const MakeOptimizer make =
      optimizer_table().call(options["name"].as_str(), Value::tuple(), kwargs);
  return make({optim::ParamGroup({x})});
}

// `want` is the rate of the first group, or a list with one for each.
void check_rate(const optim::Optimizer& optimizer, size_t step,
                const Value& want) {
  const std::string what =
      cresset::internal::concat("learning rate after step ", step);
  const std::vector<Value> rates =
      is_sequence(want) ? sequence(want) : std::vector<Value>{want};
  for (size_t i = 0; i < rates.size(); ++i) {
    const double got = optimizer.param_groups.at(i).number("lr");
    compare_trees(what, Value(got), Value(rates[i].as_float()));
  }
}

}  // namespace

void run_scheduler_case(const Value& c) {
  const auto optimizer = optimizer_of(c["optimizer"]);
  const MakeScheduler make =
      scheduler_table().call(case_name(c), Value::tuple(), c["kwargs"]);
  const Scheduler scheduler = make(*optimizer);
  const Value metrics = c.get("metrics");
  const size_t steps = static_cast<size_t>(c["steps"].as_int());
  check_rate(*optimizer, 0, c["lrs"].at(0));
  for (size_t i = 0; i < steps; ++i) {
    optimizer->step();
    scheduler.step(metrics.is_none()
                       ? std::nullopt
                       : std::optional<double>(metrics.at(i).as_float()));
    check_rate(*optimizer, i + 1, c["lrs"].at(i + 1));
  }
  const Value state = scheduler.state_dict();
  for (const auto& [key, value] : c["state_dict_after"].items()) {
    if (!state.contains(key)) {
      throw Mismatch("state_dict: got no key " + repr(key, 60));
    }
    compare_trees("state_dict: " + key.as_str(), state.at(key), value);
  }
}

}  // namespace cresset::parity
