// Attention with several heads.

#ifndef CRESSET_NN_MULTIHEAD_ATTENTION_H_
#define CRESSET_NN_MULTIHEAD_ATTENTION_H_

#include <optional>
#include <string>
#include <utility>

#include "cresset/nn/linear.h"
#include "cresset/nn/module.h"

namespace cresset::nn {

/// The last projection of MultiheadAttention, under the name it has in PyTorch.
class NonDynamicallyQuantizableLinear : public Linear {
 public:
  using Linear::Linear;
};

struct MultiheadAttentionOptions {
  double dropout = 0;  ///< of the weights, in training
  bool bias = true;
  bool add_bias_kv = false;    ///< one more key and value, learned
  bool add_zero_attn = false;  ///< one more key and value, zeros
  std::optional<int64_t> kdim = std::nullopt;  ///< of keys; default embed_dim
  std::optional<int64_t> vdim = std::nullopt;
  bool batch_first = false;
};

/// How one call attends. Masks are bool, true where a key is left out, or
/// floating and added.
struct AttentionMasks {
  Tensor key_padding_mask = {};  ///< [N, S] or [S]
  Tensor attn_mask = {};         ///< [L, S] or [N * heads, L, S]
  bool need_weights = true;
  bool average_attn_weights = true;
};

/// Projects query, key and value for each head, attends, and projects back.
///
/// Shape:  query [L, N, E], key [S, N, kdim], value [S, N, vdim]; N first with
///         batch_first, or without N -> as query, and weights [N, L, S], or
///         [N, heads, L, S] unless averaged.
/// Errors: kValue if embed_dim is not divisible by num_heads; kShape if the
///         inputs do not fit.
/// Torch:  torch.nn.MultiheadAttention
class MultiheadAttention
    : public ModuleOf<std::pair<Tensor, Tensor>(
          const Tensor&, const Tensor&, const Tensor&, const AttentionMasks&)> {
 public:
  MultiheadAttention(int64_t embedding, int64_t heads,
                     const MultiheadAttentionOptions& o = {});

  using ModuleOf::forward;
  /// The result and the weights, undefined unless asked for.
  std::pair<Tensor, Tensor> forward(const Tensor& query, const Tensor& key,
                                    const Tensor& value,
                                    const AttentionMasks& masks) override;
  void reset_parameters();

  int64_t embed_dim;
  int64_t num_heads;
  MultiheadAttentionOptions options;

  Parameter q_proj_weight;   ///< [E, E] if kdim or vdim is not E
  Parameter k_proj_weight;   ///< [E, kdim]
  Parameter v_proj_weight;   ///< [E, vdim]
  Parameter in_proj_weight;  ///< [3 E, E] otherwise
  Parameter in_proj_bias;    ///< [3 E], undefined without bias
  NonDynamicallyQuantizableLinear out_proj;
  Parameter bias_k;  ///< [1, 1, E], undefined without add_bias_kv
  Parameter bias_v;

 private:
  Tensor projected(const Tensor& x, const Parameter& own, int64_t part) const;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_MULTIHEAD_ATTENTION_H_
