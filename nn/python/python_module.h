// Whole modules as PyTorch pickles them: torch.save(model, path).
//
//   cresset::save(nn::to_python(model), "model.pt");
//
//   const auto model = nn::from_python(cresset::load("model.pt"));
//   const Tensor y = (*model)(x);
//
// Such a file holds the names of classes and the attributes of their
// instances, never code. Cresset knows the classes of torch.nn that it has a
// twin of, and torchvision's VGG and ResNet; register_class() adds others.

#ifndef CRESSET_NN_PYTHON_PYTHON_MODULE_H_
#define CRESSET_NN_PYTHON_PYTHON_MODULE_H_

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "cresset/nn/module.h"
#include "cresset/nn/python/class_table.h"
#include "cresset/serialize/state_dict.h"
#include "cresset/serialize/value.h"

namespace cresset {
namespace internal {

template <class T>
struct MadeModule {
  using type = T;
};
template <class T>
struct MadeModule<std::shared_ptr<T>> {
  using type = T;
};

// What a user's factory returns for the __dict__ of a pickled module.
template <class Make>
auto make_module(const Make& make, const Value& attributes) {
  if constexpr (std::is_invocable_v<const Make&, const Value&>) {
    return make(attributes);
  } else {
    return make();
  }
}

}  // namespace internal

namespace nn {

/// The module that a pickle holds, ready to run: its layers, tensors, and the
/// mode, training or evaluation, of each. Parameters that Python shares are
/// shared, and so are modules inside containers. Tensors are those of the
/// Value, not copies.
///
/// Errors: kValue that names the place and class of a module and the rule: an
///         object that is no module, a class that is not known, an attribute
///         that is missing or of the wrong type, children or tensors that the
///         C++ class does not have. kUnsupported for modules with forward or
///         backward hooks (weight_norm, pruning), which are Python code.
/// Torch:  torch.load(path, weights_only=False)
std::shared_ptr<Module> from_python(const Value& pickled);

/// The same for a module whose class is known in advance.
///
///   auto vgg = nn::from_python<nn::models::VGG>(cresset::load("vgg.pt"));
///
/// Errors: also kValue if the module is of another class.
template <std::derived_from<Module> M>
M from_python(const Value& pickled) {
  const std::shared_ptr<Module> module = from_python(pickled);
  M* const found = module->as<M>();
  CRESSET_CHECK(found != nullptr, kValue,
                "from_python: the file holds the class ",
                pickled.qualified_name(), ", not the one asked for");
  return std::move(*found);
}

/// The object that torch.save pickles for a module. In PyTorch it loads as a
/// working nn.Module with the attributes that Python would have given it.
///
/// Errors: kValue, with place and class, for a module of a class that is
///         neither PyTorch's nor registered; kUnsupported for one with hooks.
/// Torch:  what torch.save(module, path) writes
Value to_python(const Module& module);

/// Parameters and persistent buffers of a pickled module by name. Its classes
/// need not be known, so that the weights of any network can be used.
///
/// Errors: kValue for an object that is no module.
/// Torch:  torch.load(path, weights_only=False).state_dict()
StateDict state_dict_of(const Value& pickled);

/// Makes a Python class known to from_python() and to_python(). `make` gives a
/// module, by value or in a std::shared_ptr, to which the saved tensors and
/// children then come by their names; it may look at the attributes of the
/// Python object, its __dict__.
///
///   nn::register_class("__main__.Net", [](const Value& attributes) {
///     return Net(attributes["hidden"].as_int());
///   });
///
/// A child of the C++ class whose own class is not registered is filled in
/// place if the Python class has the same name without its module.
///
/// A class is registered once for the whole program; a later row of the same
/// name replaces it.
///
/// `attributes`, if given, makes the dict of attributes that the Python class
/// expects of an object, for to_python().
template <class Make, class Attributes>
void register_class(const std::string& python_name, Make make,
                    Attributes attributes) {
  using Made = decltype(cresset::internal::make_module(make, Value()));
  using M = typename cresset::internal::MadeModule<Made>::type;
  static_assert(std::derived_from<M, Module>);
  cresset::internal::add_class({
      python_name,
      typeid(M),
      [make](const Value& saved) -> std::shared_ptr<Module> {
        if constexpr (std::same_as<M, Made>) {
          return std::make_shared<M>(
              cresset::internal::make_module(make, saved));
        } else {
          return cresset::internal::make_module(make, saved);
        }
      },
      nullptr,
      [attributes](cresset::internal::AttributeWriter& a, Module& m) {
        a.after = attributes(static_cast<const M&>(m));
      },
      cresset::internal::assignment<M>(),
  });
}

template <class Make>
requires std::invocable<const Make&> ||
    std::invocable<const Make&, const Value&>
void register_class(const std::string& python_name, Make make) {
  register_class(python_name, std::move(make),
                 [](const auto&) { return Value::dict(); });
}

/// The same for a class that needs no arguments.
template <std::derived_from<Module> M>
void register_class(const std::string& python_name) {
  register_class(python_name, [] { return M(); });
}

}  // namespace nn
}  // namespace cresset

#endif  // CRESSET_NN_PYTHON_PYTHON_MODULE_H_
