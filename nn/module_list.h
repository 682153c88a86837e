#ifndef CRESSET_NN_MODULE_LIST_H_
#define CRESSET_NN_MODULE_LIST_H_

#include "cresset/nn/container.h"

namespace cresset::nn {

/// A list of modules; what they compute is the caller's affair.
///
///   for (nn::Module& layer : layers) x = layer(x);
///
/// Torch: torch.nn.ModuleList
class ModuleList : public Container {
 public:
  ModuleList() = default;
  ModuleList(std::initializer_list<NamedModule> modules) { set_all(modules); }

  template <class M>
  ModuleList& append(M&& m) {
    push(own(std::forward<M>(m)));
    return *this;
  }
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_MODULE_LIST_H_
