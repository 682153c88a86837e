// Recurrent layers of torch.nn.

#include "cresset/nn/python/class_table.h"
#include "cresset/nn/python/module_access.h"
#include "cresset/nn/rnn.h"

namespace cresset::internal {

using namespace cresset::nn;  // NOLINT: the layers are what this file is about

namespace {

// The names of all parameters, and the same in a list for each direction of
// each layer.
struct WeightNames {
  Value flat = Value::list();
  Value by_direction = Value::list();
};

WeightNames names_of(RNNBase& m) {
  WeightNames names;
  for (const auto& slot : ModuleAccess::parameters(m)) {
    const Value name = slot->name.c_str();
    names.flat.push_back(name);
    if (slot->name.starts_with("weight_ih")) {
      names.by_direction.push_back(Value::list());
    }
    names.by_direction.at(-1).push_back(name);
  }
  return names;
}

// PyTorch holds its parameters a second time, in a list.
Value flat_weights(RNNBase& m) {
  Value out = Value::list();
  for (const auto& slot : ModuleAccess::parameters(m)) {
    out.push_back(Value::parameter(slot->value));
  }
  return out;
}

template <class A>
void visit_rnn(A& a, RNNBase& m, const char* mode) {
  a.derived("mode", [&] { return Value(mode); });
  a("input_size", m.input_size);
  a("hidden_size", m.hidden_size);
  a("num_layers", m.options.num_layers);
  a("bias", m.options.bias);
  a("batch_first", m.options.batch_first);
  a("dropout", m.options.dropout);
  a("bidirectional", m.options.bidirectional);
  a.optional("proj_size", m.options.proj_size);
  a.derived("_flat_weights_names", [&] { return names_of(m).flat; });
  a.derived("_all_weights", [&] { return names_of(m).by_direction; });
  a.derived("_flat_weights", [&] { return flat_weights(m); });
  a.require(m.input_size > 0, "input_size", "positive");
  a.require(m.hidden_size > 0, "hidden_size", "positive");
}

// A layer with the parameters of the file, each of them small.
template <class M>
M blank_rnn(const char* name, const Value& attributes) {
  RNNOptions options;
  const std::string where = std::string("torch.nn.modules.rnn.") + name;
  AttributeReader a(attributes, where);
  a("num_layers", options.num_layers);
  a("bias", options.bias);
  a("bidirectional", options.bidirectional);
  a.optional("proj_size", options.proj_size);
  a.optional("nonlinearity", options.nonlinearity);
  const Value mode = a.raw("mode");
  if (mode.is_str() && mode.as_str() == "RNN_RELU") {
    options.nonlinearity = "relu";
  }
  // A number that no file has parameters for would take all memory.
  const Value parameters = a.raw("_parameters");
  a.require(parameters.is_dict() && options.num_layers > 0 &&
                static_cast<uint64_t>(options.num_layers) <= parameters.size(),
            "num_layers", "the number of layers that have parameters");
  if (options.proj_size > 0) options.proj_size = 1;
  return M(1, 2, options);
}

template <class M>
PythonClass rnn_class(const char* name) {
  PythonClass row = python_class<M>("torch.nn.modules.rnn", name,
                                    [name](const Value& attributes) {
                                      return blank_rnn<M>(name, attributes);
                                    });
  row.keeps_tensors = true;
  return row;
}

template <class A>
void visit_cell(A& a, RNNCellBase& m) {
  a("input_size", m.input_size);
  a("hidden_size", m.hidden_size);
  a.derived("bias", [&] { return Value(m.bias_ih.defined()); });
  a.require(m.hidden_size > 0, "hidden_size", "positive");
}

template <class M>
PythonClass cell_class(const char* name) {
  return python_class<M>("torch.nn.modules.rnn", name, [] { return M(1, 1); });
}

}  // namespace

template <class A>
void visit(A& a, RNN& m) {
  a.first("nonlinearity", m.options.nonlinearity);
  visit_rnn(a, m, m.options.nonlinearity == "relu" ? "RNN_RELU" : "RNN_TANH");
}

template <class A>
void visit(A& a, LSTM& m) {
  visit_rnn(a, m, "LSTM");
}

template <class A>
void visit(A& a, GRU& m) {
  visit_rnn(a, m, "GRU");
}

template <class A>
void visit(A& a, RNNCell& m) {
  visit_cell(a, m);
  a("nonlinearity", m.nonlinearity);
}

template <class A>
void visit(A& a, LSTMCell& m) {
  visit_cell(a, m);
}

template <class A>
void visit(A& a, GRUCell& m) {
  visit_cell(a, m);
}

std::vector<PythonClass> rnn_classes() {
  return {
      rnn_class<RNN>("RNN"),
      rnn_class<LSTM>("LSTM"),
      rnn_class<GRU>("GRU"),
      cell_class<RNNCell>("RNNCell"),
      cell_class<LSTMCell>("LSTMCell"),
      cell_class<GRUCell>("GRUCell"),
  };
}

}  // namespace cresset::internal
