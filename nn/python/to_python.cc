#include <typeinfo>
#include <unordered_map>

#include "cresset/nn/python/class_table.h"
#include "cresset/nn/python/module_access.h"
#include "cresset/nn/python/python_module.h"

namespace cresset::nn {
namespace {

using cresset::internal::AttributeWriter;
using cresset::internal::ModuleAccess;
using cresset::internal::PythonClass;

// The name of an attribute is one object in Python; the number of a child is
// made anew each time.
Value name_of(const std::string& name) {
  const bool number = name[0] >= '0' && name[0] <= '9';
  return number ? Value(name) : Value(name.c_str());
}

class Pickler {
 public:
  Value object(Module& module, const std::string& path) {
    const auto found = made_.find(&module);
    if (found != made_.end()) return found->second;
    const std::string where =
        path.empty() ? module.name() : path + " (" + module.name() + ")";
    const auto row =
        cresset::internal::find_class(std::type_index(typeid(module)));
    CRESSET_CHECK(row, kValue, "to_python: ", where,
                  " has no class in Python; name one with "
                  "nn::register_class()");
    CRESSET_CHECK(!ModuleAccess::has_hooks(module), kUnsupported,
                  "to_python: ", where,
                  " has hooks, which are functions of this program");
    const size_t dot = row->name.rfind('.');
    PythonObject out;
    out.callee = Value::global(
        dot == std::string::npos ? "__main__" : row->name.substr(0, dot),
        row->name.substr(dot + 1));
    out.has_state = true;
    out.state = state(module, *row, path);
    const Value value = Value::object(std::move(out));
    made_.emplace(&module, value);
    return value;
  }

 private:
  // What PyTorch 1.13 keeps; newer ones add what they miss.
  Value state(Module& module, const PythonClass& row, const std::string& path) {
    AttributeWriter own;
    own.parameters = parameters(module);
    row.write(own, module);
    Value state = Value::dict();
    append(state, own.before);
    state["training"] = module.is_training();
    state["_parameters"] = own.parameters;
    Value transient = Value::set();
    state["_buffers"] = buffers(module, transient);
    state["_non_persistent_buffers_set"] = transient;
    state["_backward_hooks"] = Value::ordered_dict();
    state["_is_full_backward_hook"] = Value();
    for (const char* hooks :
         {"_forward_hooks", "_forward_pre_hooks", "_state_dict_hooks",
          "_load_state_dict_pre_hooks", "_load_state_dict_post_hooks"}) {
      state[hooks] = Value::ordered_dict();
    }
    state["_modules"] = children(module, path);
    append(state, own.after);
    return state;
  }

  static void append(Value& to, const Value& from) {
    for (const auto& [key, value] : from.items()) to[key] = value;
  }

  static Value parameters(Module& module) {
    Value out = Value::ordered_dict();
    for (const auto& slot : ModuleAccess::parameters(module)) {
      out[name_of(slot->name)] =
          slot->value.defined() ? Value::parameter(slot->value) : Value();
    }
    return out;
  }

  static Value buffers(Module& module, Value& transient) {
    Value out = Value::ordered_dict();
    for (const auto& slot : ModuleAccess::buffers(module)) {
      const Value name = name_of(slot->name);
      out[name] = slot->value.defined() ? Value(slot->value) : Value();
      if (!slot->persistent) transient.push_back(name);
    }
    return out;
  }

  Value children(Module& module, const std::string& path) {
    Value out = Value::ordered_dict();
    for (const auto& slot : ModuleAccess::children(module)) {
      if (slot->module == nullptr) continue;
      out[name_of(slot->name)] = object(
          *slot->module, path.empty() ? slot->name : path + "." + slot->name);
    }
    return out;
  }

  std::unordered_map<const Module*, Value> made_;
};

}  // namespace

Value to_python(const Module& module) {
  return Pickler().object(const_cast<Module&>(module), "");
}

}  // namespace cresset::nn
