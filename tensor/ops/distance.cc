#include "cresset/tensor/ops/distance.h"

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset {

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

}  // namespace cresset
