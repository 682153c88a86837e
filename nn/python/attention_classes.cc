// Attention and transformers of torch.nn.

#include "cresset/nn/multihead_attention.h"
#include "cresset/nn/python/class_table.h"
#include "cresset/nn/transformer.h"

namespace cresset::internal {

using namespace cresset::nn;  // NOLINT: the layers are what this file is about

namespace {

// PyTorch has the joint weight first where there is one, and parameters for a
// further key and value only where they are wanted.
void order_parameters(Value& parameters) {
  const bool joint = !parameters.get("in_proj_weight").is_none();
  Value ordered = Value::ordered_dict();
  if (joint) ordered["in_proj_weight"] = parameters["in_proj_weight"];
  for (const auto& [key, value] : parameters.items()) {
    const bool extra = key.as_str().starts_with("bias_");
    if (!extra || !value.is_none()) ordered[key] = value;
  }
  parameters = ordered;
}

template <class A>
void visit_attention(A& a, MultiheadAttention& m) {
  MultiheadAttentionOptions& o = m.options;
  a("embed_dim", m.embed_dim);
  int64_t keys = o.kdim.value_or(m.embed_dim);
  int64_t values = o.vdim.value_or(m.embed_dim);
  a.optional("kdim", keys);
  a.optional("vdim", values);
  a.derived("_qkv_same_embed_dim",
            [&] { return Value(m.in_proj_weight.defined()); });
  a("num_heads", m.num_heads);
  a("dropout", o.dropout);
  a.optional("batch_first", o.batch_first);
  a.derived("head_dim", [&] { return Value(m.embed_dim / m.num_heads); });
  if constexpr (A::kReads) {
    o.kdim = keys;
    o.vdim = values;
    o.bias = a.has_parameter("in_proj_bias");
    o.add_bias_kv = a.has_parameter("bias_k");
  } else {
    order_parameters(a.parameters);
    if (!m.bias_k.defined()) {
      a.derived("bias_k", [] { return Value(); });
      a.derived("bias_v", [] { return Value(); });
    }
  }
  a("add_zero_attn", o.add_zero_attn);
  a.require(m.num_heads > 0 && m.embed_dim % m.num_heads == 0, "num_heads",
            "a divisor of embed_dim");
}

Value activation_function(const std::string& name) {
  return name == "gelu" ? Value::global("torch._C._nn", "gelu")
                        : Value::global("torch.nn.functional", "relu");
}

// The children hold the other options.
template <class A>
void visit_activation(A& a, TransformerLayerOptions& o) {
  if constexpr (A::kReads) {
    const Value found = a.raw("activation");
    const std::string name = found.is_global() ? found.global_name() : "";
    if (!found.is_none()) {
      a.require(name == "relu" || name == "gelu", "activation",
                "torch.nn.functional.relu or gelu");
      o.activation = name;
    }
  } else {
    a.derived("activation", [&] { return activation_function(o.activation); });
  }
}

template <class Layer>
PythonClass layer_class(const char* name) {
  return python_class<Layer>("torch.nn.modules.transformer", name, [] {
    return Layer(1, 1, {.dim_feedforward = 1});
  });
}

// A stack with a normalisation at its end if the file has one.
template <class Stack>
Stack blank_stack(const Value& attributes) {
  std::optional<LayerNorm> last;
  if (has_child(attributes, "norm")) last.emplace(1);
  return Stack(1, 1, 1, {.dim_feedforward = 1}, std::move(last));
}

template <class A, class Stack>
void visit_stack(A& a, Stack& m) {
  a.derived("num_layers", [&] { return Value(m.layers.size()); });
  if constexpr (!A::kReads) {
    if (!m.norm) a.derived("norm", [] { return Value(); });
  }
}

}  // namespace

template <class A>
void visit(A& a, NonDynamicallyQuantizableLinear& m) {
  a("in_features", m.in_features);
  a("out_features", m.out_features);
}

template <class A>
void visit(A& a, MultiheadAttention& m) {
  visit_attention(a, m);
}

template <class A>
void visit(A& a, TransformerEncoderLayer& m) {
  a.optional("norm_first", m.options.norm_first);
  a.derived("activation_relu_or_gelu",
            [&] { return Value(m.options.activation == "gelu" ? 2 : 1); });
  visit_activation(a, m.options);
}

template <class A>
void visit(A& a, TransformerDecoderLayer& m) {
  a.optional("norm_first", m.options.norm_first);
  visit_activation(a, m.options);
}

template <class A>
void visit(A& a, TransformerEncoder& m) {
  visit_stack(a, m);
  a.derived("enable_nested_tensor", [] { return Value(true); });
  a.derived("mask_check", [] { return Value(true); });
}

template <class A>
void visit(A& a, TransformerDecoder& m) {
  visit_stack(a, m);
}

template <class A>
void visit(A& a, Transformer& m) {
  const auto attention = [&]() -> const MultiheadAttention& {
    const auto* first = m.encoder.layers[0].as<TransformerEncoderLayer>();
    CRESSET_CHECK(first != nullptr, kValue,
                  "to_python: the first layer of a Transformer must be a "
                  "TransformerEncoderLayer");
    return first->self_attn;
  };
  a.derived("d_model", [&] { return Value(attention().embed_dim); });
  a.derived("nhead", [&] { return Value(attention().num_heads); });
  a.derived("batch_first",
            [&] { return Value(attention().options.batch_first); });
}

std::vector<PythonClass> attention_classes() {
  const char* const transformer = "torch.nn.modules.transformer";
  return {
      python_class<NonDynamicallyQuantizableLinear>(
          "torch.nn.modules.linear", "NonDynamicallyQuantizableLinear",
          [] { return NonDynamicallyQuantizableLinear(1, 1); }),
      python_class<MultiheadAttention>("torch.nn.modules.activation",
                                       "MultiheadAttention",
                                       [] { return MultiheadAttention(1, 1); }),
      layer_class<TransformerEncoderLayer>("TransformerEncoderLayer"),
      layer_class<TransformerDecoderLayer>("TransformerDecoderLayer"),
      python_class<TransformerEncoder>(transformer, "TransformerEncoder",
                                       blank_stack<TransformerEncoder>),
      python_class<TransformerDecoder>(transformer, "TransformerDecoder",
                                       blank_stack<TransformerDecoder>),
      python_class<Transformer>(transformer, "Transformer",
                                [] {
                                  return Transformer(
                                      1, 1,
                                      {.num_encoder_layers = 1,
                                       .num_decoder_layers = 1,
                                       .layer = {.dim_feedforward = 1}});
                                }),
  };
}

}  // namespace cresset::internal
