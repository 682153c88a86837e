#ifndef CRESSET_NN_MODULE_DICT_H_
#define CRESSET_NN_MODULE_DICT_H_

#include "cresset/nn/container.h"

namespace cresset::nn {

/// Modules by name, in the order in which they were added.
///
///   nn::ModuleDict heads{{"age", nn::Linear(8, 1)},
///                        {"sex", nn::Linear(8, 2)}};
///   heads["age"](x);
///
/// Torch: torch.nn.ModuleDict
class ModuleDict : public Container {
 public:
  ModuleDict() = default;
  ModuleDict(std::initializer_list<NamedModule> modules) { set_all(modules); }

  /// Adds a module, or replaces the one of that name.
  template <class M>
  ModuleDict& set(const std::string& key, M&& m) {
    set_child(key, own(std::forward<M>(m)));
    return *this;
  }
  void erase(const std::string& key);
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_MODULE_DICT_H_
