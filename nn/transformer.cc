#include "cresset/nn/transformer.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "cresset/nn/init.h"
#include "cresset/tensor/core/generator.h"
#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset::nn {
namespace {

MultiheadAttentionOptions attention_of(const TransformerLayerOptions& o) {
  CRESSET_CHECK(o.activation == "relu" || o.activation == "gelu", kValue,
                "activation should be relu/gelu, not ", o.activation);
  return {.dropout = o.dropout, .batch_first = o.batch_first};
}

LayerNorm norm_of(int64_t size, const TransformerLayerOptions& o) {
  return LayerNorm(size, {.eps = o.layer_norm_eps});
}

Tensor attend(MultiheadAttention& attention, const Tensor& x,
              const Tensor& memory, const Tensor& mask, const Tensor& padding) {
  return attention(x, memory, memory,
                   {.key_padding_mask = padding,
                    .attn_mask = mask,
                    .need_weights = false})
      .first;
}

// The two linear layers of either kind of layer.
template <class Layer>
Tensor feed_forward(Layer& layer, const Tensor& x) {
  const Tensor wide = layer.linear1(x);
  const bool is_relu = layer.options.activation == "relu";
  return layer.linear2(layer.dropout(is_relu ? relu(wide) : gelu(wide)));
}

// A layer of a stack, which a list of any modules holds.
template <class Layer>
Layer& layer_of(Module& module) {
  auto* const layer = module.as<Layer>();
  CRESSET_CHECK(layer != nullptr, kValue,
                "a transformer's stack holds layers of another class; got ",
                module.name());
  return *layer;
}

// x and f of it, normalised before or after.
template <class F>
Tensor with_shortcut(const Tensor& x, LayerNorm& norm, bool norm_first, F&& f) {
  return norm_first ? add(x, f(norm(x))) : norm(add(x, f(x)));
}

// `count` layers of type Layer with the values of the first; the numbers that
// the others would draw are not used up.
template <class Layer>
ModuleList equal_layers(int64_t d_model, int64_t nhead, int64_t count,
                        const TransformerLayerOptions& o) {
  CRESSET_CHECK(count >= 1, kValue, "a transformer needs a layer; got ", count);
  auto first = std::make_shared<Layer>(d_model, nhead, o);
  const std::vector<uint8_t> state = default_generator().get_state();
  ModuleList layers;
  layers.append(first);
  for (int64_t i = 1; i < count; ++i) {
    auto next = std::make_shared<Layer>(d_model, nhead, o);
    next->load_state_dict(first->state_dict());
    layers.append(next);
  }
  default_generator().set_state(state);
  return layers;
}

}  // namespace

TransformerEncoderLayer::TransformerEncoderLayer(
    int64_t d_model, int64_t nhead, const TransformerLayerOptions& o)
    : options(o),
      self_attn(module("self_attn",
                       MultiheadAttention(d_model, nhead, attention_of(o)))),
      linear1(module("linear1", Linear(d_model, o.dim_feedforward))),
      dropout(module("dropout", Dropout(o.dropout))),
      linear2(module("linear2", Linear(o.dim_feedforward, d_model))),
      norm1(module("norm1", norm_of(d_model, o))),
      norm2(module("norm2", norm_of(d_model, o))),
      dropout1(module("dropout1", Dropout(o.dropout))),
      dropout2(module("dropout2", Dropout(o.dropout))) {}

Tensor TransformerEncoderLayer::forward(const Tensor& src,
                                        const Tensor& src_mask,
                                        const Tensor& src_key_padding_mask) {
  const bool first = options.norm_first;
  const Tensor x = with_shortcut(src, norm1, first, [&](const Tensor& z) {
    return dropout1(attend(self_attn, z, z, src_mask, src_key_padding_mask));
  });
  return with_shortcut(x, norm2, first, [&](const Tensor& z) {
    return dropout2(feed_forward(*this, z));
  });
}

TransformerDecoderLayer::TransformerDecoderLayer(
    int64_t d_model, int64_t nhead, const TransformerLayerOptions& o)
    : options(o),
      self_attn(module("self_attn",
                       MultiheadAttention(d_model, nhead, attention_of(o)))),
      multihead_attn(
          module("multihead_attn",
                 MultiheadAttention(d_model, nhead, attention_of(o)))),
      linear1(module("linear1", Linear(d_model, o.dim_feedforward))),
      dropout(module("dropout", Dropout(o.dropout))),
      linear2(module("linear2", Linear(o.dim_feedforward, d_model))),
      norm1(module("norm1", norm_of(d_model, o))),
      norm2(module("norm2", norm_of(d_model, o))),
      norm3(module("norm3", norm_of(d_model, o))),
      dropout1(module("dropout1", Dropout(o.dropout))),
      dropout2(module("dropout2", Dropout(o.dropout))),
      dropout3(module("dropout3", Dropout(o.dropout))) {}

Tensor TransformerDecoderLayer::forward(const Tensor& tgt, const Tensor& memory,
                                        const DecoderMasks& masks) {
  const bool first = options.norm_first;
  Tensor x = with_shortcut(tgt, norm1, first, [&](const Tensor& z) {
    return dropout1(
        attend(self_attn, z, z, masks.tgt_mask, masks.tgt_key_padding_mask));
  });
  x = with_shortcut(x, norm2, first, [&](const Tensor& z) {
    return dropout2(attend(multihead_attn, z, memory, masks.memory_mask,
                           masks.memory_key_padding_mask));
  });
  return with_shortcut(x, norm3, first, [&](const Tensor& z) {
    return dropout3(feed_forward(*this, z));
  });
}

TransformerEncoder::TransformerEncoder(int64_t d_model, int64_t nhead,
                                       int64_t num_layers,
                                       const TransformerLayerOptions& o,
                                       std::optional<LayerNorm> last)
    : layers(module("layers", equal_layers<TransformerEncoderLayer>(
                                  d_model, nhead, num_layers, o))),
      norm(module("norm", std::move(last))) {}

Tensor TransformerEncoder::forward(const Tensor& src, const Tensor& mask,
                                   const Tensor& src_key_padding_mask) {
  Tensor x = src;
  for (Module& layer : layers) {
    x = layer_of<TransformerEncoderLayer>(layer).forward(x, mask,
                                                         src_key_padding_mask);
  }
  return norm ? (*norm)(x) : x;
}

TransformerDecoder::TransformerDecoder(int64_t d_model, int64_t nhead,
                                       int64_t num_layers,
                                       const TransformerLayerOptions& o,
                                       std::optional<LayerNorm> last)
    : layers(module("layers", equal_layers<TransformerDecoderLayer>(
                                  d_model, nhead, num_layers, o))),
      norm(module("norm", std::move(last))) {}

Tensor TransformerDecoder::forward(const Tensor& tgt, const Tensor& memory,
                                   const DecoderMasks& masks) {
  Tensor x = tgt;
  for (Module& layer : layers) {
    x = layer_of<TransformerDecoderLayer>(layer).forward(x, memory, masks);
  }
  return norm ? (*norm)(x) : x;
}

Transformer::Transformer(int64_t d_model, int64_t nhead,
                         const TransformerOptions& o)
    : encoder(module("encoder",
                     TransformerEncoder(d_model, nhead, o.num_encoder_layers,
                                        o.layer, norm_of(d_model, o.layer)))),
      decoder(module("decoder",
                     TransformerDecoder(d_model, nhead, o.num_decoder_layers,
                                        o.layer, norm_of(d_model, o.layer)))) {
  reset_parameters();
}

void Transformer::reset_parameters() {
  for (const Tensor& p : parameters()) {
    if (p.dim() > 1) init::xavier_uniform_(p);
  }
}

Tensor Transformer::forward(const Tensor& src, const Tensor& tgt,
                            const TransformerMasks& masks) {
  const Tensor memory =
      encoder.forward(src, masks.src_mask, masks.src_key_padding_mask);
  return decoder(tgt, memory, masks.decoder);
}

}  // namespace cresset::nn
