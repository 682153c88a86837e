// Rows of recurrent layers and attention.

#include "cresset/nn/nn.h"
#include "cresset/tests/parity/module_table.h"

namespace cresset::parity {
namespace {

using OptInt = std::optional<int64_t>;
using OptTensor = std::optional<Tensor>;

Tensor or_none(const OptTensor& x) { return x.value_or(Tensor()); }

Value or_none(const Tensor& x) { return x.defined() ? Value(x) : Value(); }

// A state is None, a tensor, or the tuple (h, c).
template <class M>
auto call_of(std::shared_ptr<M> m) {
  return [m](const Tensor& x, const Value& state) {
    Tensor h, c;
    if (state.is_tensor()) h = state.as_tensor();
    if (is_sequence(state)) {
      h = state.at(0).as_tensor();
      c = state.at(1).as_tensor();
    }
    const nn::RNNOutput y = (*m)(x, h, c);
    return y.c.defined() ? Tensors{y.output, y.h, y.c} : Tensors{y.output, y.h};
  };
}

template <class M>
void add_rnn(ModuleTable& t, const char* name) {
  t.add(name,
        "input_size, hidden_size, num_layers=1, bias=True, batch_first=False, "
        "dropout=0.0, bidirectional=False, proj_size=0, nonlinearity='tanh'",
        [](int64_t input, int64_t hidden, int64_t layers, bool bias,
           bool batch_first, double dropout, bool bidirectional,
           int64_t proj_size, const std::string& nonlinearity) {
          return built(M(input, hidden,
                         {.num_layers = layers,
                          .bias = bias,
                          .batch_first = batch_first,
                          .dropout = dropout,
                          .bidirectional = bidirectional,
                          .proj_size = proj_size,
                          .nonlinearity = nonlinearity}),
                       "input, hx=None", call_of<M>);
        });
}

template <class M>
BuiltModule built_cell(M cell) {
  return built(std::move(cell), "input, hx=None", [](std::shared_ptr<M> m) {
    return [m](const Tensor& x, const OptTensor& h) {
      return m->forward(x, or_none(h));
    };
  });
}

void add_cells(ModuleTable& t) {
  t.add("RNNCell", "input_size, hidden_size, bias=True, nonlinearity='tanh'",
        [](int64_t input, int64_t hidden, bool bias,
           const std::string& nonlinearity) {
          return built_cell(nn::RNNCell(input, hidden, bias, nonlinearity));
        });
  t.add("GRUCell", "input_size, hidden_size, bias=True",
        [](int64_t input, int64_t hidden, bool bias) {
          return built_cell(nn::GRUCell(input, hidden, bias));
        });
  t.add("LSTMCell", "input_size, hidden_size, bias=True",
        [](int64_t input, int64_t hidden, bool bias) {
          return built(nn::LSTMCell(input, hidden, bias), "input, hx=None",
                       [](std::shared_ptr<nn::LSTMCell> m) {
                         return [m](const Tensor& x,
                                    const std::optional<Tensors>& state) {
                           return m->forward(x, state ? state->at(0) : Tensor(),
                                             state ? state->at(1) : Tensor());
                         };
                       });
        });
}

template <class Layer, class F>
void add_transformer_layer(ModuleTable& t, const char* name,
                           const std::string& signature, F call) {
  t.add(name,
        "d_model, nhead, dim_feedforward=2048, dropout=0.1, "
        "activation='relu', layer_norm_eps=1e-05, batch_first=False, "
        "norm_first=False",
        [signature, call](int64_t d_model, int64_t nhead, int64_t width,
                          double dropout, const std::string& activation,
                          double eps, bool batch_first, bool norm_first) {
          return built(Layer(d_model, nhead,
                             {.dim_feedforward = width,
                              .dropout = dropout,
                              .activation = activation,
                              .layer_norm_eps = eps,
                              .batch_first = batch_first,
                              .norm_first = norm_first}),
                       signature, call);
        });
}

}  // namespace

void add_sequence_modules(ModuleTable& t) {
  add_rnn<nn::RNN>(t, "RNN");
  add_rnn<nn::LSTM>(t, "LSTM");
  add_rnn<nn::GRU>(t, "GRU");
  add_cells(t);
  t.add("MultiheadAttention",
        "embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, "
        "add_zero_attn=False, kdim=None, vdim=None, batch_first=False",
        [](int64_t embedding, int64_t heads, double dropout, bool bias,
           bool bias_kv, bool zero_attn, OptInt kdim, OptInt vdim,
           bool batch_first) {
          using M = nn::MultiheadAttention;
          return built(
              M(embedding, heads,
                {.dropout = dropout,
                 .bias = bias,
                 .add_bias_kv = bias_kv,
                 .add_zero_attn = zero_attn,
                 .kdim = kdim,
                 .vdim = vdim,
                 .batch_first = batch_first}),
              "query, key, value, key_padding_mask=None, need_weights=True, "
              "attn_mask=None, average_attn_weights=True",
              [](std::shared_ptr<M> m) {
                return [m](const Tensor& q, const Tensor& k, const Tensor& v,
                           const OptTensor& padding, bool need_weights,
                           const OptTensor& mask, bool average) {
                  const auto [y, weights] =
                      (*m)(q, k, v,
                           {.key_padding_mask = or_none(padding),
                            .attn_mask = or_none(mask),
                            .need_weights = need_weights,
                            .average_attn_weights = average});
                  return Outputs{Value(y), or_none(weights)};
                };
              });
        });
  using Encoder = nn::TransformerEncoderLayer;
  add_transformer_layer<Encoder>(
      t, "TransformerEncoderLayer",
      "src, src_mask=None, src_key_padding_mask=None",
      [](std::shared_ptr<Encoder> m) {
        return [m](const Tensor& x, const OptTensor& mask,
                   const OptTensor& padding) {
          return m->forward(x, or_none(mask), or_none(padding));
        };
      });
  using Decoder = nn::TransformerDecoderLayer;
  add_transformer_layer<Decoder>(
      t, "TransformerDecoderLayer",
      "tgt, memory, tgt_mask=None, memory_mask=None, "
      "tgt_key_padding_mask=None, memory_key_padding_mask=None",
      [](std::shared_ptr<Decoder> m) {
        return [m](const Tensor& x, const Tensor& memory, const OptTensor& a,
                   const OptTensor& b, const OptTensor& c, const OptTensor& d) {
          return (*m)(x, memory,
                      {.tgt_mask = or_none(a),
                       .memory_mask = or_none(b),
                       .tgt_key_padding_mask = or_none(c),
                       .memory_key_padding_mask = or_none(d)});
        };
      });
  t.add("Transformer",
        "d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, "
        "dim_feedforward=2048, dropout=0.1, activation='relu', "
        "custom_encoder=None, custom_decoder=None, layer_norm_eps=1e-05, "
        "batch_first=False, norm_first=False",
        [](int64_t d_model, int64_t nhead, int64_t encoders, int64_t decoders,
           int64_t width, double dropout, const std::string& activation, Absent,
           Absent, double eps, bool batch_first, bool norm_first) {
          using M = nn::Transformer;
          return built(
              M(d_model, nhead,
                {.num_encoder_layers = encoders,
                 .num_decoder_layers = decoders,
                 .layer = {.dim_feedforward = width,
                           .dropout = dropout,
                           .activation = activation,
                           .layer_norm_eps = eps,
                           .batch_first = batch_first,
                           .norm_first = norm_first}}),
              "src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, "
              "src_key_padding_mask=None, tgt_key_padding_mask=None, "
              "memory_key_padding_mask=None",
              [](std::shared_ptr<M> m) {
                return [m](const Tensor& src, const Tensor& tgt,
                           const OptTensor& a, const OptTensor& b,
                           const OptTensor& c, const OptTensor& d,
                           const OptTensor& e, const OptTensor& f) {
                  return (*m)(
                      src, tgt,
                      {.src_mask = or_none(a),
                       .src_key_padding_mask = or_none(d),
                       .decoder = {.tgt_mask = or_none(b),
                                   .memory_mask = or_none(c),
                                   .tgt_key_padding_mask = or_none(e),
                                   .memory_key_padding_mask = or_none(f)}});
                };
              });
        });
}

}  // namespace cresset::parity
