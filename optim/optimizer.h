// Optimizer: what all optimizers share: groups of parameters with options,
// state for each parameter, and both as PyTorch's state_dict.

#ifndef CRESSET_OPTIM_OPTIMIZER_H_
#define CRESSET_OPTIM_OPTIMIZER_H_

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cresset/serialize/value.h"
#include "cresset/tensor/base/scalar.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::optim {

/// Parameters that share options. An option is what Python would hold, so that
/// 0 and 0.0 stay apart in a checkpoint:
///
///   for (auto& group : optimizer.param_groups) group["lr"] = 0.01;
struct ParamGroup {
  ParamGroup(std::vector<Tensor> parameters,  // NOLINT
             Value given = Value::dict())
      : params(std::move(parameters)), options(std::move(given)) {}

  Value& operator[](std::string_view key) { return options[key]; }
  const Value& operator[](std::string_view key) const {
    return options.at(key);
  }
  double number(std::string_view key) const {
    return options.at(key).as_float();
  }
  bool flag(std::string_view key) const { return options.at(key).as_bool(); }

  std::vector<Tensor> params;
  Value options;  ///< a dict
};

/// What an optimizer changes: parameters, or groups of them.
class ParamGroups : public std::vector<ParamGroup> {
 public:
  ParamGroups(const std::vector<Tensor>& params)  // NOLINT
      : ParamGroups(std::vector<ParamGroup>{ParamGroup(params)}) {}
  ParamGroups(std::vector<ParamGroup> groups)  // NOLINT
      : std::vector<ParamGroup>(std::move(groups)) {}
  ParamGroups(std::initializer_list<Tensor> params)
      : ParamGroups(std::vector<Tensor>(params)) {}
  ParamGroups(std::initializer_list<ParamGroup> groups)
      : std::vector<ParamGroup>(groups) {}
};

/// Base of all optimizers.
///
/// Errors: kValue for options out of their domain and parameters given twice.
/// Torch:  torch.optim.Optimizer
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  Optimizer(Optimizer&&) = default;
  Optimizer& operator=(Optimizer&&) = default;

  /// Changes every parameter that has a gradient.
  virtual void step() = 0;
  /// Computes the loss with `closure`, which must call backward, and steps.
  Tensor step(const std::function<Tensor()>& closure);

  /// Drops the gradients, or sets them to zero.
  void zero_grad(bool set_to_none = true);

  /// {"state": {id: {...}}, "param_groups": [{..., "params": [id, ...]}]}, the
  /// ids counting the parameters of all groups. Tensors are not copied.
  /// Torch: optimizer.state_dict()
  Value state_dict() const;

  /// Takes over options and state; tensors are copied, and converted to the
  /// dtype and device of their parameter. A `step` keeps its dtype and lies on
  /// the host, but for groups that are capturable (or fused, in PyTorch): there
  /// it becomes float32 on the parameter's device.
  ///
  /// Errors: kValue with PyTorch's text if the groups do not fit; nothing has
  ///         changed then.
  /// Torch:  optimizer.load_state_dict(state)
  void load_state_dict(const Value& state_dict);

  /// Adds a group; options that it lacks are the optimizer's defaults.
  void add_param_group(ParamGroup group);

  /// What the optimizer keeps for a parameter, a dict that is made on first
  /// use: optimizer.state(p)["momentum_buffer"].
  Value& state(const Tensor& parameter);
  bool has_state(const Tensor& parameter) const;

  virtual std::string name() const = 0;

  std::vector<ParamGroup> param_groups;

 protected:
  Optimizer(ParamGroups groups, Value defaults);

  /// The options that a group from an older file may lack.
  virtual void set_missing_options(ParamGroup&) const {}

 private:
  struct StateEntry {
    Tensor parameter;  // undefined for a key that belongs to no parameter
    Value key;         // that key
    Value state;
  };
  using Index = std::unordered_map<const void*, size_t>;

  Value defaults_;
  std::vector<StateEntry> state_;
  Index state_index_;  // by the parameter's address
};

/// Torch: repr(optimizer)
std::string to_string(const Optimizer& optimizer);
std::ostream& operator<<(std::ostream& out, const Optimizer& optimizer);

/// Whether the count of the group's steps lies with the parameters instead of
/// on the host: as PyTorch's options "capturable" and "fused" want it.
bool counts_on_device(const ParamGroup& group);

/// The Python number that a Scalar is.
Value to_value(const Scalar& number);

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_OPTIMIZER_H_
