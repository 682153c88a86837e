// Gradients of views that show a part of their tensor.

#ifndef CRESSET_TENSOR_OPS_PART_VIEW_H_
#define CRESSET_TENSOR_OPS_PART_VIEW_H_

#include <utility>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/with_grad.h"

namespace cresset::internal {

// Zeros of `sizes` that show `part` through `view`, a function from a tensor of
// `sizes` to a view of it without overlaps. The gradient is `view` again, so
// that derivatives of all orders follow.
template <class View>
Tensor in_zeros(const char* name, const Tensor& part, IntSpan sizes,
                const View& view) {
  Tensor y = filled(sizes, 0, part.dtype(), part.device());
  {
    const NoGradGuard guard;
    copy_elements(part, view(y));
  }
  return with_grad(name, std::move(y), {part}, View(view));
}

// A view of `x` through `view`, whose strides are already known.
template <class View>
Tensor part_view(const char* name, const char* grad_name, const Tensor& x,
                 Tensor y, const View& view) {
  return with_view_grad(name, x, std::move(y),
                        [grad_name, sizes = x.shape(), view](const Tensor& g) {
                          return in_zeros(grad_name, g, sizes, view);
                        });
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_PART_VIEW_H_
