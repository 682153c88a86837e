// Attention.

#ifndef CRESSET_TENSOR_OPS_ATTENTION_H_
#define CRESSET_TENSOR_OPS_ATTENTION_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct AttentionOptions {
  Tensor attn_mask = {};   ///< bool: who takes part; floating: is added
  double dropout_p = 0;    ///< of the weights
  bool is_causal = false;  ///< query i sees keys 0 to i
};

/// What attention gives: the mix of values, and the weights it was mixed by.
struct Attention {
  Tensor output, weights;
};

/// softmax(q k^T / sqrt(E) + mask) v.
///
/// Shape:    query [..., L, E], key [..., S, E], value [..., S, V] ->
///           [..., L, V] and [..., L, S]; the mask broadcasts to the latter.
/// Dtype:    floating, all alike -> the same.
/// Gradient: that of the parts.
/// Errors:   kShape as matmul; kValue if a mask is given with is_causal; kDtype
///           for a mask of another dtype.
/// Torch:    torch.nn.functional.scaled_dot_product_attention(query, key,
///           value, attn_mask, dropout_p, is_causal), with the weights as in
///           PyTorch 1.13
Attention scaled_dot_product_attention_with_weights(
    const Tensor& query, const Tensor& key, const Tensor& value,
    const AttentionOptions& options = {});
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key,
                                    const Tensor& value,
                                    const AttentionOptions& options = {});

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_ATTENTION_H_
