// Parameters in a list or by name, without a layer around them.

#ifndef CRESSET_NN_PARAMETER_LIST_H_
#define CRESSET_NN_PARAMETER_LIST_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "cresset/nn/module.h"

namespace cresset::nn {

/// Parameters by position.
///
///   nn::ParameterList scales{ones({3}), ones({3})};
///   y = x * scales[0];
///
/// Errors: kIndex for a position that is not there.
/// Torch:  torch.nn.ParameterList
class ParameterList : public Module {
 public:
  ParameterList() = default;
  ParameterList(std::initializer_list<Tensor> tensors) {
    for (const Tensor& tensor : tensors) push_back(tensor);
  }

  void push_back(const Tensor& tensor) {
    register_parameter(std::to_string(size()), tensor);
  }
  int64_t size() const { return static_cast<int64_t>(parameters().size()); }
  Tensor operator[](int64_t index) const {
    return get_parameter(std::to_string(index < 0 ? index + size() : index));
  }
  std::string extra_repr() const override;
};

/// Parameters by name, in the order in which they were added.
///
/// Errors: kIndex for a name that is not there.
/// Torch:  torch.nn.ParameterDict
class ParameterDict : public Module {
 public:
  ParameterDict() = default;
  ParameterDict(
      std::initializer_list<std::pair<std::string, Tensor>> parameters) {
    for (const auto& [key, tensor] : parameters) set(key, tensor);
  }

  /// Adds a parameter under a new name.
  void set(const std::string& key, const Tensor& tensor) {
    register_parameter(key, tensor);
  }
  int64_t size() const { return static_cast<int64_t>(parameters().size()); }
  std::vector<std::string> keys() const;
  Tensor operator[](const std::string& key) const { return get_parameter(key); }
  std::string extra_repr() const override;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_PARAMETER_LIST_H_
