#include "cresset/tools/cresset/weights.h"

#include <optional>
#include <unordered_map>
#include <vector>

#include "cresset/tools/cresset/entries.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/object_parts.h"
#include "cresset/tools/cresset/value_path.h"

namespace cresset::cli {
namespace {

constexpr int kMaxDepth = 1000;

Value attribute(const Value& object, const std::string& name) {
  for (const Part& part : attribute_parts(object)) {
    if (part.step == '.' + name) return part.value;
  }
  return Value();
}

void add_module(const Value& module, const std::string& prefix, int depth,
                Value& state) {
  if (depth > kMaxDepth) {
    throw CliError(kExitUsage, "modules lie too deep in one another");
  }
  const Value hidden = attribute(module, "_non_persistent_buffers_set");
  for (const char* part : {"_parameters", "_buffers"}) {
    const Value dict = attribute(module, part);
    if (!dict.is_dict()) continue;
    for (const DictItem& item : dict.items()) {
      if (!item.key.is_str() || !is_array_like(item.value)) continue;
      if (hidden.is_set() && hidden.contains(item.key)) continue;
      // state_dict() has plain tensors.
      state[prefix + item.key.as_str()] =
          item.value.is_tensor() ? Value(item.value.as_tensor().detach())
                                 : item.value;
    }
  }
  const Value modules = attribute(module, "_modules");
  if (!modules.is_dict()) return;
  for (const DictItem& item : modules.items()) {
    if (!item.key.is_str() || !item.value.is_object()) continue;
    add_module(item.value, prefix + item.key.as_str() + '.', depth + 1, state);
  }
}

}  // namespace

Value module_state(const Value& module) {
  Value state = Value::ordered_dict();
  add_module(module, "", 0, state);
  return state;
}

Weights find_weights(const Value& root, const std::string& at) {
  Weights weights;
  weights.path = at.empty() ? weights_path(root) : at;
  weights.dict = find_path(root, weights.path);
  if (weights.dict.is_object() && holds_weights(weights.dict)) {
    weights.dict = module_state(weights.dict);
  }
  if (!weights.dict.is_dict()) {
    throw CliError(kExitUsage,
                   std::string("the weights should be a dict; there is a ") +
                       to_string(weights.dict.kind()) +
                       "; name them with --at PATH");
  }
  return weights;
}

Value with_weights(const Value& root, const Weights& weights) {
  if (weights.path.empty()) return weights.dict;
  set_path(root, weights.path, weights.dict);
  return root;
}

Value emptied(const Value& dict) {
  Value out = Value::dict_of_type(dict.dict_type());
  if (!dict.attributes().is_none()) out.set_attributes(dict.attributes());
  if (dict.dict_type() == DictType::kDefaultDict) {
    out.set_factory(dict.factory());
  }
  return out;
}

Value with_tensors(
    const Value& dict,
    const std::function<Value(const std::string& name, const Value&)>& change) {
  // Views that are equal in all they are made of.
  struct Known {
    Value before;
    Value after;
  };
  std::unordered_map<const void*, std::vector<Known>> known;
  const auto same_view = [](const Value& a, const Value& b) {
    if (a.is_same(b)) return true;
    if (!a.is_tensor() || !b.is_tensor()) return false;
    const Tensor &x = a.as_tensor(), &y = b.as_tensor();
    return x.storage() == y.storage() && x.numel() > 0 &&
           x.storage_offset() == y.storage_offset() && x.dtype() == y.dtype() &&
           x.shape() == y.shape() &&
           Shape(x.strides().begin(), x.strides().end()) ==
               Shape(y.strides().begin(), y.strides().end()) &&
           a.is_parameter() == b.is_parameter();
  };
  Value out = emptied(dict);
  for (const DictItem& item : dict.items()) {
    if (!is_array_like(item.value)) {
      out[item.key] = item.value;
      continue;
    }
    const void* place =
        item.value.is_tensor()
            ? static_cast<const void*>(item.value.as_tensor().storage().get())
            : item.value.node().get();
    std::vector<Known>& same_place = known[place];
    const Known* found = nullptr;
    for (const Known& pair : same_place) {
      if (same_view(pair.before, item.value)) found = &pair;
    }
    if (found == nullptr) {
      const std::string name = item.key.is_str() ? item.key.as_str() : "";
      same_place.push_back({item.value, change(name, item.value)});
      found = &same_place.back();
    }
    out[item.key] = found->after;
  }
  return out;
}

}  // namespace cresset::cli
