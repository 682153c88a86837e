#include "cresset/nn/multihead_attention.h"

#include <cmath>
#include <limits>

#include "cresset/nn/init.h"
#include "cresset/tensor/ops/attention.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/dropout.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/pad.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/softmax.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset::nn {
namespace {

// A mask as numbers to add to the scores.
Tensor added(const Tensor& mask, Dtype dtype) {
  if (mask.dtype() != bool_ && mask.dtype() != uint8) return mask;
  return masked_fill(
      zeros(mask.sizes(), {.dtype = dtype, .device = mask.device()}),
      mask.to(bool_), -std::numeric_limits<double>::infinity());
}

// `mask` with a further key that everybody sees.
Tensor with_key(const Tensor& mask) {
  return mask.defined() ? pad(mask, {0, 1}) : mask;
}

// [T, N, E] as [N * heads, T, E / heads].
Tensor by_head(const Tensor& x, int64_t heads) {
  const int64_t size = x.size(2) / heads;
  return transpose(
      reshape(x.contiguous(), {x.size(0), x.size(1) * heads, size}), 0, 1);
}

// Everything that is added to the scores [N * heads, L, S]; may be undefined.
Tensor combined(const Tensor& padding, const Tensor& attention, int64_t heads,
                Dtype dtype) {
  Tensor mask;
  if (attention.defined()) {
    const Tensor numbers = added(attention, dtype);
    mask = numbers.dim() == 2 ? unsqueeze(numbers, 0) : numbers;
  }
  if (!padding.defined()) return mask;
  const int64_t n = padding.size(0), keys = padding.size(1);
  const Tensor wide =
      reshape(expand(reshape(added(padding, dtype), {n, 1, 1, keys}),
                     {n, heads, 1, keys}),
              {n * heads, 1, keys});
  return mask.defined() ? add(mask, wide) : wide;
}

}  // namespace

MultiheadAttention::MultiheadAttention(int64_t embedding, int64_t heads,
                                       const MultiheadAttentionOptions& o)
    : embed_dim(embedding),
      num_heads(heads),
      options(o),
      q_proj_weight(parameter("q_proj_weight", Tensor())),
      k_proj_weight(parameter("k_proj_weight", Tensor())),
      v_proj_weight(parameter("v_proj_weight", Tensor())),
      in_proj_weight(parameter("in_proj_weight", Tensor())),
      in_proj_bias(parameter("in_proj_bias",
                             o.bias ? empty({3 * embedding}) : Tensor())),
      out_proj(module("out_proj", NonDynamicallyQuantizableLinear(
                                      embedding, embedding, o.bias))),
      bias_k(parameter("bias_k",
                       o.add_bias_kv ? empty({1, 1, embedding}) : Tensor())),
      bias_v(parameter("bias_v",
                       o.add_bias_kv ? empty({1, 1, embedding}) : Tensor())) {
  CRESSET_CHECK(heads > 0 && embedding % heads == 0, kValue,
                "embed_dim must be divisible by num_heads; got ", embedding,
                " and ", heads);
  const int64_t k = o.kdim.value_or(embedding), v = o.vdim.value_or(embedding);
  if (k == embedding && v == embedding) {
    in_proj_weight = Parameter(empty({3 * embedding, embedding}));
  } else {
    q_proj_weight = Parameter(empty({embedding, embedding}));
    k_proj_weight = Parameter(empty({embedding, k}));
    v_proj_weight = Parameter(empty({embedding, v}));
  }
  reset_parameters();
}

void MultiheadAttention::reset_parameters() {
  for (const Parameter* p :
       {&in_proj_weight, &q_proj_weight, &k_proj_weight, &v_proj_weight}) {
    if (p->defined()) init::xavier_uniform_(*p);
  }
  if (in_proj_bias.defined()) {
    init::zeros_(in_proj_bias);
    init::zeros_(out_proj.bias);
  }
  if (bias_k.defined()) {
    init::xavier_normal_(bias_k);
    init::xavier_normal_(bias_v);
  }
}

// x through part 0, 1 or 2 of the input projection: query, key, value.
Tensor MultiheadAttention::projected(const Tensor& x, const Parameter& own,
                                     int64_t part) const {
  const auto of = [&](const Tensor& all) {
    return all.defined() ? narrow(all, 0, part * embed_dim, embed_dim) : all;
  };
  return linear(x, own.defined() ? Tensor(own) : of(in_proj_weight),
                of(in_proj_bias));
}

std::pair<Tensor, Tensor> MultiheadAttention::forward(
    const Tensor& query, const Tensor& key, const Tensor& value,
    const AttentionMasks& masks) {
  CRESSET_CHECK((query.dim() == 2 || query.dim() == 3) &&
                    key.dim() == query.dim() && value.dim() == query.dim(),
                kShape,
                "MultiheadAttention: query should be unbatched 2D or batched "
                "3D, key and value alike; got ",
                query.sizes(), ", ", key.sizes(), " and ", value.sizes());
  const bool batched = query.dim() == 3;
  const auto steps_first = [&](const Tensor& x) {
    if (!batched) return unsqueeze(x, 1);
    return options.batch_first ? transpose(x, 0, 1) : x;
  };
  const Tensor q = steps_first(query);
  Tensor k = projected(steps_first(key), k_proj_weight, 1);
  Tensor v = projected(steps_first(value), v_proj_weight, 2);
  const int64_t steps = q.size(0), n = q.size(1), size = embed_dim / num_heads;
  Tensor padding = masks.key_padding_mask, attention = masks.attn_mask;
  if (padding.defined() && !batched) padding = unsqueeze(padding, 0);
  if (bias_k.defined()) {
    k = cat({k, expand(bias_k, {1, n, embed_dim})}, 0);
    v = cat({v, expand(bias_v, {1, n, embed_dim})}, 0);
    padding = with_key(padding);
    attention = with_key(attention);
  }
  const Tensor queries = by_head(projected(q, q_proj_weight, 0), num_heads);
  Tensor keys = by_head(k, num_heads), values = by_head(v, num_heads);
  if (options.add_zero_attn) {
    const Tensor zero = new_zeros(keys, {n * num_heads, 1, size});
    keys = cat({keys, zero}, 1);
    values = cat({values, zero}, 1);
    padding = with_key(padding);
    attention = with_key(attention);
  }
  Tensor mask = combined(padding, attention, num_heads, queries.dtype());
  if (mask.defined()) mask = mask.to(queries.dtype());
  const AttentionOptions how = {
      .attn_mask = mask, .dropout_p = is_training() ? options.dropout : 0};
  Tensor by_heads, weights;
  if (masks.need_weights) {
    const Attention both =
        scaled_dot_product_attention_with_weights(queries, keys, values, how);
    by_heads = both.output;
    weights = both.weights;
  } else {
    by_heads = scaled_dot_product_attention(queries, keys, values, how);
  }
  const Tensor mixed =
      reshape(transpose(by_heads, 0, 1), {steps, n, embed_dim});
  Tensor y = out_proj(mixed);
  if (!batched) {
    y = squeeze(y, 1);
  } else if (options.batch_first) {
    y = transpose(y, 0, 1);
  }
  if (!masks.need_weights) return {y, Tensor()};
  Tensor shown = reshape(weights, {n, num_heads, steps, keys.size(1)});
  if (masks.average_attn_weights) {
    shown = div(sum(shown, 1), static_cast<double>(num_heads));
  }
  return {y, batched ? shown : squeeze(shown, 0)};
}

}  // namespace cresset::nn
