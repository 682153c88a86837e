// Cases of kind `optimizer`: parameters and state after some steps.

#include <memory>

#include "cresset/optim/optim.h"
#include "cresset/tests/parity/cases.h"
#include "cresset/tests/parity/compare.h"
#include "cresset/tests/parity/optimizer_table.h"

namespace cresset::parity {
namespace {

using cresset::internal::concat;

// Options that change how a step is computed but not what it gives. They are
// kept in the groups, where PyTorch's state_dict shows them.
bool is_hint(const std::string& key) {
  return key == "foreach" || key == "differentiable" || key == "capturable" ||
         key == "fused";
}

std::vector<Tensor> leaves_of(const Value& values) {
  std::vector<Tensor> out;
  for (const Value& value : values.elements()) {
    out.push_back(value.as_tensor().detach().clone().requires_grad_());
  }
  return out;
}

std::vector<optim::ParamGroup> groups_of(const Value& c,
                                         const std::vector<Tensor>& params) {
  std::vector<optim::ParamGroup> groups;
  const std::vector<Value>& members = c["groups"].elements();
  for (size_t i = 0; i < members.size(); ++i) {
    std::vector<Tensor> chosen;
    for (const Value& index : members[i].elements()) {
      chosen.push_back(params.at(static_cast<size_t>(index.as_int())));
    }
    Value options = Value::dict();
    for (const auto& [key, value] : c["group_options"].at(i).items()) {
      options[key] = value;
    }
    groups.emplace_back(std::move(chosen), std::move(options));
  }
  return groups;
}

// Groups that do not say otherwise get the hints of the constructor, in the
// place that these have among the options.
void set_hints(optim::Optimizer& optimizer, const Value& c,
               const Value& hints) {
  for (size_t i = 0; i < optimizer.param_groups.size(); ++i) {
    for (const auto& [key, value] : hints.items()) {
      if (c["group_options"].at(i).contains(key)) continue;
      optimizer.param_groups[i][key.as_str()] = value;
    }
  }
}

void take_step(optim::Optimizer& optimizer, const std::vector<Tensor>& params,
               const Value& grads) {
  for (size_t i = 0; i < params.size(); ++i) {
    const Value& grad = grads.at(i);
    params[i].set_grad(grad.is_none() ? Tensor() : grad.as_tensor().clone());
  }
  optimizer.step();
}

}  // namespace

void run_optimizer_case(const Value& c) {
  Value hints = Value::dict(), kwargs = Value::dict();
  for (const auto& [key, value] : c["kwargs"].items()) {
    (is_hint(key.as_str()) ? hints : kwargs)[key] = value;
  }
  const MakeOptimizer make =
      optimizer_table().call(case_name(c), Value::tuple(), kwargs);
  const std::vector<Tensor> params = leaves_of(c["params"]);
  const auto optimizer = make(groups_of(c, params));
  set_hints(*optimizer, c, hints);
  for (const Value& grads : c["grads"].elements()) {
    take_step(*optimizer, params, grads);
  }
  for (size_t i = 0; i < params.size(); ++i) {
    compare_outputs(concat("parameter ", i), params[i].detach(),
                    c["params_after"].at(i));
  }
  compare_trees("state_dict", optimizer->state_dict(), c["state_dict_after"]);
}

}  // namespace cresset::parity
