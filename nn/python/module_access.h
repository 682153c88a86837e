// The parts of a Module that a file of Python holds.

#ifndef CRESSET_NN_PYTHON_MODULE_ACCESS_H_
#define CRESSET_NN_PYTHON_MODULE_ACCESS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cresset/nn/module.h"

namespace cresset::internal {

struct ModuleAccess {
  using TensorSlots = std::vector<std::shared_ptr<TensorSlot>>;
  using Children = std::vector<std::shared_ptr<ChildSlot>>;

  static TensorSlots& parameters(nn::Module& m) { return m.parameters_; }
  static TensorSlots& buffers(nn::Module& m) { return m.buffers_; }
  static Children& children(nn::Module& m) { return m.children_; }
  static void set_training(nn::Module& m, bool mode) { m.training_ = mode; }
  static bool has_hooks(const nn::Module& m) {
    return m.hooks_ && !m.hooks_->entries.empty();
  }
  static void add_child(nn::Module& m, const std::string& name,
                        std::shared_ptr<nn::Module> child) {
    m.set_child(name, std::move(child));
  }
  // Gives a slot, and the member that mirrors it, another tensor.
  static void set(TensorSlot& slot, const Tensor& tensor) {
    slot.value = tensor;
    if (slot.member != nullptr) static_cast<Tensor&>(*slot.member) = tensor;
  }
  // Gives the tensor of a slot other contents.
  static void set_data(TensorSlot& slot, const Tensor& tensor) {
    slot.value.set_data(tensor.detach());
    slot.value.requires_grad_(tensor.requires_grad());
  }
};

}  // namespace cresset::internal

#endif  // CRESSET_NN_PYTHON_MODULE_ACCESS_H_
