// Tensors as text, letter for letter as PyTorch prints them.
//
//   Shape:    any. Dtype: any. Gradient: none.
//   Errors:   kDevice if the tensor's device has no backend; kState for an
//             undefined tensor.

#ifndef CRESSET_TENSOR_OPS_PRINT_H_
#define CRESSET_TENSOR_OPS_PRINT_H_

#include <iosfwd>
#include <optional>
#include <string>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct PrintOptions {
  int precision = 4;         ///< digits after the point
  int64_t threshold = 1000;  ///< more elements than this are summarised
  int64_t edge_items = 3;    ///< what a summary shows at each end
  int64_t line_width = 80;
  /// Exponents always or never; by the numbers if empty.
  std::optional<bool> sci_mode = std::nullopt;
};

/// What to_string without options uses; one setting for the process.
/// Torch: torch.set_printoptions(...)
void set_print_options(const PrintOptions& options);
PrintOptions get_print_options();

/// "tensor([1., 2.], requires_grad=True)".
/// Torch: repr(x)
std::string to_string(const Tensor& x);
std::string to_string(const Tensor& x, const PrintOptions& options);

/// Writes the text and, for print, a line end to standard output.
/// Torch: print(x)
std::ostream& operator<<(std::ostream& out, const Tensor& x);
void print(const Tensor& x);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_PRINT_H_
