#include "cresset/nn/module.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <typeinfo>
#include <unordered_set>

#include "cresset/tensor/core/grad_mode.h"

namespace cresset::nn {
namespace {

using cresset::internal::ChildSlot;
using cresset::internal::concat;
using cresset::internal::TensorSlot;

template <class Slots>
auto find_slot(Slots& slots, std::string_view name) {
  return std::find_if(slots.begin(), slots.end(),
                      [&](const auto& slot) { return slot->name == name; });
}

// "layer1.0" and "conv1" of "layer1.0.conv1".
std::pair<std::string_view, std::string_view> split_last(
    std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {"", name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

}  // namespace

Module::~Module() {
  if (slot_ && slot_->module == this) slot_->module = nullptr;
}

Module::Module(Module&& other) noexcept
    : parameters_(std::move(other.parameters_)),
      buffers_(std::move(other.buffers_)),
      children_(std::move(other.children_)),
      slot_(std::move(other.slot_)),
      hooks_(std::move(other.hooks_)),
      training_(other.training_) {
  if (slot_) slot_->module = this;
}

// The rule of MemberTensor's assignment: a member keeps its place in a parent
// that is there, and otherwise takes over the place of `other`.
Module& Module::operator=(Module&& other) noexcept {
  if (this == &other) return *this;
  parameters_ = std::move(other.parameters_);
  buffers_ = std::move(other.buffers_);
  children_ = std::move(other.children_);
  hooks_ = std::move(other.hooks_);
  training_ = other.training_;
  const bool registered = slot_ && slot_.use_count() > 1;
  if (!registered && other.slot_) {
    slot_ = std::move(other.slot_);
    slot_->module = this;
  }
  return *this;
}

Tensor Module::forward(const Tensor&) {
  cresset::internal::throw_error(
      ErrorCode::kUnsupported,
      concat("Module [", name(),
             "] is missing the required \"forward\" function"));
}

Tensor Module::operator()(const Tensor& x) {
  return hooks_ ? call_with_hooks(x) : forward(x);
}

Tensor Module::call_with_hooks(const Tensor& x) {
  // Hooks may remove themselves while they run.
  const std::vector<Hooks::Entry> entries = hooks_->entries;
  Tensor input = x;
  for (const auto& entry : entries) {
    if (!entry.before) continue;
    const Tensor changed = entry.before(*this, input);
    if (changed.defined()) input = changed;
  }
  Tensor output = forward(input);
  for (const auto& entry : entries) {
    if (!entry.after) continue;
    const Tensor changed = entry.after(*this, input, output);
    if (changed.defined()) output = changed;
  }
  return output;
}

RemovableHandle Module::add_hook(ForwardPreHook before, ForwardHook after) {
  if (!hooks_) hooks_ = std::make_shared<Hooks>();
  const uint64_t id = hooks_->next_id++;
  hooks_->entries.push_back({id, std::move(before), std::move(after)});
  return RemovableHandle(hooks_, id);
}

// Registration.

void Module::check_name(const char* kind, const std::string& name) const {
  CRESSET_CHECK(!name.empty(), kValue, kind,
                " name can't be empty string \"\"");
  CRESSET_CHECK(name.find('.') == std::string::npos, kValue, kind,
                " name can't contain \".\", got: ", name);
}

std::shared_ptr<TensorSlot> Module::add_tensor(TensorSlots& slots,
                                               const std::string& name,
                                               const Tensor& tensor,
                                               bool persistent) {
  const bool taken = find_slot(parameters_, name) != parameters_.end() ||
                     find_slot(buffers_, name) != buffers_.end() ||
                     find_slot(children_, name) != children_.end();
  CRESSET_CHECK(!taken, kValue, "attribute '", name, "' already exists");
  slots.push_back(std::make_shared<TensorSlot>(
      TensorSlot{name, tensor, persistent, nullptr}));
  return slots.back();
}

Parameter Module::parameter(const std::string& name, const Tensor& tensor) {
  check_name("parameter", name);
  if (tensor.defined()) {
    CRESSET_CHECK(tensor.is_leaf(), kState,
                  "Cannot assign non-leaf Tensor to parameter '", name,
                  "'. Model parameters must be created explicitly. To express "
                  "'",
                  name,
                  "' as a function of another Tensor, compute the value in "
                  "the forward() method.");
    tensor.requires_grad_();
  }
  return Parameter(add_tensor(parameters_, name, tensor, true));
}

Parameter Module::parameter(const std::string& name, const Parameter& shared) {
  check_name("parameter", name);
  return Parameter(add_tensor(parameters_, name, shared, true));
}

Buffer Module::buffer(const std::string& name, const Tensor& tensor,
                      bool persistent) {
  check_name("buffer", name);
  return Buffer(add_tensor(buffers_, name, tensor, persistent));
}

Tensor Module::register_parameter(const std::string& name,
                                  const Tensor& tensor) {
  return parameter(name, tensor);
}

Tensor Module::register_buffer(const std::string& name, const Tensor& tensor,
                               bool persistent) {
  return buffer(name, tensor, persistent);
}

void Module::adopt(const std::string& name, Module& member) {
  check_name("module", name);
  const bool taken = find_slot(parameters_, name) != parameters_.end() ||
                     find_slot(buffers_, name) != buffers_.end() ||
                     find_slot(children_, name) != children_.end();
  CRESSET_CHECK(!taken, kValue, "attribute '", name, "' already exists");
  member.slot_ = std::make_shared<ChildSlot>(ChildSlot{name, &member, nullptr});
  children_.push_back(member.slot_);
}

void Module::set_child(const std::string& name, std::shared_ptr<Module> m) {
  check_name("module", name);
  CRESSET_CHECK(m != nullptr, kValue, "module '", name, "' is null");
  const bool taken = find_slot(parameters_, name) != parameters_.end() ||
                     find_slot(buffers_, name) != buffers_.end();
  CRESSET_CHECK(!taken, kValue, "attribute '", name, "' already exists");
  const auto found = find_slot(children_, name);
  Module* const raw = m.get();
  if (found != children_.end()) {
    *found = std::make_shared<ChildSlot>(ChildSlot{name, raw, std::move(m)});
  } else {
    children_.push_back(
        std::make_shared<ChildSlot>(ChildSlot{name, raw, std::move(m)}));
  }
}

bool Module::erase_child(std::string_view name) {
  const auto found = find_slot(children_, name);
  if (found == children_.end()) return false;
  children_.erase(found);
  return true;
}

// Lists.

std::vector<std::pair<std::string, Module*>> Module::named_children() const {
  std::vector<std::pair<std::string, Module*>> out;
  std::unordered_set<const Module*> seen;
  for (const auto& child : children_) {
    if (child->module != nullptr && seen.insert(child->module).second) {
      out.emplace_back(child->name, child->module);
    }
  }
  return out;
}

void Module::list_modules(
    const std::string& prefix,
    std::vector<std::pair<std::string, Module*>>& out) const {
  out.emplace_back(prefix, const_cast<Module*>(this));
  for (const auto& child : children_) {
    if (child->module == nullptr) continue;
    child->module->list_modules(
        prefix.empty() ? child->name : prefix + "." + child->name, out);
  }
}

std::vector<std::pair<std::string, Module*>> Module::named_modules() const {
  std::vector<std::pair<std::string, Module*>> all;
  list_modules("", all);
  std::unordered_set<const Module*> seen;
  std::erase_if(all,
                [&](auto& item) { return !seen.insert(item.second).second; });
  return all;
}

std::vector<std::pair<std::string, Tensor>> Module::named_tensors(
    TensorSlots Module::*slots) const {
  std::vector<std::pair<std::string, Tensor>> out;
  std::unordered_set<const void*> seen;
  for (const auto& [prefix, m] : named_modules()) {
    for (const auto& slot : m->*slots) {
      if (!slot->value.defined()) continue;
      if (!seen.insert(&slot->value.impl()).second) continue;
      out.emplace_back(prefix.empty() ? slot->name : prefix + "." + slot->name,
                       slot->value);
    }
  }
  return out;
}

std::vector<std::pair<std::string, Tensor>> Module::named_parameters() const {
  return named_tensors(&Module::parameters_);
}

std::vector<std::pair<std::string, Tensor>> Module::named_buffers() const {
  return named_tensors(&Module::buffers_);
}

namespace {

template <class T>
std::vector<T> second_of(std::vector<std::pair<std::string, T>> pairs) {
  std::vector<T> out;
  out.reserve(pairs.size());
  for (auto& pair : pairs) out.push_back(std::move(pair.second));
  return out;
}

}  // namespace

std::vector<Tensor> Module::parameters() const {
  return second_of(named_parameters());
}
std::vector<Tensor> Module::buffers() const {
  return second_of(named_buffers());
}
std::vector<Module*> Module::children() const {
  return second_of(named_children());
}
std::vector<Module*> Module::modules() const {
  return second_of(named_modules());
}

Module& Module::get_submodule(std::string_view path) const {
  auto* m = const_cast<Module*>(this);
  std::string_view rest = path;
  while (!rest.empty()) {
    const size_t dot = rest.find('.');
    const std::string_view first = rest.substr(0, dot);
    const auto found = find_slot(m->children_, first);
    const bool there =
        found != m->children_.end() && (*found)->module != nullptr;
    CRESSET_CHECK(there, kIndex, m->name(), " has no attribute `", first, "`");
    m = (*found)->module;
    rest = dot == std::string_view::npos ? "" : rest.substr(dot + 1);
  }
  return *m;
}

Tensor Module::get_parameter(std::string_view path) const {
  const auto [owner, last] = split_last(path);
  const Module& m = get_submodule(owner);
  const auto found = find_slot(m.parameters_, last);
  CRESSET_CHECK(found != m.parameters_.end(), kIndex, m.name(),
                " has no parameter `", last, "`");
  return (*found)->value;
}

Tensor Module::get_buffer(std::string_view path) const {
  const auto [owner, last] = split_last(path);
  const Module& m = get_submodule(owner);
  const auto found = find_slot(m.buffers_, last);
  CRESSET_CHECK(found != m.buffers_.end(), kIndex, m.name(), " has no buffer `",
                last, "`");
  return (*found)->value;
}

// Modes.

Module& Module::train(bool mode) {
  for (Module* m : modules()) m->training_ = mode;
  return *this;
}

Module& Module::requires_grad_(bool value) {
  for (const Tensor& p : parameters()) p.requires_grad_(value);
  return *this;
}

void Module::zero_grad(bool set_to_none) {
  const NoGradGuard no_grad;
  for (const Tensor& p : parameters()) {
    if (!p.grad().defined()) continue;
    if (set_to_none) {
      p.set_grad(Tensor());
    } else {
      p.set_grad(p.grad().detach());
      p.grad().zero_();
    }
  }
}

Module& Module::convert(std::optional<Device> device,
                        std::optional<Dtype> dtype) {
  const NoGradGuard no_grad;
  const auto converted = [&](const Tensor& t) {
    const bool casts =
        dtype && (t.is_floating_point() || is_complex(t.dtype()));
    return t.to(device.value_or(t.device()), casts ? *dtype : t.dtype());
  };
  for (const Tensor& p : parameters()) {
    p.set_data(converted(p));
    if (p.grad().defined()) p.grad().set_data(converted(p.grad()));
  }
  for (const Tensor& b : buffers()) b.set_data(converted(b));
  return *this;
}

Module& Module::to(Device device) { return convert(device, std::nullopt); }

Module& Module::to(Dtype dtype) {
  CRESSET_CHECK(is_floating(dtype) || is_complex(dtype), kDtype,
                "nn.Module.to only accepts floating point or complex dtypes, "
                "but got desired dtype=torch.",
                dtype);
  return convert(std::nullopt, dtype);
}

Module& Module::to(Device device, Dtype dtype) {
  to(dtype);
  return to(device);
}

Module& Module::apply(const std::function<void(Module&)>& f) {
  for (Module* child : children()) child->apply(f);
  f(*this);
  return *this;
}

// The class name without namespaces and template arguments.
std::string Module::name() const {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(typeid(*this).name(), nullptr, nullptr, &status),
      &std::free);
  std::string full = status == 0 ? text.get() : typeid(*this).name();
  full = full.substr(0, full.find('<'));
  const size_t colon = full.rfind("::");
  return colon == std::string::npos ? full : full.substr(colon + 2);
}

}  // namespace cresset::nn
