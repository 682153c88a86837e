// The optimizers and schedulers that a case can make by name.

#ifndef CRESSET_TESTS_PARITY_OPTIMIZER_TABLE_H_
#define CRESSET_TESTS_PARITY_OPTIMIZER_TABLE_H_

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "cresset/optim/optimizer.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {

/// What is left to do once the options are known: to say the parameters.
using MakeOptimizer = std::function<std::shared_ptr<optim::Optimizer>(
    std::vector<optim::ParamGroup>)>;

/// A scheduler of an optimizer; `step` takes a metric if the case has any.
struct Scheduler {
  std::function<void(std::optional<double> metric)> step;
  std::function<Value()> state_dict;
};
using MakeScheduler = std::function<Scheduler(optim::Optimizer&)>;

/// An optimizer of class O with options of its class.
template <class O, class Options>
MakeOptimizer making(const Options& options) {
  return [options](std::vector<optim::ParamGroup> groups) {
    return std::make_shared<O>(std::move(groups), options);
  };
}

/// A scheduler of class S whose steps take nothing.
template <class S, class Options>
MakeScheduler scheduling(const Options& options) {
  return [options](optim::Optimizer& optimizer) -> Scheduler {
    auto scheduler = std::make_shared<S>(optimizer, options);
    return {[scheduler](std::optional<double>) { scheduler->step(); },
            [scheduler] { return scheduler->state_dict(); }};
  };
}

// Rows of further files.
void add_composed_optimizers(Table<MakeOptimizer>& table);
void add_cyclic_schedulers(Table<MakeScheduler>& table);

/// By PyTorch's name, with the signatures of PyTorch's constructors less their
/// first argument.
const Table<MakeOptimizer>& optimizer_table();
const Table<MakeScheduler>& scheduler_table();

}  // namespace cresset::parity

#endif  // CRESSET_TESTS_PARITY_OPTIMIZER_TABLE_H_
