// Attention by a device's kernel, without a matrix of weights.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/attention.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::internal {
namespace {

constexpr int64_t kMostElements = 128;

// x [..., rows, elements] outside the graph as [batch, heads, rows, elements].
Tensor by_heads(const Tensor& x) {
  Tensor y = x.detach();
  while (y.dim() < 4) y = unsqueeze(y, 0);
  if (y.dim() > 4) y = reshape(y, {-1, 1, y.size(-2), y.size(-1)});
  return y;
}

// The same with elements side by side.
Tensor dense_by_heads(const Tensor& x) {
  const Tensor y = by_heads(x);
  return y.stride(3) == 1 ? y : dense_copy(y);
}

// An empty tensor of x's sizes but for the last one, with the rows in the order
// that they have in x: heads that are parts of longer rows become that again.
Tensor empty_by_heads(const Tensor& x, int64_t elements) {
  Shape sizes = x.shape(), order = {0, 1, 2}, strides = {0, 0, 0, 1};
  sizes[3] = elements;
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return x.stride(a) > x.stride(b);
  });
  int64_t step = elements;
  for (int i = 2; i >= 0; --i) {
    const auto d = static_cast<size_t>(order[static_cast<size_t>(i)]);
    strides[d] = step;
    step *= sizes[d];
  }
  return alias(make_empty(sizes, x.dtype(), x.device()), sizes, strides, 0);
}

// A result in the sizes that the caller knows.
Tensor in_sizes_of(const Tensor& y, const Tensor& like) {
  Shape sizes = like.shape();
  sizes.back() = y.size(3);
  return reshape(y, sizes);
}

AttentionCall make_call(const Tensor& q, const Tensor& k, const Tensor& v,
                        const AttentionOptions& options) {
  AttentionCall call;
  call.q = dense_by_heads(q);
  call.k = dense_by_heads(k);
  call.v = dense_by_heads(v);
  call.is_causal = options.is_causal;
  call.scale = 1 / std::sqrt(static_cast<double>(q.size(-1)));
  call.keep = 1 - options.dropout_p;
  if (options.attn_mask.defined()) {
    Shape sizes = q.shape();
    sizes.back() = k.size(-2);
    call.mask = by_heads(expand(options.attn_mask.detach(), sizes));
  }
  return call;
}

bool has_leading(const Tensor& x, const Tensor& q) {
  return x.dim() == q.dim() && x.dtype() == q.dtype() &&
         x.device() == q.device() && x.numel() != 0 &&
         x.size(-1) <= kMostElements &&
         std::equal(q.sizes().begin(), q.sizes().end() - 2, x.sizes().begin());
}

// A mask that the kernel reads, if there is one.
bool takes_mask(const Tensor& mask, const Tensor& q, const Tensor& k) {
  if (!mask.defined()) return true;
  if ((mask.dtype() != bool_ && mask.dtype() != q.dtype()) ||
      mask.device() != q.device() || wants_grad(mask) || mask.dim() > q.dim()) {
    return false;
  }
  for (int64_t d = 1; d <= mask.dim(); ++d) {
    const int64_t full = d == 1 ? k.size(-2) : q.size(-d);
    if (mask.size(-d) != full && mask.size(-d) != 1) return false;
  }
  return true;
}

// What the op checks is left to the ops that it is made of otherwise.
bool takes(const Tensor& q, const Tensor& k, const Tensor& v,
           const AttentionOptions& options) {
  const Tensor& mask = options.attn_mask;
  return q.dim() >= 2 &&
         (q.dtype() == float32 || q.dtype() == float16 ||
          q.dtype() == bfloat16) &&
         has_leading(q, q) && has_leading(k, q) && has_leading(v, q) &&
         k.size(-1) == q.size(-1) && v.size(-2) == k.size(-2) &&
         options.dropout_p >= 0 && options.dropout_p < 1 &&
         !(mask.defined() && options.is_causal) && takes_mask(mask, q, k);
}

// The gradients by ops, which have gradients themselves.
void differentiable_grads(const Tensor& q, const Tensor& k, const Tensor& v,
                          const AttentionOptions& options, const Tensor& g,
                          Grads& grads) {
  CRESSET_CHECK(options.dropout_p == 0, kUnsupported,
                "scaled_dot_product_attention: second derivatives with dropout "
                "are not implemented on ",
                q.device());
  const Tensor weights =
      scaled_dot_product_attention_with_weights(q, k, v, options).weights;
  const Tensor from_values = mul(weights, matmul(g, mT(v)));
  const Tensor scores =
      div(sub(from_values, mul(weights, sum(from_values, {-1}, true))),
          std::sqrt(static_cast<double>(q.size(-1))));
  if (grads.needs(0)) grads[0] = matmul(scores, k);
  if (grads.needs(1)) grads[1] = matmul(mT(scores), q);
  if (grads.needs(2)) grads[2] = matmul(mT(weights), g);
}

}  // namespace

constinit AttentionKernel attention_kernel{"scaled_dot_product_attention",
                                           nullptr};
constinit AttentionGradKernel attention_grad_kernel{
    "scaled_dot_product_attention", nullptr};

Tensor attention_by_kernel(const Tensor& query, const Tensor& key,
                           const Tensor& value,
                           const AttentionOptions& options) {
  const Device device = query.device();
  if (!attention_kernel.has(device.type)) return Tensor();
  if (autocast_lowers(query, key, value)) {
    AttentionOptions lower = options;
    Tensor& mask = lower.attn_mask;
    if (mask.defined() && mask.dtype() != bool_) mask = lowered(mask);
    return attention_by_kernel(lowered(query), lowered(key), lowered(value),
                               lower);
  }
  if (!takes(query, key, value, options)) return Tensor();
  const AttentionCall call = make_call(query, key, value, options);
  const Tensor mixed = empty_by_heads(call.q, value.size(-1));
  const Tensor log_sums = make_empty(
      {call.q.size(0), call.q.size(1), call.q.size(2)}, float32, device);
  DrawnNumbers numbers;
  attention_kernel(device, call, true, numbers, mixed, log_sums);
  Tensor y = in_sizes_of(mixed, query);
  if (!any_wants_grad(TensorRefs{query, key, value})) return y;
  return with_grad(
      "ScaledDotProductFlashAttentionBackward", y, {query, key, value},
      [q = keep(query), k = keep(key), v = keep(value), y = keep_output(y),
       options, numbers, log_sums](const Tensor& g, Grads& grads) {
        if (recording()) {
          return differentiable_grads(q(), k(), v(), options, g, grads);
        }
        const AttentionCall again = make_call(q(), k(), v(), options);
        const AttentionGrads out = {empty_by_heads(again.q, again.q.size(3)),
                                    empty_by_heads(again.k, again.k.size(3)),
                                    empty_by_heads(again.v, again.v.size(3))};
        attention_grad_kernel(g.device(), again, numbers, dense_by_heads(y()),
                              log_sums, dense_by_heads(g), out);
        grads[0] = in_sizes_of(out.q, q());
        grads[1] = in_sizes_of(out.k, k());
        grads[2] = in_sizes_of(out.v, v());
      });
}

}  // namespace cresset::internal
