#include "cresset/nn/parameter_list.h"

namespace cresset::nn {
namespace {

// "torch.FloatTensor", "torch.cuda.FloatTensor": PyTorch's oldest names for
// what tensors hold.
std::string tensor_type(const Tensor& x) {
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
  const std::string module = x.device().is_cuda() ? "torch.cuda." : "torch.";
  for (const auto& [known, name] : kNames) {
    if (known == x.dtype()) return module + name + "Tensor";
  }
  return module + to_string(x.dtype());
}

std::string dtype_text(const Tensor& x) {
  return std::string("torch.") + to_string(x.dtype());
}

// A line for each parameter, as print(module) of PyTorch has them.
std::string lines_of(const Module& module, std::string (*type)(const Tensor&)) {
  std::string text;
  for (const auto& [name, tensor] : module.named_parameters()) {
    std::string sizes;
    for (const int64_t n : tensor.sizes()) {
      sizes += (sizes.empty() ? "" : "x") + std::to_string(n);
    }
    if (!text.empty()) text += '\n';
    text += "  (" + name + "): Parameter containing: [" + type(tensor) +
            " of size " + sizes;
    const Device device = tensor.device();
    if (device.is_cuda()) text += " (GPU " + std::to_string(device.index) + ")";
    text += "]";
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
