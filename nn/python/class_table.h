// The classes of Python that have a twin in C++: one row for each.

#ifndef CRESSET_NN_PYTHON_CLASS_TABLE_H_
#define CRESSET_NN_PYTHON_CLASS_TABLE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

#include "cresset/nn/module.h"
#include "cresset/nn/python/attributes.h"
#include "cresset/serialize/value.h"

namespace cresset::internal {

struct PythonClass {
  std::string name;  // "torch.nn.modules.linear.Linear"
  std::type_index type;
  // A module with everything but the saved tensors and children, which may
  // look at the __dict__ that it is to be filled from. Empty for a class that
  // is only written.
  std::function<std::shared_ptr<nn::Module>(const Value& attributes)> make;
  std::function<void(AttributeReader&, nn::Module&)> read;
  std::function<void(AttributeWriter&, nn::Module&)> write;
  // Moves a module into a member of the same class; empty if it cannot.
  std::function<void(nn::Module& member, nn::Module& from)> assign;
  // Whether tensors of the file go into those that the module has, instead of
  // taking their place: for modules that hold their parameters twice.
  bool keeps_tensors = false;
};

template <class M>
std::function<void(nn::Module&, nn::Module&)> assignment() {
  if constexpr (std::is_move_assignable_v<M>) {
    return [](nn::Module& member, nn::Module& from) {
      static_cast<M&>(member) = std::move(static_cast<M&>(from));
    };
  } else {
    return nullptr;
  }
}

// A row for a class whose attributes `visit`, found by its argument, tells.
// `blank` makes one of any
// sizes.
template <class M, class Blank>
PythonClass python_class(const char* module, const char* name, Blank blank) {
  return {
      std::string(module) + "." + name,
      typeid(M),
      [blank](const Value& attributes) -> std::shared_ptr<nn::Module> {
        if constexpr (std::is_invocable_v<Blank, const Value&>) {
          return std::make_shared<M>(blank(attributes));
        } else {
          return std::make_shared<M>(blank());
        }
      },
      [](AttributeReader& a, nn::Module& m) { visit(a, static_cast<M&>(m)); },
      [](AttributeWriter& a, nn::Module& m) { visit(a, static_cast<M&>(m)); },
      assignment<M>(),
  };
}

template <class M>
PythonClass python_class(const char* module, const char* name) {
  return python_class<M>(module, name, [] { return M(); });
}

// Whether a pickled module has a child of this name, and not None.
bool has_child(const Value& attributes, const char* name);

// The parts of the table.
std::vector<PythonClass> layer_classes();
std::vector<PythonClass> spatial_classes();
std::vector<PythonClass> activation_classes();
std::vector<PythonClass> rnn_classes();
std::vector<PythonClass> attention_classes();
std::vector<PythonClass> loss_classes();
std::vector<PythonClass> wrapper_classes();
std::vector<PythonClass> model_classes();

// Adds a class of the user's; a later one of the same name replaces it.
void add_class(PythonClass row);

// The row of a Python class or of a C++ type, if there is one. Classes that
// the user added come first for names, last for types.
std::optional<PythonClass> find_class(std::string_view python_name);
std::optional<PythonClass> find_class(std::type_index type);

}  // namespace cresset::internal

#endif  // CRESSET_NN_PYTHON_CLASS_TABLE_H_
