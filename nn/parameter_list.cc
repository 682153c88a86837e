#include "cresset/nn/parameter_list.h"

namespace cresset::nn {
namespace {

// "torch.FloatTensor": what PyTorch's oldest names for dtypes are.
std::string tensor_type(Dtype dtype) {
  static constexpr std::pair<Dtype, const char*> kNames[] = {
      {float32, "Float"},
      {float64, "Double"},
      {float16, "Half"},
      {int64, "Long"},
      {bfloat16, "BFloat16"},
      {int32, "Int"},
      {int16, "Short"},
      {int8, "Char"},
      {uint8, "Byte"},
      {bool_, "Bool"},
      {complex64, "ComplexFloat"},
      {complex128, "ComplexDouble"}};
  for (const auto& [known, name] : kNames) {
    if (known == dtype) return std::string("torch.") + name + "Tensor";
  }
  return std::string("torch.") + to_string(dtype);
}

std::string dtype_text(Dtype dtype) {
  return std::string("torch.") + to_string(dtype);
}

// A line for each parameter, as print(module) of PyTorch has them.
std::string lines_of(const Module& module, std::string (*type)(Dtype)) {
  std::string text;
  for (const auto& [name, tensor] : module.named_parameters()) {
    std::string sizes;
    for (const int64_t n : tensor.sizes()) {
      sizes += (sizes.empty() ? "" : "x") + std::to_string(n);
    }
    if (!text.empty()) text += '\n';
    text += "  (" + name + "): Parameter containing: [" + type(tensor.dtype()) +
            " of size " + sizes + "]";
  }
  return text;
}

}  // namespace

std::string ParameterList::extra_repr() const {
  return lines_of(*this, dtype_text);
}

// PyTorch names the types of the two in different ways.
std::string ParameterDict::extra_repr() const {
  return lines_of(*this, tensor_type);
}

std::vector<std::string> ParameterDict::keys() const {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : named_parameters()) names.push_back(name);
  return names;
}

}  // namespace cresset::nn
