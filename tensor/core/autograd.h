// The public face of the tape.

#ifndef CRESSET_TENSOR_CORE_AUTOGRAD_H_
#define CRESSET_TENSOR_CORE_AUTOGRAD_H_

#include <span>
#include <vector>

#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct GradOptions {
  std::vector<Tensor> grad_outputs = {};  ///< default: ones, for scalars
  bool retain_graph = false;              ///< implied by create_graph
  bool create_graph = false;              ///< makes the result differentiable
  bool allow_unused = false;              ///< undefined instead of an error
};

/// Gradients of `outputs` with respect to `inputs`, without touching any
/// grad().
///
/// Errors: kState if an output does not require a gradient, the graph was
///         freed, or an input was not used and allow_unused is false; kShape
///         if a grad_output does not fit.
/// Torch:  torch.autograd.grad(outputs, inputs, ...)
std::vector<Tensor> grad(std::span<const Tensor> outputs,
                         std::span<const Tensor> inputs,
                         const GradOptions& options = {});
inline std::vector<Tensor> grad(const std::vector<Tensor>& outputs,
                                const std::vector<Tensor>& inputs,
                                const GradOptions& options = {}) {
  return grad(std::span<const Tensor>(outputs), std::span<const Tensor>(inputs),
              options);
}
inline std::vector<Tensor> grad(const Tensor& output,
                                const std::vector<Tensor>& inputs,
                                const GradOptions& options = {}) {
  return grad(std::span<const Tensor>(&output, 1),
              std::span<const Tensor>(inputs), options);
}

/// backward() from several tensors at once.
/// Torch: torch.autograd.backward(tensors, grad_tensors, ...)
void backward(std::span<const Tensor> tensors,
              std::span<const Tensor> grad_tensors = {},
              bool retain_graph = false, bool create_graph = false);

}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_AUTOGRAD_H_
