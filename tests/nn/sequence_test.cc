// Recurrent layers and attention against numbers of PyTorch 1.13.

#include "cresset/nn/nn.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"
#include "cresset/tests/nn/golden.h"

using namespace cresset;
using namespace cresset::testing;

namespace {

// Parameter number i holds (0.1 i k) mod 0.7 - 0.3 at element k.
template <class M>
M& filled(M& m) {
  const NoGradGuard guard;
  int number = 1;
  for (const Tensor& p : m.parameters()) {
    generate<float>(p, [&](int64_t k) {
      const float step = static_cast<float>(k) * 0.1f;
      return std::fmod(step * static_cast<float>(number), 0.7f) - 0.3f;
    });
    ++number;
  }
  return m;
}

Tensor tenths(IntSpan shape) {
  return generated<float>(shape,
                          [](int64_t i) { return static_cast<float>(i) / 10; });
}

}  // namespace

TEST_CASE("RNN, LSTM, GRU: outputs and last states", "[nn]") {
  const Tensor x = tenths({3, 2, 2});
  nn::RNN rnn(2, 3, {.num_layers = 2, .bidirectional = true});
  const nn::RNNOutput a = filled(rnn)(x);
  CHECK(begins(a.output, {-0.467001, 0.1208435, -0.2803698, -0.2800571}));
  CHECK(begins(a.h, {-0.6787135, -0.1264381, 0.2672692, -0.7185357}));
  CHECK(to_string(rnn) == "RNN(2, 3, num_layers=2, bidirectional=True)");
  nn::LSTM lstm(2, 3, {.proj_size = 2});
  const nn::RNNOutput b = filled(lstm)(x);
  CHECK(begins(b.output, {-0.0028492, 0.0044703, -0.0131505, -0.0074577}));
  CHECK(begins(b.c, {0.1914523, -0.1704427, 0.0415524, 0.2173687}));
  CHECK(lstm.state_dict().keys() ==
        std::vector<std::string>{"weight_ih_l0", "weight_hh_l0", "bias_ih_l0",
                                 "bias_hh_l0", "weight_hr_l0"});
  nn::GRU gru(2, 3, {.bias = false});
  const nn::RNNOutput c = filled(gru)(x);
  CHECK(begins(c.output, {0.0152204, -0.0100487, 0.0, 0.0656058}));
  CHECK(begins(c.h, {0.2623796, -0.2835467, -0.0308796, 0.3371137}));
}

TEST_CASE("RNN: layouts of the input", "[nn]") {
  const Tensor x = tenths({3, 2, 2});
  nn::GRU first(2, 3), second(2, 3, {.batch_first = true});
  filled(first);
  filled(second);
  const Tensor turned = second(transpose(x, 0, 1)).output;
  CHECK(elements(first(x).output) == elements(transpose(turned, 0, 1)));
  const nn::RNNOutput one = first(select(x, 1, 0));
  CHECK(one.output.shape() == Shape{3, 3});
  CHECK(one.h.shape() == Shape{1, 3});
  CHECK_THROWS_WITH(first(tenths({3, 2, 4})), Catch::Contains("[3, 2, 4]"));
  CHECK_THROWS_WITH(first(x, zeros({1, 5, 3})),
                    Catch::Contains("Expected hidden size [1, 2, 3]"));
  CHECK_THROWS_WITH(nn::GRU(2, 3, {.proj_size = 1}),
                    Catch::Contains("proj_size"));
}

TEST_CASE("recurrent cells: one step", "[nn]") {
  const Tensor x = select(tenths({3, 2, 2}), 0, 0);
  nn::RNNCell rnn(2, 3, true, "relu");
  CHECK(begins(filled(rnn)(x), {0.0, 0.1, 0.12}));
  CHECK(to_string(rnn) == "RNNCell(2, 3, nonlinearity=relu)");
  nn::GRUCell gru(2, 3);
  CHECK(begins(filled(gru)(x), {0.062375, 0.1045307, 0.0250189}));
  nn::LSTMCell lstm(2, 3);
  const auto [h, c] = filled(lstm).forward(x, Tensor(), Tensor());
  CHECK(begins(h, {0.0239472, 0.0216749, 0.0275723, 0.0402477}));
  CHECK(begins(c, {0.0452172, 0.0419089, 0.0528206, 0.0740002}));
}

TEST_CASE("MultiheadAttention: results, weights and masks", "[nn]") {
  const Tensor x = tenths({3, 2, 2}), q = tenths({2, 2, 4});
  nn::MultiheadAttention m(
      4, 2, {.add_bias_kv = true, .add_zero_attn = true, .kdim = 2, .vdim = 2});
  const auto [y, weights] = filled(m)(q, x, x, {});
  CHECK(begins(y, {-0.3476818, -0.2476817, -0.1476817, -0.0476817}));
  CHECK(begins(weights, {0.1960671, 0.2016145, 0.2074084, 0.2007768}));
  const auto [z, shown] =
      m(q, x, x,
        {.key_padding_mask =
             tensor({{false, false, false}, {true, false, false}}),
         .attn_mask = tensor({{false, true, false}, {false, false, true}}),
         .average_attn_weights = false});
  CHECK(begins(z, {-0.3469908, -0.2469907, -0.1469907, -0.0469906}));
  CHECK(begins(shown, {0.244262, 0.0, 0.2692228, 0.2535719}));
  CHECK(shown.shape() == Shape{2, 2, 2, 5});
  CHECK(m.state_dict().keys() ==
        std::vector<std::string>{"q_proj_weight", "k_proj_weight",
                                 "v_proj_weight", "in_proj_bias", "bias_k",
                                 "bias_v", "out_proj.weight", "out_proj.bias"});
  CHECK_THROWS_WITH(nn::MultiheadAttention(5, 2),
                    Catch::Contains("divisible by num_heads"));
}

TEST_CASE("transformer layers: forward and text", "[nn]") {
  const Tensor x = tenths({2, 2, 4});
  nn::TransformerEncoderLayer encoder(
      4, 2, {.dim_feedforward = 3, .dropout = 0.25, .activation = "gelu"});
  filled(encoder).eval();
  CHECK(
      begins(encoder(x), {-0.0036614, 0.1068812, -0.1124937, 0.0713034}, 3e-6));
  CHECK_THAT(
      to_string(encoder),
      Catch::StartsWith("TransformerEncoderLayer(\n"
                        "  (self_attn): MultiheadAttention(\n"
                        "    (out_proj): NonDynamicallyQuantizableLinear("
                        "in_features=4, out_features=4, bias=True)\n  )\n"));
  nn::TransformerDecoderLayer decoder(
      4, 2, {.dim_feedforward = 3, .norm_first = true});
  filled(decoder).eval();
  CHECK(begins(decoder(x, x, {}),
               {-1.0029445, -0.1025606, -0.3582892, 0.2121453}, 3e-6));
  CHECK_THROWS_WITH(nn::TransformerEncoderLayer(4, 2, {.activation = "tanh"}),
                    Catch::Contains("not tanh"));
}

TEST_CASE("Transformer: encoder and decoder", "[nn]") {
  nn::Transformer m(4, 2,
                    {.num_encoder_layers = 2,
                     .num_decoder_layers = 1,
                     .layer = {.dim_feedforward = 3}});
  m.eval();
  CHECK(m(tenths({3, 2, 4}), tenths({2, 2, 4}), {}).shape() == Shape{2, 2, 4});
  const std::vector<std::string> keys = m.state_dict().keys();
  CHECK(keys.front() == "encoder.layers.0.self_attn.in_proj_weight");
  CHECK(keys.back() == "decoder.norm.bias");
  nn::TransformerEncoder encoder(4, 2, 2, {.dim_feedforward = 3});
  CHECK(elements(encoder.get_parameter("layers.0.linear1.weight")) ==
        elements(encoder.get_parameter("layers.1.linear1.weight")));
  CHECK_THROWS_WITH(nn::TransformerEncoder(4, 2, 0),
                    Catch::Contains("needs a layer"));
}
