// The layers of "Attention is all you need", alone and stacked.

#ifndef CRESSET_NN_TRANSFORMER_H_
#define CRESSET_NN_TRANSFORMER_H_

#include <optional>
#include <string>
#include <vector>

#include "cresset/nn/dropout.h"
#include "cresset/nn/linear.h"
#include "cresset/nn/module.h"
#include "cresset/nn/module_list.h"
#include "cresset/nn/multihead_attention.h"
#include "cresset/nn/normalization.h"

namespace cresset::nn {

struct TransformerLayerOptions {
  int64_t dim_feedforward = 2048;
  double dropout = 0.1;
  std::string activation = "relu";  ///< or "gelu"
  double layer_norm_eps = 1e-5;
  bool batch_first = false;
  bool norm_first = false;  ///< normalise before attention, not after
};

/// Self-attention and two linear layers, each with a shortcut.
///
/// Shape: [T, N, d_model], with batch_first [N, T, d_model], or [T, d_model];
///        the masks are those of MultiheadAttention.
/// Torch: torch.nn.TransformerEncoderLayer
class TransformerEncoderLayer : public Module {
 public:
  TransformerEncoderLayer(int64_t d_model, int64_t nhead,
                          const TransformerLayerOptions& o = {});
  Tensor forward(const Tensor& src) override { return forward(src, {}, {}); }
  Tensor forward(const Tensor& src, const Tensor& src_mask,
                 const Tensor& src_key_padding_mask);

  TransformerLayerOptions options;
  MultiheadAttention self_attn;
  Linear linear1;
  Dropout dropout;
  Linear linear2;
  LayerNorm norm1, norm2;
  Dropout dropout1, dropout2;
};

/// The masks of a decoder layer, by PyTorch's names.
struct DecoderMasks {
  Tensor tgt_mask = {};
  Tensor memory_mask = {};
  Tensor tgt_key_padding_mask = {};
  Tensor memory_key_padding_mask = {};
};

/// The same with attention to an encoder's output between the two.
/// Torch: torch.nn.TransformerDecoderLayer
class TransformerDecoderLayer
    : public ModuleOf<Tensor(const Tensor&, const Tensor&,
                             const DecoderMasks&)> {
 public:
  TransformerDecoderLayer(int64_t d_model, int64_t nhead,
                          const TransformerLayerOptions& o = {});
  using ModuleOf::forward;
  Tensor forward(const Tensor& tgt, const Tensor& memory,
                 const DecoderMasks& masks) override;

  TransformerLayerOptions options;
  MultiheadAttention self_attn, multihead_attn;
  Linear linear1;
  Dropout dropout;
  Linear linear2;
  LayerNorm norm1, norm2, norm3;
  Dropout dropout1, dropout2, dropout3;
};

/// Equal layers one after another, and a normalisation if there is one.
/// Torch: torch.nn.TransformerEncoder
class TransformerEncoder : public Module {
 public:
  /// The layers start with the same values.
  TransformerEncoder(int64_t d_model, int64_t nhead, int64_t num_layers,
                     const TransformerLayerOptions& o = {},
                     std::optional<LayerNorm> last = std::nullopt);
  Tensor forward(const Tensor& src) override { return forward(src, {}, {}); }
  Tensor forward(const Tensor& src, const Tensor& mask,
                 const Tensor& src_key_padding_mask);

  ModuleList layers;
  std::optional<LayerNorm> norm;
};

/// Torch: torch.nn.TransformerDecoder
class TransformerDecoder : public ModuleOf<Tensor(const Tensor&, const Tensor&,
                                                  const DecoderMasks&)> {
 public:
  TransformerDecoder(int64_t d_model, int64_t nhead, int64_t num_layers,
                     const TransformerLayerOptions& o = {},
                     std::optional<LayerNorm> last = std::nullopt);
  using ModuleOf::forward;
  Tensor forward(const Tensor& tgt, const Tensor& memory,
                 const DecoderMasks& masks) override;

  ModuleList layers;
  std::optional<LayerNorm> norm;
};

struct TransformerOptions {
  int64_t num_encoder_layers = 6;
  int64_t num_decoder_layers = 6;
  TransformerLayerOptions layer = {};
};

/// The masks of a whole transformer, by PyTorch's names.
struct TransformerMasks {
  Tensor src_mask = {};
  Tensor src_key_padding_mask = {};
  DecoderMasks decoder = {};
};

/// An encoder whose output a decoder attends to.
///
/// Shape:  src [S, N, d_model], tgt [T, N, d_model] -> as tgt.
/// Errors: kShape if src and tgt do not fit.
/// Torch:  torch.nn.Transformer
class Transformer : public ModuleOf<Tensor(const Tensor&, const Tensor&,
                                           const TransformerMasks&)> {
 public:
  explicit Transformer(int64_t d_model = 512, int64_t nhead = 8,
                       const TransformerOptions& o = {});
  using ModuleOf::forward;
  Tensor forward(const Tensor& src, const Tensor& tgt,
                 const TransformerMasks& masks) override;
  void reset_parameters();

  TransformerEncoder encoder;
  TransformerDecoder decoder;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_TRANSFORMER_H_
