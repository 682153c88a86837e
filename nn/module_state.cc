// state_dict() and load_state_dict().

#include <algorithm>
#include <utility>

#include "cresset/nn/load_hint.h"
#include "cresset/nn/module.h"
#include "cresset/tensor/core/grad_mode.h"

namespace cresset::nn {
namespace {

using cresset::internal::concat;

// "a", "b": the form of PyTorch's lists of keys.
std::string quoted_list(const std::vector<std::string>& keys,
                        const char* quote) {
  std::string out;
  for (const std::string& key : keys) {
    if (!out.empty()) out += ", ";
    out += quote + key + quote;
  }
  return out;
}

std::string size_text(const Tensor& t) {
  return concat("torch.Size(", t.sizes(), ")");
}

std::string python_type(const Value& v) {
  if (v.is_none()) return "NoneType";
  if (v.is_object() || v.is_global()) return v.qualified_name();
  return to_string(v.kind());
}

std::optional<int64_t> version_of(const Value& metadata,
                                  const std::string& prefix) {
  if (!metadata.is_dict() || !metadata.contains(prefix)) return std::nullopt;
  const Value& entry = metadata.at(prefix);
  if (!entry.is_dict() || !entry.contains("version")) return std::nullopt;
  const Value& version = entry.at("version");
  if (!version.is_int()) return std::nullopt;
  return version.as_int();
}

// The dict without its attributes: entries that a module adds stay out of the
// caller's dict.
Value shallow_copy(const Value& dict) {
  Value copy = Value::ordered_dict();
  for (const auto& [key, value] : dict.items()) copy[key] = value;
  return copy;
}

std::string without_dot(const std::string& prefix) {
  return prefix.empty() ? prefix : prefix.substr(0, prefix.size() - 1);
}

struct Copy {
  Tensor to;
  Tensor from;
};

}  // namespace

StateDict Module::state_dict(const std::string& prefix) const {
  StateDict state;
  Value metadata = Value::ordered_dict();
  collect(prefix, state, metadata);
  state.set_metadata(metadata);
  return state;
}

void Module::collect(const std::string& prefix, StateDict& state,
                     Value& metadata) const {
  metadata[without_dot(prefix)] = Value::dict({{"version", version()}});
  for (const auto& slot : parameters_) {
    if (slot->value.defined()) {
      state.set(prefix + slot->name, slot->value.detach());
    }
  }
  for (const auto& slot : buffers_) {
    if (slot->value.defined() && slot->persistent) {
      state.set(prefix + slot->name, slot->value.detach());
    }
  }
  for (const auto& child : children_) {
    if (child->module == nullptr) continue;
    child->module->collect(prefix + child->name + ".", state, metadata);
  }
}

IncompatibleKeys Module::load_state_dict(const StateDict& state,
                                         const LoadOptions& options) {
  return load_state_dict(state.to_value(), options);
}

IncompatibleKeys Module::load_state_dict(const Value& dict,
                                         const LoadOptions& options) {
  CRESSET_CHECK(dict.is_dict(), kValue,
                "Expected state_dict to be dict-like, got <class '",
                python_type(dict), "'>.");
  for (const auto& item : dict.items()) {
    CRESSET_CHECK(item.key.is_str(), kValue,
                  "load_state_dict: keys must be text; got ",
                  repr(item.key, 60));
  }
  Value state = shallow_copy(dict);
  const Value metadata = dict.attributes().is_dict()
                             ? dict.attributes().get("_metadata")
                             : Value();
  IncompatibleKeys keys;
  std::vector<std::string> errors;
  std::vector<Copy> copies;
  LoadProblems problems;
  std::vector<std::pair<std::string, Module*>> all;
  list_modules("", all);

  const auto take = [&](const std::string& key, const Tensor& target) {
    if (!state.contains(key)) {
      keys.missing_keys.push_back(key);
      problems.missing.push_back({key, target.shape()});
      return;
    }
    const Value& value = state.at(key);
    if (!value.is_tensor()) {
      errors.push_back(concat("While copying the parameter named \"", key,
                              "\", expected torch.Tensor or Tensor-like object "
                              "from checkpoint but received <class '",
                              python_type(value), "'>"));
      return;
    }
    Tensor from = value.as_tensor();
    // Files of PyTorch before 0.4 hold [1] where scalars belong.
    if (target.dim() == 0 && from.sizes() == IntSpan({1})) {
      from = cresset::internal::alias(from, {}, {}, from.storage_offset());
    }
    if (from.sizes() != target.sizes()) {
      errors.push_back(concat(
          "size mismatch for ", key, ": copying a param with shape ",
          size_text(from), " from checkpoint, the shape in current model is ",
          size_text(target), "."));
      problems.mismatches.push_back({key, from.shape(), target.shape()});
      return;
    }
    copies.push_back({target, from});
  };

  for (const auto& [path, m] : all) {
    const std::string prefix = path.empty() ? "" : path + ".";
    LoadContext context(state, prefix, version_of(metadata, path));
    m->before_load(context);
    for (std::string& error : context.errors()) {
      errors.push_back(std::move(error));
    }
    for (const auto& slot : m->parameters_) {
      if (slot->value.defined()) take(prefix + slot->name, slot->value);
    }
    for (const auto& slot : m->buffers_) {
      if (slot->value.defined() && slot->persistent) {
        take(prefix + slot->name, slot->value);
      }
    }
    for (const auto& item : state.items()) {
      const std::string& key = item.key.as_str();
      if (key.starts_with(prefix) && !m->expects(key.substr(prefix.size()))) {
        keys.unexpected_keys.push_back(key);
      }
    }
  }
  if (options.strict) {
    std::vector<std::string> lists;
    if (!keys.missing_keys.empty()) {
      lists.push_back("Missing key(s) in state_dict: " +
                      quoted_list(keys.missing_keys, "\"") + ". ");
    }
    if (!keys.unexpected_keys.empty()) {
      lists.push_back("Unexpected key(s) in state_dict: " +
                      quoted_list(keys.unexpected_keys, "\"") + ". ");
    }
    errors.insert(errors.begin(), lists.begin(), lists.end());
  }
  if (!errors.empty()) {
    std::string text =
        concat("Error(s) in loading state_dict for ", name(), ":");
    for (const std::string& error : errors) text += "\n\t" + error;
    problems.unexpected = keys.unexpected_keys;
    const std::string hint = load_hint(problems, dict);
    if (!hint.empty()) text += "\n\thint: " + hint;
    cresset::internal::throw_error(ErrorCode::kValue, std::move(text));
  }
  const NoGradGuard no_grad;
  for (const Copy& copy : copies) copy.to.copy_(copy.from);
  return keys;
}

// Whether a key of this module's part of a state_dict leads on to a child, or
// is an entry of this module itself.
bool Module::expects(std::string_view key) const {
  const size_t dot = key.find('.');
  const std::string_view first = key.substr(0, dot);
  const auto named = [first](const auto& slot) { return slot->name == first; };
  if (dot != std::string_view::npos) {
    return std::any_of(children_.begin(), children_.end(), named);
  }
  const auto entry = [&](const auto& slot) {
    return named(slot) && slot->value.defined() && slot->persistent;
  };
  return std::any_of(parameters_.begin(), parameters_.end(), entry) ||
         std::any_of(buffers_.begin(), buffers_.end(), entry);
}

std::string to_string(const IncompatibleKeys& keys) {
  if (keys.missing_keys.empty() && keys.unexpected_keys.empty()) {
    return "<All keys matched successfully>";
  }
  return concat("_IncompatibleKeys(missing_keys=[",
                quoted_list(keys.missing_keys, "'"), "], unexpected_keys=[",
                quoted_list(keys.unexpected_keys, "'"), "])");
}

}  // namespace cresset::nn
