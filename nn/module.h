// Module: the base class of layers and networks.
//
//   class LeNet : public nn::Module {
//    public:
//     nn::Conv2d conv1{module("conv1", nn::Conv2d(1, 6, 5))};
//     nn::Linear fc{module("fc", nn::Linear(6 * 12 * 12, 10))};
//
//     Tensor forward(const Tensor& x) override {
//       return fc(max_pool2d(relu(conv1(x)), 2).flatten(1));
//     }
//   };
//
// A name is given once, where the member is made; the order of the members is
// the order of parameters() and state_dict(), and the names joined by dots are
// the keys of a checkpoint.
//
// Modules are objects, not handles: they can be moved but not copied, and the
// members of a moved module move with their registration. Assigning a module
// to a member (`net.fc = nn::Linear(512, 2)`) replaces the child. Children that
// are made at run time live in containers (sequential.h, module_list.h), which
// own them.

#ifndef CRESSET_NN_MODULE_H_
#define CRESSET_NN_MODULE_H_

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cresset/nn/hooks.h"
#include "cresset/nn/parameter.h"
#include "cresset/serialize/state_dict.h"
#include "cresset/serialize/value.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {
namespace internal {

// A module's entry for one child.
struct ChildSlot {
  std::string name;
  nn::Module* module = nullptr;  // null once the member has been moved away
  std::shared_ptr<nn::Module> owner;  // of children that are no members
};

struct ModuleAccess;

// A registered module on its way into its member. It is no Module itself, so
// that `Sequential head{module("head", ...)}` does not put one Sequential into
// another.
template <class M>
struct JoinedModule {
  M value;
  operator M() && { return std::move(value); }  // NOLINT
};

}  // namespace internal

namespace nn {

class LoadContext;

/// What load_state_dict() found.
struct IncompatibleKeys {
  std::vector<std::string> missing_keys;
  std::vector<std::string> unexpected_keys;
};

/// "<All keys matched successfully>", or both lists as Python prints them.
std::string to_string(const IncompatibleKeys& keys);

struct LoadOptions {
  bool strict = true;  ///< missing and unexpected keys are errors
};

/// Base of everything that has parameters or children.
///
/// Errors:  kValue for names that are empty, contain a dot or are taken.
/// Threads: forward() may run in several threads at once as far as the ops in
///          it allow that; everything else needs the caller's own locks.
/// Torch:   torch.nn.Module
class Module {
 public:
  Module() = default;
  virtual ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  /// What the module computes.
  /// Errors: kUnsupported unless a derived class says what it is.
  virtual Tensor forward(const Tensor& x);
  /// forward() between the hooks.
  Tensor operator()(const Tensor& x);

  // Parameters, buffers and children. Every tensor and module is listed once,
  // under its first name.

  std::vector<Tensor> parameters() const;
  std::vector<std::pair<std::string, Tensor>> named_parameters() const;
  std::vector<Tensor> buffers() const;
  std::vector<std::pair<std::string, Tensor>> named_buffers() const;
  std::vector<Module*> children() const;
  std::vector<std::pair<std::string, Module*>> named_children() const;
  /// This module and all below it, parents first.
  std::vector<Module*> modules() const;
  std::vector<std::pair<std::string, Module*>> named_modules() const;

  /// The parameter, buffer or module with a dotted name ("layer1.0.conv1").
  /// Errors: kIndex if there is none.
  Tensor get_parameter(std::string_view name) const;
  Tensor get_buffer(std::string_view name) const;
  Module& get_submodule(std::string_view name) const;

  /// All parameters and persistent buffers by name, outside the graph, and the
  /// version of every module. The tensors are the module's own, not copies.
  /// Torch: module.state_dict(prefix=prefix)
  StateDict state_dict(const std::string& prefix = "") const;

  /// Copies tensors into the parameters and buffers of the same names,
  /// converting dtypes and devices.
  ///
  /// Errors: kValue that lists, in PyTorch's words, all keys that are missing
  ///         or unexpected (if strict) and all tensors that do not fit;
  ///         nothing has changed then.
  /// Torch:  module.load_state_dict(state, strict)
  IncompatibleKeys load_state_dict(const StateDict& state,
                                   const LoadOptions& options = {});
  IncompatibleKeys load_state_dict(const Value& state,
                                   const LoadOptions& options = {});

  // Modes; each acts on this module and all below it.

  Module& train(bool mode = true);
  Module& eval() { return train(false); }
  bool is_training() const { return training_; }
  Module& requires_grad_(bool value = true);
  void zero_grad(bool set_to_none = true);
  /// Moves and converts parameters and buffers; only floating ones change
  /// their dtype. The tensors keep their identity, so that optimizers made
  /// before go on with them.
  Module& to(Device device);
  Module& to(Dtype dtype);
  Module& to(Device device, Dtype dtype);
  Module& to(const char* device) { return to(Device(device)); }
  Module& cpu() { return to(Device()); }
  Module& cuda(int index = 0) { return to(Device(DeviceType::kCuda, index)); }
  /// Calls `f` with every module below and then with this one.
  Module& apply(const std::function<void(Module&)>& f);

  /// The module as a class derived from it, or null: Python's isinstance.
  template <class M>
  M* as() {
    return dynamic_cast<M*>(this);
  }

  template <class F>
  RemovableHandle register_forward_pre_hook(F&& f) {
    return add_hook(as_hook<ForwardPreHook>(std::forward<F>(f)), nullptr);
  }
  template <class F>
  RemovableHandle register_forward_hook(F&& f) {
    return add_hook(nullptr, as_hook<ForwardHook>(std::forward<F>(f)));
  }

  // Registration at run time. A module that is added here is owned by this
  // one and replaces a child of that name.

  Tensor register_parameter(const std::string& name, const Tensor& tensor);
  Tensor register_buffer(const std::string& name, const Tensor& tensor,
                         bool persistent = true);
  template <class M>
  auto& register_module(const std::string& name, M&& m) {
    auto child = own(std::forward<M>(m));
    auto& reference = *child;
    set_child(name, std::move(child));
    return reference;
  }

  /// The name of the class, as print(module) shows it.
  virtual std::string name() const;
  /// What print(module) shows between the parentheses.
  virtual std::string extra_repr() const { return ""; }
  /// The number that state_dict() records for this class.
  virtual int64_t version() const { return 1; }

  /// Adapts an older state_dict before it is loaded into this module alone.
  virtual void before_load(LoadContext&) const {}

 protected:
  Module(Module&& other) noexcept;
  Module& operator=(Module&& other) noexcept;

  /// Registers a parameter and gives the member that holds it. An undefined
  /// tensor is a parameter that is absent, Python's None. A leaf becomes the
  /// parameter itself; a Parameter is shared as it is.
  Parameter parameter(const std::string& name, const Tensor& tensor);
  Parameter parameter(const std::string& name, const Parameter& shared);
  Buffer buffer(const std::string& name, const Tensor& tensor,
                bool persistent = true);
  /// Registers a child that is a member. The child may be a temporary or a
  /// moved module, a std::optional of one, or a std::shared_ptr.
  template <class M>
  requires std::is_base_of_v<Module, M> cresset::internal::JoinedModule<M>
  module(const std::string& name, M&& m) {
    static_assert(!std::is_lvalue_reference_v<M>);
    adopt(name, m);
    return {std::move(m)};
  }
  template <class M>
  std::optional<M> module(const std::string& name, std::optional<M> m) {
    if (m) adopt(name, *m);
    return m;
  }
  template <class M>
  std::shared_ptr<M> module(const std::string& name, std::shared_ptr<M> m) {
    if (m) set_child(name, m);
    return m;
  }

  // For containers.
  using Child = cresset::internal::ChildSlot;
  using Children = std::vector<std::shared_ptr<Child>>;
  const Children& child_slots() const { return children_; }
  template <class M>
  static std::shared_ptr<std::decay_t<M>> own(M&& m) {
    return std::make_shared<std::decay_t<M>>(std::forward<M>(m));
  }
  template <class M>
  static std::shared_ptr<M> own(std::shared_ptr<M> m) {
    return m;
  }
  void set_child(const std::string& name, std::shared_ptr<Module> m);
  bool erase_child(std::string_view name);

 private:
  friend class LoadContext;
  friend struct cresset::internal::ModuleAccess;
  friend std::string to_string(const Module& module);
  using TensorSlot = cresset::internal::TensorSlot;
  using TensorSlots = std::vector<std::shared_ptr<TensorSlot>>;

  void check_name(const char* kind, const std::string& name) const;
  std::shared_ptr<TensorSlot> add_tensor(TensorSlots& slots,
                                         const std::string& name,
                                         const Tensor& tensor, bool persistent);
  void adopt(const std::string& name, Module& member);
  RemovableHandle add_hook(ForwardPreHook before, ForwardHook after);
  Tensor call_with_hooks(const Tensor& x);
  void collect(const std::string& prefix, StateDict& state,
               Value& metadata) const;
  void list_modules(const std::string& prefix,
                    std::vector<std::pair<std::string, Module*>>& out) const;
  std::vector<std::pair<std::string, Tensor>> named_tensors(
      TensorSlots Module::*slots) const;
  bool expects(std::string_view key) const;
  Module& convert(std::optional<Device> device, std::optional<Dtype> dtype);

  TensorSlots parameters_;
  TensorSlots buffers_;
  Children children_;
  std::shared_ptr<Child> slot_;  // this module's entry in its parent
  std::shared_ptr<Hooks> hooks_;
  bool training_ = true;
};

/// What print(module) shows.
/// Torch: repr(module)
std::string to_string(const Module& module);
std::ostream& operator<<(std::ostream& out, const Module& module);

/// A module whose forward() takes something else than one tensor.
///
///   class Siamese
///       : public nn::ModuleOf<Tensor(const Tensor&, const Tensor&)> {
///     Tensor forward(const Tensor& a, const Tensor& b) override { ... }
///   };
///
/// Forward hooks do not run for such modules.
template <class Signature>
class ModuleOf;

template <class R, class... In>
class ModuleOf<R(In...)> : public Module {
 public:
  using Module::forward;
  virtual R forward(In... inputs) = 0;
  R operator()(In... inputs) { return forward(std::forward<In>(inputs)...); }
};

/// The state_dict of one module while it is loaded (Module::before_load).
class LoadContext {
 public:
  LoadContext(Value state, std::string prefix,
              std::optional<int64_t> module_version)
      : state_(std::move(state)),
        prefix_(std::move(prefix)),
        version_(module_version) {}

  /// The version that the state_dict records for the module, if any.
  std::optional<int64_t> version() const { return version_; }
  bool contains(const std::string& key) const {
    return state_.contains(prefix_ + key);
  }
  /// Adds an entry that an older file lacks.
  void set(const std::string& key, const Tensor& tensor) {
    state_[prefix_ + key] = tensor;
  }
  /// Adds a line to the error that load_state_dict throws.
  void add_error(std::string text) { errors_.push_back(std::move(text)); }

  const std::string& prefix() const { return prefix_; }
  std::vector<std::string>& errors() { return errors_; }

 private:
  Value state_;
  std::string prefix_;
  std::optional<int64_t> version_;
  std::vector<std::string> errors_;
};

}  // namespace nn
}  // namespace cresset

#endif  // CRESSET_NN_MODULE_H_
