// scatter_reduce and index_reduce. Sums and means are made of differentiable
// ops; products and extremes have gradients of their own.

#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/division.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/gather_checks.h"
#include "cresset/tensor/ops/index_places.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace {

using internal::Grads;
using internal::PutOp;

// One call's arguments that gradients need again.
struct Reduction {
  PutOp op;
  int64_t dim;
  bool include_self;
};

// What a place holds before its first source element where x does not count.
Scalar start_value(PutOp op, Dtype dtype) {
  if (op == PutOp::kMul) return 1;
  const bool lowest = op == PutOp::kMax;
  if (is_floating(dtype)) return lowest ? -INFINITY : INFINITY;
  return visit_dtype(dtype, [&](auto t) -> Scalar {
    using T = decltype(t);
    if constexpr (std::is_integral_v<T>) {
      using Limits = std::numeric_limits<T>;
      return static_cast<int64_t>(lowest ? Limits::lowest() : Limits::max());
    } else {
      return 0;
    }
  });
}

Tensor reduced(const Tensor& x, const Tensor& index, const Tensor& source,
               const Reduction& how);

// A product's gradient. Zeros among the factors are replaced by ones where the
// formula would divide by them.
void product_grad(const Tensor& g, const Tensor& x, const Tensor& index,
                  const Tensor& source, const Tensor& y, const Reduction& how,
                  Grads& grads) {
  if (grads.needs(0)) {
    const Tensor safe = masked_fill(x, eq(x, 0), 1);
    const Tensor others = div(reduced(safe, index, source, how), safe);
    grads[0] = mul(g, others);
    if (!how.include_self) grads[0] = scatter(grads[0], how.dim, index, 0);
  }
  if (!grads.needs(1)) return;
  const Tensor is_zero = eq(source, 0);
  const Tensor zero_count =
      gather(scatter_add(zeros_like(x), how.dim, index, is_zero.to(x.dtype())),
             how.dim, index);
  CRESSET_CHECK(!is_grad_enabled() || !any(gt(zero_count, 1)).item<bool>(),
                kUnsupported,
                "scatter_reduce: the second derivative of a product with more "
                "than one zero is not implemented");
  const Tensor single = logical_and(is_zero, eq(zero_count, 1));
  const Tensor without = reduced(x, index, masked_fill(source, single, 1), how);
  grads[1] = where(
      single, gather(mul(g, without), how.dim, index),
      div(gather(mul(g, y), how.dim, index), masked_fill(source, is_zero, 1)));
}

// An extreme's gradient: equal shares to all that reach it.
void extreme_grad(const Tensor& g, const Tensor& x, const Tensor& index,
                  const Tensor& source, const Tensor& y, const Reduction& how,
                  Grads& grads) {
  const Tensor x_hit = eq(x, y).to(g.dtype());
  const Tensor source_hit = eq(source, gather(y, how.dim, index)).to(g.dtype());
  const Tensor share =
      div(g, scatter_add(x_hit, how.dim, index, source_hit).detach());
  if (grads.needs(0)) {
    grads[0] = mul(share, x_hit);
    if (!how.include_self) grads[0] = scatter(grads[0], how.dim, index, 0);
  }
  if (grads.needs(1)) {
    grads[1] = mul(gather(share, how.dim, index), source_hit);
  }
}

Tensor reduced(const Tensor& x, const Tensor& index, const Tensor& source,
               const Reduction& how) {
  const Tensor y = internal::dense_copy(x);
  if (!how.include_self) {
    const Tensor start =
        expand(full({}, start_value(how.op, x.dtype()),
                    {.dtype = x.dtype(), .device = x.device()}),
               index.sizes());
    internal::scatter_into(y, how.dim, index, start, PutOp::kAssign);
  }
  internal::scatter_into(y, how.dim, index, source, how.op);
  if (!internal::any_wants_grad(internal::TensorRefs{x, source})) return y;
  return internal::with_grad(
      "ScatterReduceBackward", y, {x, source},
      [how, x = internal::keep(x), index = internal::keep(index),
       source = internal::keep(source),
       y = internal::keep_output(y)](const Tensor& g, Grads& grads) {
        const auto grad = how.op == PutOp::kMul ? product_grad : extreme_grad;
        grad(g, x(), index(), source(), y(), how, grads);
      });
}

Tensor averaged(const Tensor& x, int64_t dim, const Tensor& index,
                const Tensor& source, bool include_self) {
  const Tensor start = include_self ? x : scatter(x, dim, index, 0);
  const Tensor sum = scatter_add(start, dim, index, source);
  Tensor count;
  {
    const NoGradGuard guard;
    count = clamp_min(scatter_add(full_like(x, include_self ? 1 : 0), dim,
                                  index, ones_like(source)),
                      1);
  }
  return is_floating(x.dtype()) ? div(sum, count) : div(sum, count, "floor");
}

const Tensor& assigned(const Tensor& x, const Tensor& result, const char* op) {
  internal::check_inplace(x, op);
  internal::check_no_overlap(x, op);
  return internal::assign(x, result, op);
}

}  // namespace

Tensor scatter_reduce(const Tensor& x, int64_t dim, const Tensor& index,
                      const Tensor& source, std::string_view reduce,
                      bool include_self) {
  const bool known = reduce == "sum" || reduce == "prod" || reduce == "mean" ||
                     reduce == "amax" || reduce == "amin";
  CRESSET_CHECK(known, kValue,
                "scatter_reduce: reduce argument must be either sum, prod, "
                "mean, amax or amin, got ",
                reduce);
  dim = wrap_dim(dim, x.dim(), "scatter_reduce");
  CRESSET_CHECK(x.dtype() == source.dtype(), kDtype,
                "scatter_reduce: scatter(): Expected self.dtype to be equal to "
                "src.dtype; got ",
                x.dtype(), " and ", source.dtype());
  internal::check_scatter(x, dim, index, &source, "scatter_reduce");
  if (index.numel() == 0) return x.clone();
  const Tensor part = internal::cut_to(source, index);
  if (reduce == "mean") return averaged(x, dim, index, part, include_self);
  if (reduce == "sum") {
    return scatter_add(include_self ? x : scatter(x, dim, index, 0), dim, index,
                       part);
  }
  const PutOp op = reduce == "prod"   ? PutOp::kMul
                   : reduce == "amax" ? PutOp::kMax
                                      : PutOp::kMin;
  return reduced(x, index.detach(), part, {op, dim, include_self});
}
const Tensor& scatter_reduce_(const Tensor& x, int64_t dim, const Tensor& index,
                              const Tensor& source, std::string_view reduce,
                              bool include_self) {
  return assigned(x,
                  scatter_reduce(x, dim, index, source, reduce, include_self),
                  "scatter_reduce_");
}

Tensor index_reduce(const Tensor& x, int64_t dim, const Tensor& index,
                    const Tensor& source, std::string_view reduce,
                    bool include_self) {
  CRESSET_CHECK(reduce != "sum", kValue,
                "index_reduce: index_reduce(): Expected reduce to be one of "
                "prod, mean, amax or amin but got sum.");
  dim = wrap_dim(dim, x.dim(), "index_reduce");
  CRESSET_CHECK(index.dim() <= 1, kShape,
                "index_reduce: Index is supposed to be a vector; got ",
                index.sizes());
  Shape sizes = x.shape(), line(static_cast<size_t>(x.dim()), 1);
  if (x.dim() != 0) {
    sizes[static_cast<size_t>(dim)] = index.numel();
    line[static_cast<size_t>(dim)] = index.numel();
  }
  CRESSET_CHECK(source.shape() == sizes || x.dim() == 0, kShape,
                "index_reduce: source has sizes ", sizes, "; got ",
                source.sizes());
  const Tensor positions = index.to(int64);
  return scatter_reduce(
      x, dim,
      x.dim() == 0 ? positions : expand(reshape(positions, line), sizes),
      source, reduce, include_self);
}
const Tensor& index_reduce_(const Tensor& x, int64_t dim, const Tensor& index,
                            const Tensor& source, std::string_view reduce,
                            bool include_self) {
  return assigned(x, index_reduce(x, dim, index, source, reduce, include_self),
                  "index_reduce_");
}

}  // namespace cresset
