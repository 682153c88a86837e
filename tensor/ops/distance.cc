#include "cresset/tensor/ops/distance.h"

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace {

// The p-norms of rows, with a gradient of zeros for p = 0.
Tensor row_norms(const Tensor& rows, double p) {
  if (rows.size(-1) == 0) return sum(rows, -1);
  if (p == 0) return sum(add(ne(rows, 0).to(rows.dtype()), mul(rows, 0)), -1);
  return vector_norm(rows, p, -1);
}

}  // namespace

Tensor cosine_similarity(const Tensor& a, const Tensor& b, int64_t dim,
                         double eps) {
  const Shape sizes = broadcast_shapes(a.sizes(), b.sizes());
  dim = wrap_dim(dim, static_cast<int64_t>(sizes.size()), "cosine_similarity");
  const Tensor x = internal::expand_to(a, sizes);
  const Tensor y = internal::expand_to(b, sizes);
  const Tensor squares = mul(sum(mul(x, x), dim), sum(mul(y, y), dim));
  return div(sum(mul(x, y), dim), sqrt(clamp_min(squares, eps * eps)));
}

Tensor pairwise_distance(const Tensor& a, const Tensor& b, double p, double eps,
                         bool keepdim) {
  return vector_norm(add(sub(a, b), eps), p, -1, keepdim);
}

Tensor normalize(const Tensor& x, double p, int64_t dim, double eps) {
  return div(x, clamp_min(vector_norm(x, p, dim, true), eps));
}

Tensor cdist(const Tensor& a, const Tensor& b, double p) {
  CRESSET_CHECK(a.dim() >= 2 && b.dim() >= 2 && a.size(-1) == b.size(-1),
                kShape,
                "cdist: X1 and X2 must have the same number of columns;"
                " got ",
                a.sizes(), " and ", b.sizes());
  CRESSET_CHECK(p >= 0, kValue, "cdist: only supports non-negative p; got ", p);
  return row_norms(sub(unsqueeze(a, -2), unsqueeze(b, -3)), p);
}

Tensor pdist(const Tensor& x, double p) {
  CRESSET_CHECK(x.dim() == 2, kShape, "pdist: only supports 2D tensors; got ",
                x.sizes());
  CRESSET_CHECK(p >= 0, kValue, "pdist: only supports non-negative p; got ", p);
  const Tensor pairs =
      triu_indices(x.size(0), x.size(0), 1, {.device = x.device()});
  return row_norms(sub(index_select(x, 0, select(pairs, 0, 0)),
                       index_select(x, 0, select(pairs, 0, 1))),
                   p);
}

Tensor renorm(const Tensor& x, double p, int64_t dim, double maxnorm) {
  CRESSET_CHECK(x.dim() > 1, kShape,
                "renorm: input needs at least 2 dimensions; got ", x.sizes());
  CRESSET_CHECK(p > 0 && maxnorm >= 0, kValue,
                "renorm: non-positive-norm not supported and maxnorm must not "
                "be negative; got p ",
                p, ", maxnorm ", maxnorm);
  dim = wrap_dim(dim, x.dim(), "renorm");
  Shape others;
  for (int64_t d = 0; d < x.dim(); ++d) {
    if (d != dim) others.push_back(d);
  }
  const Dtype dtype = x.dtype() == float64 ? float64 : float32;
  const Tensor norms = vector_norm(x, p, others, true, dtype);
  const Tensor factor =
      where(gt(norms, maxnorm), div(maxnorm, add(norms, 1e-7)), 1.0);
  return mul(x, factor.to(x.dtype()));
}

}  // namespace cresset
