// Attention.

#ifndef CRESSET_TENSOR_OPS_ATTENTION_H_
#define CRESSET_TENSOR_OPS_ATTENTION_H_

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/dropout.h"

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
///           for a mask of another dtype; kUnsupported for second derivatives
///           of attention with dropout on a GPU.
///
/// Without the weights a GPU needs memory for L rows, not for L x S weights, if
/// E and V are at most 128, all leading dimensions are alike, the dtype is not
/// float64 and the mask needs no gradient; autocast then lowers q, k and v.
///
/// Torch:    torch.nn.functional.scaled_dot_product_attention(query, key,
///           value, attn_mask, dropout_p, is_causal), with the weights as in
///           PyTorch 1.13
Attention scaled_dot_product_attention_with_weights(
    const Tensor& query, const Tensor& key, const Tensor& value,
    const AttentionOptions& options = {});
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key,
                                    const Tensor& value,
                                    const AttentionOptions& options = {});

namespace internal {

// Attention of [batch, heads, rows, elements] with any strides but 1 along
// elements, of which there are at most 128; float32, float16 or bfloat16.
struct AttentionCall {
  Tensor q, k, v;
  Tensor mask;  // undefined, or as of AttentionOptions and of full size
  bool is_causal = false;
  double scale = 1;  // of the products
  double keep = 1;   // how likely a weight is kept
};

struct AttentionGrads {
  Tensor q, k, v;
};

// What a device provides that has attention without a matrix of weights; the
// CPU does not. log_sums [batch, heads, L], float32, are the logarithms of the
// sums of exp(score). Dropout draws new numbers if `draws`, else those that
// `numbers` names (dropout_kernel).
using AttentionKernel =
    Kernel<void(const AttentionCall& call, bool draws, DrawnNumbers& numbers,
                const Tensor& y, const Tensor& log_sums)>;
extern AttentionKernel attention_kernel;

using AttentionGradKernel = Kernel<void(
    const AttentionCall& call, const DrawnNumbers& numbers, const Tensor& y,
    const Tensor& log_sums, const Tensor& g, const AttentionGrads& grads)>;
extern AttentionGradKernel attention_grad_kernel;

// The same as far as a device has it; undefined for what it does not take.
Tensor attention_by_kernel(const Tensor& query, const Tensor& key,
                           const Tensor& value,
                           const AttentionOptions& options);

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_ATTENTION_H_
