// Comparison of gradients with finite differences.

#ifndef CRESSET_TENSOR_AUTOGRAD_GRADCHECK_H_
#define CRESSET_TENSOR_AUTOGRAD_GRADCHECK_H_

#include <functional>
#include <vector>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct GradcheckOptions {
  double eps = 1e-6;   ///< step of the central difference
  double atol = 1e-5;  ///< absolute tolerance
  double rtol = 1e-3;  ///< relative tolerance
};

/// A function of tensors to tensors.
using TensorFunction =
    std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

/// Checks the gradients of `f` at `inputs` against central differences, for a
/// fixed pseudo-random weighting of all outputs.
///
/// On the CPU every element of the inputs is moved by itself. On a device,
/// which each difference would have to wait for, all elements of an input are
/// moved at once, along a pseudo-random direction, and one by one only where
/// the derivative along it is not the gradient's.
///
/// Dtype:  inputs that require a gradient must be float64 leaves, row-major.
/// Errors: kValue, naming input, element, analytic and numeric value, at the
///         first difference; kState if no input requires a gradient.
/// Torch:  torch.autograd.gradcheck(f, inputs)
void gradcheck(const TensorFunction& f, const std::vector<Tensor>& inputs,
               const GradcheckOptions& options = {});

/// The same for the gradients of the gradients: what create_graph gives.
/// Torch: torch.autograd.gradgradcheck(f, inputs)
void gradgradcheck(const TensorFunction& f, const std::vector<Tensor>& inputs,
                   const GradcheckOptions& options = {});

/// First and second order, for a function with one result.
void gradcheck_all(const std::function<Tensor(const std::vector<Tensor>&)>& f,
                   const std::vector<Tensor>& inputs,
                   const GradcheckOptions& options = {});

}  // namespace cresset

#endif  // CRESSET_TENSOR_AUTOGRAD_GRADCHECK_H_
