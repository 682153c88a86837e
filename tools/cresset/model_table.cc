#include "cresset/tools/cresset/model_table.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {
namespace {

struct Run {
  std::string input = "--";
  std::string output = "--";
  Shape output_shape;
};

using Runs = std::unordered_map<const nn::Module*, Run>;

std::string list_text(IntSpan shape) {
  std::string text = shape_text(shape);
  text.front() = '[';
  text.back() = ']';
  return text;
}

// Runs the model with a hook on each module that notes the shapes.
Runs run_model(nn::Module& model, IntSpan input) {
  Runs runs;
  std::vector<nn::RemovableHandle> handles;
  for (nn::Module* module : model.modules()) {
    handles.push_back(module->register_forward_hook(
        [&runs](nn::Module& m, const Tensor& x, const Tensor& y) {
          runs[&m] = {list_text(x.sizes()), list_text(y.sizes()), y.shape()};
        }));
  }
  const NoGradGuard no_grad;
  model.eval();
  model(zeros(input));
  for (const nn::RemovableHandle& handle : handles) handle.remove();
  return runs;
}

// Parameters of the module itself, not of its children.
int64_t own_parameters(const nn::Module& module) {
  int64_t count = 0;
  for (const auto& [name, parameter] : module.named_parameters()) {
    if (name.find('.') == std::string::npos) count += parameter.numel();
  }
  return count;
}

// A convolution uses its weights at every place of the output.
int64_t multiply_adds(const nn::Module& module, const Shape& output) {
  int64_t count = own_parameters(module);
  if (output.empty()) return count;
  count *= output[0];
  if (module.name().find("Conv") != std::string::npos) {
    for (size_t d = 2; d < output.size(); ++d) count *= output[d];
  }
  return count;
}

std::string megabytes(double bytes) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.2f", bytes / 1e6);
  return text;
}

}  // namespace

std::string model_table(nn::Module& model, IntSpan input) {
  const Runs runs = run_model(model, input);
  TextTable table({"Layer (type:depth-idx)", "Input Shape", "Output Shape",
                   ">Param #", ">Mult-Adds"});
  std::map<size_t, int64_t> indices;
  int64_t total_adds = 0, outputs = 0;
  const auto all = model.named_modules();
  for (const auto& [name, module] : all) {
    const size_t depth = name.empty() ? 0
                                      : 1 + static_cast<size_t>(std::count(
                                                name.begin(), name.end(), '.'));
    const bool leaf = module->children().empty();
    std::string label;
    if (depth == 0) {
      label = module->name();
    } else {
      for (size_t i = 1; i < depth; ++i) label += "│    ";
      label += "├─" + module->name() + ": " + std::to_string(depth) + '-' +
               std::to_string(++indices[depth]);
    }
    const auto found = runs.find(module);
    const Run run = found == runs.end() ? Run() : found->second;
    const int64_t parameters = own_parameters(*module);
    const int64_t adds = multiply_adds(*module, run.output_shape);
    total_adds += adds;
    if (leaf && parameters > 0) {
      int64_t numel = 1;
      for (const int64_t n : run.output_shape) numel *= n;
      outputs += numel;
    }
    table.add({label, run.input, run.output,
               parameters > 0 ? with_commas(parameters) : "--",
               parameters > 0 ? with_commas(adds) : "--"});
  }
  int64_t parameters = 0, trainable = 0;
  for (const Tensor& parameter : model.parameters()) {
    parameters += parameter.numel();
    if (parameter.requires_grad()) trainable += parameter.numel();
  }
  double inputs = 1;
  for (const int64_t n : input) inputs *= static_cast<double>(n);
  const std::string rows = table.text();
  size_t width = 0;
  for (size_t at = 0; at < rows.size();) {
    const size_t end = rows.find('\n', at);
    const auto continuation = [](char c) { return (c & 0xc0) == 0x80; };
    const std::string line = rows.substr(at, end - at);
    width = std::max(
        width, line.size() - static_cast<size_t>(std::count_if(
                                 line.begin(), line.end(), continuation)));
    at = end + 1;
  }
  const std::string rule = std::string(width, '=') + '\n';
  const size_t head = rows.find('\n') + 1;
  // Forward and backward: each output is kept and gets a gradient.
  const double passes = 2.0 * 4 * static_cast<double>(outputs);
  return rule + rows.substr(0, head) + rule + rows.substr(head) + rule +
         "Total params: " + with_commas(parameters) +
         "   Trainable: " + with_commas(trainable) +
         "   Non-trainable: " + with_commas(parameters - trainable) +
         "   Total mult-adds (M): " +
         megabytes(static_cast<double>(total_adds)) +
         "\nInput size (MB): " + megabytes(4 * inputs) +
         "   Forward/backward pass size (MB): " + megabytes(passes) +
         "   Params size (MB): " +
         megabytes(4.0 * static_cast<double>(parameters)) + '\n' + rule;
}

}  // namespace cresset::cli
