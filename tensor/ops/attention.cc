#include "cresset/tensor/ops/attention.h"

#include <cmath>
#include <limits>

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/dropout.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/softmax.h"
#include "cresset/tensor/ops/triangle.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace {

Tensor masked(const Tensor& scores, const Tensor& query,
              const AttentionOptions& options) {
  Tensor mask = options.attn_mask;
  if (options.is_causal) {
    CRESSET_CHECK(!mask.defined(), kValue,
                  "scaled_dot_product_attention: attn_mask should not be set "
                  "when is_causal is; got a mask of shape ",
                  mask.sizes());
    mask = tril(ones({scores.size(-2), scores.size(-1)},
                     {.dtype = bool_, .device = scores.device()}));
  }
  if (!mask.defined()) return scores;
  CRESSET_CHECK(mask.dtype() == bool_ || mask.dtype() == query.dtype(), kDtype,
                "scaled_dot_product_attention: attn_mask must be bool or of "
                "the query's dtype ",
                query.dtype(), "; got ", mask.dtype());
  if (mask.dtype() != bool_) return add(scores, mask);
  return masked_fill(scores, logical_not(mask),
                     -std::numeric_limits<double>::infinity());
}

}  // namespace

Attention scaled_dot_product_attention_with_weights(
    const Tensor& query, const Tensor& key, const Tensor& value,
    const AttentionOptions& options) {
  CRESSET_CHECK(query.dim() >= 2 && key.dim() >= 2 && value.dim() >= 2, kShape,
                "scaled_dot_product_attention: query, key and value need at "
                "least 2 dimensions; got ",
                query.sizes(), ", ", key.sizes(), " and ", value.sizes());
  const double scale = std::sqrt(static_cast<double>(query.size(-1)));
  const Tensor scores = matmul(div(query, scale), mT(key));
  Tensor weights = softmax(masked(scores, query, options), -1);
  if (options.dropout_p > 0) {
    weights = dropout(weights, options.dropout_p, /*training=*/true);
  }
  return {matmul(weights, value), weights};
}

Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key,
                                    const Tensor& value,
                                    const AttentionOptions& options) {
  const Tensor y = internal::attention_by_kernel(query, key, value, options);
  if (y.defined()) return y;
  return scaled_dot_product_attention_with_weights(query, key, value, options)
      .output;
}

}  // namespace cresset
