#include "cresset/tensor/ops/view_scatter.h"

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

template <class View>
Tensor replaced(const char* op, const char* grad_name, const Tensor& x,
                const Tensor& source, const View& view) {
  const Tensor y = internal::dense_copy(x);
  {
    const NoGradGuard guard;
    const Tensor place = view(y);
    CRESSET_CHECK(source.sizes() == place.sizes(), kShape, op,
                  ": expected src to have a size equal to the slice of self. "
                  "src size = ",
                  source.sizes(), ", slice size = ", place.sizes());
    CRESSET_CHECK(source.dtype() == x.dtype(), kDtype, op,
                  ": src has the dtype of self, ", x.dtype(), "; got ",
                  source.dtype());
    internal::copy_elements(source, place);
  }
  return internal::with_grad(grad_name, y, {x, source},
                             [op, grad_name, view, sizes = source.shape()](
                                 const Tensor& g, internal::Grads& grads) {
                               if (grads.needs(0)) {
                                 grads[0] = replaced(op, grad_name, g,
                                                     new_zeros(g, sizes), view);
                               }
                               if (grads.needs(1)) grads[1] = view(g);
                             });
}

}  // namespace

Tensor select_scatter(const Tensor& x, const Tensor& source, int64_t dim,
                      int64_t index) {
  return replaced(
      "select_scatter", "SelectScatterBackward", x, source,
      [dim, index](const Tensor& y) { return select(y, dim, index); });
}

Tensor slice_scatter(const Tensor& x, const Tensor& source, int64_t dim,
                     int64_t start, int64_t end, int64_t step) {
  return replaced("slice_scatter", "SliceScatterBackward", x, source,
                  [dim, start, end, step](const Tensor& y) {
                    return slice(y, dim, start, end, step);
                  });
}

Tensor diagonal_scatter(const Tensor& x, const Tensor& source, int64_t offset,
                        int64_t dim1, int64_t dim2) {
  return replaced("diagonal_scatter", "DiagonalScatterBackward", x, source,
                  [offset, dim1, dim2](const Tensor& y) {
                    return diagonal(y, offset, dim1, dim2);
                  });
}

}  // namespace cresset
