#include "cresset/tensor/ops/reduce.h"

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/strided_loop.h"
#include "cresset/tensor/core/with_grad.h"

namespace cresset {

Tensor sum_to_size(const Tensor& x, IntSpan shape) {
  if (x.sizes() == shape) return x;
  const Tensor wide = x.to(float64);
  Tensor sum = internal::filled(shape, 0, float64, x.device());
  const Tensor target =
      internal::broadcast_alias(sum, x.sizes(), "sum_to_size");
  const Tensor operands[] = {wide.detach(), target};
  const internal::StridedLoop loop(operands);
  loop.for_range(0, loop.numel(), [&](char* const* p, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      *reinterpret_cast<double*>(p[1] + i * loop.inner_stride(1)) +=
          *reinterpret_cast<const double*>(p[0] + i * loop.inner_stride(0));
    }
  });
  return internal::with_grad(
      "SumToSizeBackward", sum.to(x.dtype()), {x},
      [sizes = x.shape()](const Tensor& g) {
        return internal::broadcast_alias(g, sizes, "sum_to_size").contiguous();
      });
}

}  // namespace cresset
