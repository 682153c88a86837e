// The reductions whose gradients need more than an expansion.

#include <utility>
#include <vector>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/rearrange.h"
#include "cresset/tensor/ops/reduce_run.h"
#include "cresset/tensor/ops/scan.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {
namespace {

Dtype sum_dtype(const Tensor& x, std::optional<Dtype> dtype) {
  if (dtype) return *dtype;
  return is_integral(x.dtype(), true) ? int64 : x.dtype();
}

Tensor numbers(const Tensor& x) { return eq(x.detach(), x.detach()); }

Tensor nansum_over(const Tensor& x, DimMask mask, bool keepdim, Dtype dtype) {
  Tensor y = is_floating(dtype)
                 ? reduce_value<NanSum>(x, mask, keepdim, dtype, "nansum")
                 : reduce_value<Sum>(x, mask, keepdim, dtype, "nansum");
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad("NansumBackward", std::move(y), {x},
                   [x = keep(x), mask = std::move(mask)](const Tensor& g) {
                     const Tensor in = x();
                     return mul(spread(g.to(in.dtype()), in.shape(), mask),
                                numbers(in));
                   });
}

// The products of all elements before each along dim.
Tensor products_before(const Tensor& x, int64_t dim) {
  const Tensor one = ones_like(narrow(x, dim, 0, 1));
  if (x.size(dim) == 1) return one;
  return cat({one, cumprod(narrow(x, dim, 0, x.size(dim) - 1), dim)}, dim);
}

// g and y have size 1 along dim.
Tensor prod_grad(const Tensor& g, const Tensor& x, const Tensor& y,
                 int64_t dim) {
  // A device would have to be waited for; there the general way is taken.
  if (x.device().is_cpu() && all(x.detach()).item<bool>()) {
    return div(mul(g, y), x);
  }
  const Tensor after = flip(products_before(flip(x, dim), dim), dim);
  return mul(g, mul(products_before(x, dim), after));
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor nansum(const Tensor& x, std::optional<Dtype> dtype) {
  return nansum_over(x, reduced_dims({}, x.dim(), "nansum"), false,
                     sum_dtype(x, dtype));
}
Tensor nansum(const Tensor& x, IntSpan dim, bool keepdim,
              std::optional<Dtype> dtype) {
  return nansum_over(x, reduced_dims(dim, x.dim(), "nansum"), keepdim,
                     sum_dtype(x, dtype));
}

Tensor nanmean(const Tensor& x, std::optional<Dtype> dtype) {
  return nanmean(x, Shape{}, false, dtype);
}
Tensor nanmean(const Tensor& x, IntSpan dim, bool keepdim,
               std::optional<Dtype> dtype) {
  CRESSET_CHECK(is_floating(x.dtype()), kDtype,
                "nanmean: x must be of a floating dtype; got ", x.dtype());
  return div(nansum(x, dim, keepdim, dtype), sum(numbers(x), dim, keepdim));
}

Tensor prod(const Tensor& x, std::optional<Dtype> dtype) {
  if (!dtype && autocast_raises(x)) return prod(raised(x), dtype);
  if (any_wants_grad(TensorRefs{x}))
    return prod(reshape(x, {-1}), 0, false, dtype);
  return reduce_value<Prod>(x, reduced_dims({}, x.dim(), "prod"), false,
                            sum_dtype(x, dtype), "prod");
}
Tensor prod(const Tensor& input, int64_t dim, bool keepdim,
            std::optional<Dtype> dtype) {
  if (!dtype && autocast_raises(input)) {
    return prod(raised(input), dim, keepdim, dtype);
  }
  const Tensor x = input.to(sum_dtype(input, dtype));
  const DimMask mask = reduced_dims(dim, x.dim(), "prod");
  Tensor y = reduce_value<Prod>(x, mask, keepdim, x.dtype(), "prod");
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad("ProdBackward", y, {x},
                   [x = keep(x), y = keep_output(y), mask,
                    dim = wrap_dim(dim, x.dim(), "prod")](const Tensor& g) {
                     const Tensor in = x();
                     if (in.dim() == 0 || in.numel() == 0)
                       return spread(g, in.shape(), mask);
                     const Shape one = reduced_sizes(in.sizes(), mask, true);
                     return prod_grad(reshape(g, one), in, reshape(y(), one),
                                      dim);
                   });
}

}  // namespace cresset
