// What the containers have in common: children that they own, by position.

#ifndef CRESSET_NN_CONTAINER_H_
#define CRESSET_NN_CONTAINER_H_

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cresset/nn/module.h"

namespace cresset::nn {

template <class M>
concept IsModule = std::is_base_of_v<Module, std::decay_t<M>>;

/// A module on its way into a container, with or without a name: a temporary,
/// a moved module, or a std::shared_ptr where two places share one module.
struct NamedModule {
  template <IsModule M>
  NamedModule(M&& m)  // NOLINT
      : module(std::make_shared<std::decay_t<M>>(std::forward<M>(m))) {}
  template <IsModule M>
  NamedModule(std::shared_ptr<M> m) : module(std::move(m)) {}  // NOLINT
  template <class M>
  NamedModule(std::string n, M&& m) : NamedModule(std::forward<M>(m)) {
    name = std::move(n);
  }

  std::string name;
  std::shared_ptr<Module> module;
};

/// A child of a container: behaves as the module, and takes another one.
///
///   vgg.classifier[6] = nn::Linear(4096, 10);
class ChildRef {
 public:
  explicit ChildRef(std::shared_ptr<cresset::internal::ChildSlot> slot)
      : slot_(std::move(slot)) {}
  ChildRef(const ChildRef&) = default;
  ~ChildRef() = default;

  Module& operator*() const { return *slot_->module; }
  Module* operator->() const { return slot_->module; }
  operator Module&() const { return *slot_->module; }  // NOLINT
  Tensor operator()(const Tensor& x) const { return (*slot_->module)(x); }
  /// The module as a class derived from Module, or null.
  template <class M>
  M* as() const {
    return dynamic_cast<M*>(slot_->module);
  }

  template <IsModule M>
  const ChildRef& operator=(M&& m) const {
    return *this = std::make_shared<std::decay_t<M>>(std::forward<M>(m));
  }
  template <IsModule M>
  const ChildRef& operator=(std::shared_ptr<M> m) const {
    slot_->owner = std::move(m);
    slot_->module = slot_->owner.get();
    return *this;
  }
  /// Shares the other child.
  const ChildRef& operator=(const ChildRef& other) const {
    slot_->owner = other.slot_->owner;
    slot_->module = other.slot_->module;
    return *this;
  }

 private:
  std::shared_ptr<cresset::internal::ChildSlot> slot_;
};

/// Base of Sequential, ModuleList and ModuleDict.
///
/// Errors: kIndex for a position or name that is not there.
class Container : public Module {
 public:
  int64_t size() const { return static_cast<int64_t>(child_slots().size()); }
  bool empty() const { return child_slots().empty(); }

  /// The child at a position; a negative one counts from the end.
  template <std::integral I>
  ChildRef operator[](I index) const {
    return ChildRef(slot(static_cast<int64_t>(index)));
  }
  /// The child of a name.
  ChildRef operator[](std::string_view key) const;
  bool contains(std::string_view key) const;
  std::vector<std::string> keys() const;

  /// Children in order: `for (nn::Module& layer : layers)`.
  class Iterator {
   public:
    explicit Iterator(Children::const_iterator at) : at_(at) {}
    Module& operator*() const { return *(*at_)->module; }
    Module* operator->() const { return (*at_)->module; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(Iterator a, Iterator b) { return a.at_ == b.at_; }

   private:
    Children::const_iterator at_;
  };
  Iterator begin() const { return Iterator(child_slots().begin()); }
  Iterator end() const { return Iterator(child_slots().end()); }

 protected:
  Container() = default;

  // Adds under the next number.
  void push(std::shared_ptr<Module> m) {
    set_child(std::to_string(size()), std::move(m));
  }
  void set_all(std::initializer_list<NamedModule> modules) {
    for (const NamedModule& m : modules) {
      m.name.empty() ? push(m.module) : set_child(m.name, m.module);
    }
  }

 private:
  const std::shared_ptr<Child>& slot(int64_t index) const;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_CONTAINER_H_
