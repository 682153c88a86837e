#include <typeinfo>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cresset/nn/container.h"
#include "cresset/nn/init.h"
#include "cresset/nn/python/class_table.h"
#include "cresset/nn/python/module_access.h"
#include "cresset/nn/python/python_module.h"
#include "cresset/serialize/value_node.h"

namespace cresset::nn {
namespace {

using cresset::internal::AttributeReader;
using cresset::internal::concat;
using cresset::internal::ModuleAccess;
using cresset::internal::PythonClass;
using cresset::internal::throw_error;

// Python itself gives up on pickling a chain of some hundreds.
constexpr int kMaxDepth = 200;

// Shared modules count with every name that they have.
constexpr int kMaxNames = 1'000'000;

bool is_module(const Value& value) {
  if (!value.is_object()) return false;
  const PythonObject& object = value.as_object();
  return object.callee.is_global() && object.state.is_dict() &&
         object.state.get("_parameters").is_dict() &&
         object.state.get("_buffers").is_dict() &&
         object.state.get("_modules").is_dict();
}

std::string join(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

// "'features.0' (torch.nn.modules.conv.Conv2d)"
std::string describe(const Value& pickled, const std::string& path) {
  const std::string name = pickled.qualified_name();
  return path.empty() ? name : concat(quoted(path), " (", name, ")");
}

void require_module(const Value& pickled, const std::string& path) {
  CRESSET_CHECK(is_module(pickled), kValue,
                "from_python: ", path.empty() ? "the value" : quoted(path),
                " must be a pickled torch.nn.Module; got ", repr(pickled, 80));
}

const std::string& text_of(const Value& key, const std::string& where) {
  CRESSET_CHECK(key.is_str(), kValue, "from_python: ", where,
                ": names must be text; got ", repr(key, 60));
  return key.as_str();
}

class Builder {
 public:
  // The module of an object, which is made once however often it occurs.
  std::shared_ptr<Module> shared(const Value& pickled,
                                 const std::string& path) {
    require_module(pickled, path);
    const auto found = made_.find(pickled.node().get());
    if (found != made_.end()) return found->second;
    std::shared_ptr<Module> module = fresh(pickled, path);
    made_.emplace(pickled.node().get(), module);
    return module;
  }

 private:
  // What is being filled: an object inside itself has no form in C++.
  class Open {
   public:
    Open(Builder& builder, const Value& pickled, const std::string& where)
        : builder_(builder), node_(pickled.node().get()) {
      const bool entered = builder.open_.insert(node_).second;
      const bool deep = builder.open_.size() > kMaxDepth;
      if (!entered || deep) builder.open_.erase(node_);
      CRESSET_CHECK(entered, kValue, "from_python: ", where,
                    " contains itself");
      CRESSET_CHECK(!deep, kValue, "from_python: ", where,
                    " is nested more than ", kMaxDepth, " modules deep");
    }
    ~Open() { builder_.open_.erase(node_); }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;

   private:
    Builder& builder_;
    const void* node_;
  };

  std::shared_ptr<Module> fresh(const Value& pickled, const std::string& path) {
    const std::string name = pickled.qualified_name();
    const auto row = cresset::internal::find_class(name);
    CRESSET_CHECK(row && row->make, kValue,
                  "from_python: ", describe(pickled, path),
                  " is of a class that Cresset does not know; register it "
                  "with nn::register_class(",
                  quoted(name),
                  ", ...), or use the weights alone by nn::state_dict_of()");
    std::shared_ptr<Module> module = row->make(pickled.as_object().state);
    CRESSET_CHECK(module != nullptr, kValue, "from_python: the function for ",
                  name, " made no module");
    if (row->read) {
      const std::string where = describe(pickled, path);
      AttributeReader reader(pickled.as_object().state, where);
      row->read(reader, *module);
    }
    fill(*module, pickled, path, row->keeps_tensors);
    return module;
  }

  void fill(Module& module, const Value& pickled, const std::string& path,
            bool keeps_tensors) {
    const std::string where = describe(pickled, path);
    const Open open(*this, pickled, where);
    const Value& state = pickled.as_object().state;
    refuse_hooks(state, where);
    const Value mode = state.get("training", true);
    CRESSET_CHECK(
        mode.is_bool() || mode.is_int(), kValue, "from_python: ", where,
        ": attribute 'training' must be a bool; got ", repr(mode, 60));
    ModuleAccess::set_training(
        module, mode.is_bool() ? mode.as_bool() : mode.as_int() != 0);
    fill_parameters(module, state["_parameters"], where, keeps_tensors);
    fill_buffers(module, state, where);
    fill_children(module, state["_modules"], where, path);
  }

  static void refuse_hooks(const Value& state, const std::string& where) {
    for (const char* hooks : {"_forward_pre_hooks", "_forward_hooks",
                              "_backward_hooks", "_backward_pre_hooks"}) {
      const Value found = state.get(hooks);
      if (!found.is_dict() || found.empty()) continue;
      throw_error(ErrorCode::kUnsupported,
                  concat("from_python: ", where, " has ", hooks,
                         ", which are Python code: ",
                         repr(found.items().front().value, 80)));
    }
  }

  static Tensor tensor_of(const Value& value, const std::string& name,
                          const std::string& where) {
    if (value.is_none()) return {};
    CRESSET_CHECK(value.is_tensor(), kValue, "from_python: ", where, ": ",
                  quoted(name), " must be a tensor; got ", repr(value, 80));
    return value.as_tensor();
  }

  static void fill_parameters(Module& module, const Value& saved,
                              const std::string& where, bool keeps_tensors) {
    auto& slots = ModuleAccess::parameters(module);
    for (const auto& [key, value] : saved.items()) {
      const std::string& name = text_of(key, where);
      const Tensor tensor = tensor_of(value, name, where);
      const auto slot = find(slots, name);
      if (slot && keeps_tensors) {
        CRESSET_CHECK(tensor.defined() && slot->value.defined(), kValue,
                      "from_python: ", where, " needs a tensor for ",
                      quoted(name));
        ModuleAccess::set_data(*slot, tensor);
      } else if (slot) {
        ModuleAccess::set(*slot, tensor);
      } else if (tensor.defined()) {
        throw_error(ErrorCode::kValue,
                    concat("from_python: ", where, " has the parameter ",
                           quoted(name), ", the C++ class has not"));
      }
    }
    for (const auto& slot : slots) {
      CRESSET_CHECK(!slot->value.defined() || saved.contains(slot->name),
                    kValue, "from_python: ", where, " has no parameter ",
                    quoted(slot->name));
    }
  }

  static void fill_buffers(Module& module, const Value& state,
                           const std::string& where) {
    const Value& saved = state["_buffers"];
    auto& slots = ModuleAccess::buffers(module);
    for (const auto& [key, value] : saved.items()) {
      const std::string& name = text_of(key, where);
      const Tensor tensor = tensor_of(value, name, where);
      const auto slot = find(slots, name);
      if (slot) {
        ModuleAccess::set(*slot, tensor);
        slot->persistent = !is_transient(state, name);
      } else if (tensor.defined()) {
        throw_error(ErrorCode::kValue,
                    concat("from_python: ", where, " has the buffer ",
                           quoted(name), ", the C++ class has not"));
      }
    }
    for (const auto& slot : slots) {
      // PyTorch before 0.4.1 did not count batches.
      if (slot->name == "num_batches_tracked") continue;
      CRESSET_CHECK(!slot->value.defined() || saved.contains(slot->name),
                    kValue, "from_python: ", where, " has no buffer ",
                    quoted(slot->name));
    }
  }

  static bool is_transient(const Value& state, const std::string& name) {
    const Value names = state.get("_non_persistent_buffers_set");
    return names.is_set() && names.contains(name);
  }

  void fill_children(Module& module, const Value& saved,
                     const std::string& where, const std::string& path) {
    for (const auto& [key, value] : saved.items()) {
      const std::string& name = text_of(key, where);
      if (value.is_none()) continue;
      const std::string place = join(path, name);
      require_module(value, place);
      // A copy: the child may be replaced in its slot.
      const auto slot = find(ModuleAccess::children(module), name);
      if (slot && slot->module != nullptr) {
        put(*slot->module, value, place);
        continue;
      }
      CRESSET_CHECK(module.as<Container>() != nullptr, kValue,
                    "from_python: ", where, " has the child ", quoted(name),
                    ", the C++ class has not");
      ModuleAccess::add_child(module, name, shared(value, place));
    }
    for (const auto& slot : ModuleAccess::children(module)) {
      if (slot->module == nullptr || !saved.get(slot->name).is_none()) continue;
      const bool matters = !slot->module->parameters().empty() ||
                           !slot->module->buffers().empty();
      CRESSET_CHECK(!matters, kValue, "from_python: ", where, " has no child ",
                    quoted(slot->name));
    }
  }

  // Makes a member what the file says.
  void put(Module& member, const Value& pickled, const std::string& path) {
    const std::string name = pickled.qualified_name();
    const auto row = cresset::internal::find_class(name);
    if (row && row->assign && row->type == typeid(member)) {
      return row->assign(member, *fresh(pickled, path));
    }
    const bool same_name =
        name.substr(name.rfind('.') + 1) == member.name() &&
        !cresset::internal::find_class(std::type_index(typeid(member)));
    CRESSET_CHECK((!row && same_name) || (row && row->type == typeid(member)),
                  kValue, "from_python: ", describe(pickled, path),
                  " cannot go into a C++ member of class ", member.name());
    fill(member, pickled, path, row && row->keeps_tensors);
  }

  template <class Slots>
  static typename Slots::value_type find(Slots& slots,
                                         const std::string& name) {
    for (const auto& slot : slots) {
      if (slot->name == name) return slot;
    }
    return nullptr;
  }

  std::unordered_map<const void*, std::shared_ptr<Module>> made_;
  std::unordered_set<const void*> open_;
};

class Collector {
 public:
  void add(const Value& pickled, const std::string& path, int depth) {
    require_module(pickled, path);
    CRESSET_CHECK(depth < kMaxDepth && ++modules_ < kMaxNames, kValue,
                  "state_dict_of: more than ", kMaxDepth,
                  " modules inside each other, or ", kMaxNames, " in all");
    const Value& state = pickled.as_object().state;
    const Value transient = state.get("_non_persistent_buffers_set");
    add_tensors(state["_parameters"], path, Value());
    add_tensors(state["_buffers"], path, transient);
    for (const auto& [key, value] : state["_modules"].items()) {
      if (value.is_none()) continue;
      add(value, join(path, text_of(key, path)), depth + 1);
    }
  }

  StateDict out;

 private:
  void add_tensors(const Value& tensors, const std::string& path,
                   const Value& transient) {
    for (const auto& [key, value] : tensors.items()) {
      if (!value.is_tensor()) continue;
      if (transient.is_set() && transient.contains(key)) continue;
      out.set(join(path, text_of(key, path)), value.as_tensor().detach());
    }
  }

  int modules_ = 0;
};

}  // namespace

std::shared_ptr<Module> from_python(const Value& pickled) {
  const init::SkipInit skip;
  return Builder().shared(pickled, "");
}

StateDict state_dict_of(const Value& pickled) {
  Collector collector;
  collector.add(pickled, "", 0);
  return std::move(collector.out);
}

}  // namespace cresset::nn
