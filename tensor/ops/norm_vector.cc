#include <utility>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/power.h"
#include "cresset/tensor/ops/reduce_run.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {
namespace {

Tensor norm_value(const Tensor& x, double p, const DimMask& mask, bool keepdim,
                  Dtype dtype, const char* name) {
  if (p == 0) return reduce_value<NormZero>(x, mask, keepdim, dtype, name);
  if (p == 1) return reduce_value<Norm1>(x, mask, keepdim, dtype, name);
  if (p == 2) return reduce_value<Norm2>(x, mask, keepdim, dtype, name);
  if (p == kInfinity) {
    return reduce_value<NormMax>(x, mask, keepdim, dtype, name);
  }
  if (p == -kInfinity) {
    return reduce_value<NormMin>(x, mask, keepdim, dtype, name);
  }
  NormP op;
  op.p = p;
  return reduce_value(x, mask, keepdim, dtype, name, op);
}

// The gradient of the elements that are zero, or of those of a zero norm, is
// chosen to be zero.
Tensor without(const Tensor& g, const Tensor& where_zero) {
  return masked_fill(g, eq(where_zero.detach(), 0), 0);
}

Tensor norm_grad(const Tensor& g, const Tensor& x, const Tensor& y, double p,
                 const DimMask& mask) {
  const Shape& sizes = x.shape();
  const Tensor wide_g = spread(g, sizes, mask);
  const Tensor wide_y = spread(y, sizes, mask);
  if (p == 1) return mul(wide_g, sgn(x));
  if (p == 2) return without(mul(x, div(wide_g, wide_y)), wide_y);
  if (p == kInfinity || p == -kInfinity) {
    const Tensor hit = eq(abs(x.detach()), wide_y.detach()).to(g.dtype());
    Shape dims;
    for (size_t d = 0; d < mask.size(); ++d) {
      if (mask[d]) dims.push_back(static_cast<int64_t>(d));
    }
    const Tensor count = dims.empty() ? hit : sum(hit, dims, true);
    return mul(mul(wide_g, sgn(x)), div(hit, count));
  }
  const Tensor factor = div(wide_g, pow(wide_y, p - 1));
  if (p < 1) {
    return without(mul(mul(sgn(x), without(pow(abs(x), p - 1), x)), factor),
                   wide_y);
  }
  if (p < 2) {
    return without(mul(mul(sgn(x), pow(abs(x), p - 1)), factor), wide_y);
  }
  return without(mul(mul(x, pow(abs(x), p - 2)), factor), wide_y);
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor vector_norm(const Tensor& x, double p, IntSpan dim, bool keepdim,
                   std::optional<Dtype> dtype) {
  if (!dtype && autocast_raises_on_cuda(x)) {
    return vector_norm(raised(x), p, dim, keepdim, dtype);
  }
  const Dtype type = dtype.value_or(x.dtype());
  CRESSET_CHECK(is_floating(type), kDtype,
                "norm: x must be of a floating dtype; got ", type);
  DimMask mask = reduced_dims(dim, x.dim(), "norm");
  bool empty_row = false;
  for (size_t d = 0; d < mask.size(); ++d) {
    empty_row |= mask[d] && x.sizes()[d] == 0;
  }
  CRESSET_CHECK(!empty_row || (p >= 0 && p != kInfinity), kShape,
                "norm: order ", p, " has no value for no elements; got shape ",
                x.sizes());
  Tensor y = norm_value(x, p, mask, keepdim, type, "norm");
  if (!any_wants_grad(TensorRefs{x})) return y;
  if (p == 0) {
    // A count: the result asks for a gradient and passes none on.
    return with_grad("LinalgVectorNormBackward", y, {x},
                     [](const Tensor&) { return Tensor(); });
  }
  return with_grad(
      "LinalgVectorNormBackward", y, {x},
      [x = keep(x), y = keep_output(y), p, type,
       mask = std::move(mask)](const Tensor& g) {
        const Tensor input = x();
        return norm_grad(g, input.to(type), y(), p, mask).to(input.dtype());
      });
}

Tensor norm(const Tensor& x, double p, IntSpan dim, bool keepdim,
            std::optional<Dtype> dtype) {
  return vector_norm(x, p, dim, keepdim, dtype);
}

Tensor dist(const Tensor& a, const Tensor& b, double p) {
  return vector_norm(sub(a, b), p);
}

}  // namespace cresset
