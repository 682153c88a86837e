#include "cresset/optim/optimizer.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <string_view>
#include <unordered_set>

#include "cresset/tensor/core/grad_mode.h"

namespace cresset::optim {
namespace {

using cresset::internal::concat;

const void* address(const Tensor& t) { return &t.impl(); }

const Value& need(const Value& dict, const char* key) {
  CRESSET_CHECK(dict.is_dict() && dict.contains(key), kIndex,
                "load_state_dict: the optimizer's state dict has no '", key,
                "'");
  return dict.at(key);
}

// The key of a state that is loaded, as a literal: it is the same object then
// as the equal key of a state that was never saved, so both give equal files.
KeyRef literal(const Value& key) {
  if (!key.is_str()) return key;
  KeyRef text(key.as_str());
  text.literal = true;
  return text;
}

bool is_key(const Value& key, std::string_view text) {
  return key.is_str() && key.as_str() == text;
}

// What the tensors of a state become next to their parameter.
struct Like {
  Tensor parameter;
  bool counts_there = false;  // `step` lies on the parameter's device
};

// A copy of `x`, made where it is to be.
Tensor copy_to(const Tensor& x, Device device, Dtype dtype) {
  const Tensor source = x.detach();
  const Tensor there = source.to(device, dtype);
  return there.is_same(source) ? source.clone() : there;
}

// The dtype of a count does not follow its parameter, in whose dtype it may
// not fit. It lies on the host, which reads it at every step, unless a kernel
// counts.
Tensor copy_of_step(const Tensor& x, const Like& like) {
  return like.counts_there ? copy_to(x, like.parameter.device(), float32)
                           : copy_to(x, Device(), x.dtype());
}

Tensor copy_of_tensor(const Tensor& x, const std::optional<Like>& like,
                      bool is_step) {
  if (!like) return x.detach().clone();
  if (is_step) return copy_of_step(x, *like);
  const Tensor& p = like->parameter;
  return copy_to(x, p.device(), p.is_floating_point() ? p.dtype() : x.dtype());
}

// A copy that shares nothing. With `like`, tensors become what they must be
// next to that parameter.
Value deep_copy(const Value& value, const std::optional<Like>& like,
                bool is_step = false) {
  switch (value.kind()) {
    case ValueKind::kTensor:
      return copy_of_tensor(value.as_tensor(), like, is_step);
    case ValueKind::kDict: {
      Value copy = Value::dict_of_type(value.dict_type());
      for (const auto& [key, entry] : value.items()) {
        copy[literal(key)] = deep_copy(entry, like, is_key(key, "step"));
      }
      return copy;
    }
    case ValueKind::kList:
    case ValueKind::kTuple: {
      std::vector<Value> copy;
      for (const Value& entry : value.elements()) {
        copy.push_back(deep_copy(entry, like));
      }
      return value.is_list() ? Value::list(std::move(copy))
                             : Value::tuple(std::move(copy));
    }
    default:
      return value;
  }
}

// Ids of all parameters, in the order of the groups.
std::unordered_map<const void*, int64_t> number_parameters(
    const std::vector<ParamGroup>& groups) {
  std::unordered_map<const void*, int64_t> ids;
  for (const ParamGroup& group : groups) {
    for (const Tensor& p : group.params) {
      ids.emplace(address(p), static_cast<int64_t>(ids.size()));
    }
  }
  return ids;
}

}  // namespace

bool counts_on_device(const ParamGroup& group) {
  for (const char* option : {"capturable", "fused"}) {
    if (group.options.get(option) == Value(true)) return true;
  }
  return false;
}

Value to_value(const Scalar& number) {
  if (number.is_bool()) return number.to<bool>();
  if (number.is_integral()) return number.to<int64_t>();
  if (number.is_complex()) return number.to<std::complex<double>>();
  return number.to<double>();
}

Optimizer::Optimizer(ParamGroups groups, Value defaults)
    : defaults_(std::move(defaults)) {
  const bool empty =
      groups.empty() || (groups.size() == 1 && groups[0].params.empty());
  CRESSET_CHECK(!empty, kValue, "optimizer got an empty parameter list");
  for (ParamGroup& group : groups) add_param_group(std::move(group));
}

void Optimizer::add_param_group(ParamGroup group) {
  std::unordered_set<const void*> known;
  for (const ParamGroup& other : param_groups) {
    for (const Tensor& p : other.params) known.insert(address(p));
  }
  for (const Tensor& p : group.params) {
    CRESSET_CHECK(p.defined(), kValue,
                  "optimizer can only optimize Tensors, but one of the params "
                  "is None");
    CRESSET_CHECK(p.is_leaf() || p.retains_grad(), kValue,
                  "can't optimize a non-leaf Tensor");
    CRESSET_CHECK(known.count(address(p)) == 0, kValue,
                  "some parameters appear in more than one parameter group");
  }
  // The group's own dict: the caller may go on using the one it gave.
  Value options = Value::dict();
  for (const auto& [key, value] : group.options.items()) options[key] = value;
  for (const auto& [key, value] : defaults_.items()) {
    if (!options.contains(key)) options[key] = value;
  }
  group.options = std::move(options);
  param_groups.push_back(std::move(group));
}

Tensor Optimizer::step(const std::function<Tensor()>& closure) {
  Tensor loss;
  {
    const EnableGradGuard enable_grad;
    loss = closure();
  }
  step();
  return loss;
}

void Optimizer::zero_grad(bool set_to_none) {
  const NoGradGuard no_grad;
  for (const ParamGroup& group : param_groups) {
    for (const Tensor& p : group.params) {
      if (!p.grad().defined()) continue;
      if (set_to_none) {
        p.set_grad(Tensor());
        continue;
      }
      p.set_grad(p.grad().detach());
      p.grad().zero_();
    }
  }
}

Value& Optimizer::state(const Tensor& parameter) {
  const auto [found, is_new] =
      state_index_.emplace(address(parameter), state_.size());
  if (is_new) state_.push_back({parameter, Value(), Value::dict()});
  return state_[found->second].state;
}

bool Optimizer::has_state(const Tensor& parameter) const {
  return state_index_.count(address(parameter)) != 0;
}

Value Optimizer::state_dict() const {
  const auto ids = number_parameters(param_groups);
  Value groups = Value::list();
  for (const ParamGroup& group : param_groups) {
    Value packed = Value::dict();
    for (const auto& [key, value] : group.options.items()) packed[key] = value;
    Value numbers = Value::list();
    for (const Tensor& p : group.params) numbers.push_back(ids.at(address(p)));
    packed["params"] = numbers;
    groups.push_back(packed);
  }
  Value states = Value::dict();
  for (const StateEntry& entry : state_) {
    if (!entry.parameter.defined()) {
      states[entry.key] = entry.state;
      continue;
    }
    const auto id = ids.find(address(entry.parameter));
    if (id != ids.end()) states[id->second] = entry.state;
  }
  return Value::dict({{"state", states}, {"param_groups", groups}});
}

void Optimizer::load_state_dict(const Value& state_dict) {
  const Value& states = need(state_dict, "state");
  const std::vector<Value>& groups =
      need(state_dict, "param_groups").elements();
  CRESSET_CHECK(groups.size() == param_groups.size(), kValue,
                "loaded state dict has a different number of parameter groups");
  for (size_t i = 0; i < groups.size(); ++i) {
    CRESSET_CHECK(
        need(groups[i], "params").size() == param_groups[i].params.size(),
        kValue,
        "loaded state dict contains a parameter group that doesn't match the "
        "size of optimizer's group");
  }

  // Saved ids mean parameters by position, whatever numbers they are.
  Value by_id = Value::dict();
  std::vector<Like> parameters;
  std::vector<ParamGroup> new_groups;
  for (size_t i = 0; i < groups.size(); ++i) {
    ParamGroup group(param_groups[i].params);
    for (const auto& [key, value] : groups[i].items()) {
      if (is_key(key, "params")) continue;
      group.options[literal(key)] = deep_copy(value, std::nullopt);
    }
    set_missing_options(group);
    size_t at = 0;
    for (const Value& id : groups[i].at("params").elements()) {
      by_id[id] = static_cast<int64_t>(parameters.size());
      parameters.push_back({group.params[at++], counts_on_device(group)});
    }
    new_groups.push_back(std::move(group));
  }

  std::vector<StateEntry> new_state;
  Index new_index;
  for (const auto& [key, value] : states.items()) {
    if (!by_id.contains(key)) {
      new_state.push_back({Tensor(), key, deep_copy(value, std::nullopt)});
      continue;
    }
    const Like& like = parameters[static_cast<size_t>(by_id.at(key).as_int())];
    new_index[address(like.parameter)] = new_state.size();
    new_state.push_back({like.parameter, Value(), deep_copy(value, like)});
  }
  param_groups = std::move(new_groups);
  state_ = std::move(new_state);
  state_index_ = std::move(new_index);
}

std::string to_string(const Optimizer& optimizer) {
  std::string out = optimizer.name() + " (";
  size_t number = 0;
  for (const ParamGroup& group : optimizer.param_groups) {
    std::vector<std::string> lines;
    for (const auto& [key, value] : group.options.items()) {
      // Python's str(): text without quotes.
      const std::string text = value.is_str() ? value.as_str() : repr(value);
      lines.push_back(concat("    ", key.as_str(), ": ", text, "\n"));
    }
    std::sort(lines.begin(), lines.end());
    out += concat("\nParameter Group ", number++, "\n");
    for (const std::string& line : lines) out += line;
  }
  return out + ")";
}

std::ostream& operator<<(std::ostream& out, const Optimizer& optimizer) {
  return out << to_string(optimizer);
}

}  // namespace cresset::optim
