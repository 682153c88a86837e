#include "cresset/nn/rnn.h"

#include <cmath>
#include <utility>

#include "cresset/nn/init.h"
#include "cresset/nn/text.h"
#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/dropout.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::nn {

using cresset::internal::Cell;
using cresset::internal::concat;
using cresset::internal::RecurrentStates;

namespace {

// The new state of a GRU from W x + b and U h + c.
Tensor gru_state(const Tensor& from_x, const Tensor& from_h, const Tensor& h) {
  const std::vector<Tensor> x = chunk(from_x, 3, -1), u = chunk(from_h, 3, -1);
  const Tensor reset = sigmoid(add(x[0], u[0]));
  const Tensor keep = sigmoid(add(x[1], u[1]));
  const Tensor fresh = tanh(add(x[2], mul(reset, u[2])));
  return add(fresh, mul(keep, sub(h, fresh)));
}

// The new h and c of an LSTM from the sum of both.
std::pair<Tensor, Tensor> lstm_state(const Tensor& gates, const Tensor& c) {
  const std::vector<Tensor> g = chunk(gates, 4, -1);
  const Tensor cell =
      add(mul(sigmoid(g[1]), c), mul(sigmoid(g[0]), tanh(g[2])));
  return {mul(sigmoid(g[3]), tanh(cell)), cell};
}

// One step of a cell from W x + b [N, n] or [n], as one op where there is one;
// undefined elsewhere.
RecurrentStates fused_step(Cell cell, const Tensor& from_x, const Tensor& h,
                           const Tensor& c, const RNNCellBase& layer) {
  if (!cresset::internal::takes_recurrence(from_x)) return {};
  const bool batched = from_x.dim() == 2;
  const auto rows = [&](const Tensor& x) {
    return batched || !x.defined() ? x : unsqueeze(x, 0);
  };
  RecurrentStates y = cresset::internal::recurrent_states(
      {cell}, unsqueeze(rows(from_x), 0), rows(h), rows(c), layer.weight_hh,
      layer.bias_hh);
  if (!batched) {
    y.h = squeeze(y.h, 0);
    if (y.c.defined()) y.c = squeeze(y.c, 0);
  }
  return y;
}

double bound_of(int64_t hidden) {
  return hidden > 0 ? 1 / std::sqrt(static_cast<double>(hidden)) : 0;
}

}  // namespace

RNNBase::RNNBase(Kind kind, int64_t input, int64_t hidden, const RNNOptions& o)
    : input_size(input), hidden_size(hidden), options(o), kind_(kind) {
  CRESSET_CHECK(input > 0 && hidden > 0 && o.num_layers > 0, kValue,
                "RNN: sizes and num_layers must be positive; got ", input, ", ",
                hidden, ", ", o.num_layers);
  CRESSET_CHECK(o.dropout >= 0 && o.dropout <= 1, kValue,
                "dropout should be a number in range [0, 1]; got ", o.dropout);
  CRESSET_CHECK(o.proj_size >= 0 && o.proj_size < hidden &&
                    (o.proj_size == 0 || kind == Kind::kLstm),
                kValue,
                "proj_size has to be smaller than hidden_size, of LSTM only; "
                "got ",
                o.proj_size);
  const int64_t gates = kind == Kind::kLstm ? 4 : kind == Kind::kGru ? 3 : 1;
  const int64_t directions = o.bidirectional ? 2 : 1;
  for (int64_t i = 0; i < o.num_layers * directions; ++i) {
    const int64_t layer = i / directions;
    const std::string end =
        concat("_l", layer, i % directions == 1 ? "_reverse" : "");
    const int64_t in = layer == 0 ? input : output_size() * directions;
    const auto made = [&](const char* name, IntSpan shape) {
      return register_parameter(name + end, empty(shape));
    };
    Weights w;
    w.ih = made("weight_ih", {gates * hidden, in});
    w.hh = made("weight_hh", {gates * hidden, output_size()});
    if (o.bias) {
      w.bias_ih = made("bias_ih", {gates * hidden});
      w.bias_hh = made("bias_hh", {gates * hidden});
    }
    if (o.proj_size > 0) w.hr = made("weight_hr", {o.proj_size, hidden});
    weights_.push_back(std::move(w));
  }
  reset_parameters();
}

void RNNBase::reset_parameters() {
  const double bound = bound_of(hidden_size);
  for (const Tensor& p : parameters()) init::uniform_(p, -bound, bound);
}

int64_t RNNBase::output_size() const {
  return options.proj_size > 0 ? options.proj_size : hidden_size;
}

RNNBase::State RNNBase::step(const Weights& w, const Tensor& projected,
                             const State& state) const {
  const Tensor from_h = linear(state.h, w.hh, w.bias_hh);
  if (kind_ == Kind::kGru) return {gru_state(projected, from_h, state.h), {}};
  const Tensor sum = add(projected, from_h);
  if (kind_ == Kind::kTanh) return {tanh(sum), {}};
  if (kind_ == Kind::kRelu) return {relu(sum), {}};
  auto [h, c] = lstm_state(sum, state.c);
  if (w.hr.defined()) h = linear(h, w.hr);
  return {h, c};
}

// x [T, N, in] through one direction; `state` becomes that after the last step.
Tensor RNNBase::run(const Weights& w, const Tensor& x, bool backwards,
                    State& state) const {
  const Tensor from_x = linear(x, w.ih, w.bias_ih);
  if (!w.hr.defined() && cresset::internal::takes_recurrence(from_x)) {
    const RecurrentStates y = cresset::internal::recurrent_states(
        {kind_, backwards}, from_x, state.h, state.c, w.hh, w.bias_hh);
    state = {y.h, y.c};
    return y.output;
  }
  const int64_t steps = x.size(0);
  const std::vector<Tensor> projected = unbind(from_x, 0);
  std::vector<Tensor> outputs(projected.size());
  for (int64_t i = 0; i < steps; ++i) {
    const auto t = static_cast<size_t>(backwards ? steps - 1 - i : i);
    state = step(w, projected[t], state);
    outputs[t] = state.h;
  }
  return stack(outputs);
}

RNNOutput RNNBase::forward(const Tensor& input, const Tensor& h,
                           const Tensor& c) {
  CRESSET_CHECK((input.dim() == 2 || input.dim() == 3) &&
                    input.size(-1) == input_size && input.numel() > 0,
                kShape, name(), ": expected an input [T, N, ", input_size,
                "] or [T, ", input_size, "]; got ", input.sizes());
  const bool batched = input.dim() == 3;
  Tensor x = !batched              ? unsqueeze(input, 1)
             : options.batch_first ? transpose(input, 0, 1)
                                   : input;
  const auto count = static_cast<int64_t>(weights_.size());
  const auto start = [&](const Tensor& given, int64_t size) {
    const Shape shape = {count, x.size(1), size};
    if (!given.defined()) return new_zeros(x, shape);
    const Tensor whole = batched ? given : unsqueeze(given, 1);
    CRESSET_CHECK(whole.shape() == shape, kShape, name(),
                  ": Expected hidden size ", IntSpan(shape), ", got ",
                  whole.sizes());
    return whole;
  };
  const Tensor h0 = start(h, output_size());
  const bool has_cell = kind_ == Kind::kLstm;
  const Tensor c0 = has_cell ? start(c, hidden_size) : Tensor();
  const int64_t directions = options.bidirectional ? 2 : 1;
  std::vector<Tensor> last_h, last_c;
  for (int64_t layer = 0; layer < options.num_layers; ++layer) {
    std::vector<Tensor> both;
    for (int64_t d = 0; d < directions; ++d) {
      const int64_t i = layer * directions + d;
      State state{select(h0, 0, i), has_cell ? select(c0, 0, i) : Tensor()};
      both.push_back(run(weights_[static_cast<size_t>(i)], x, d == 1, state));
      last_h.push_back(state.h);
      last_c.push_back(state.c);
    }
    x = both.size() == 1 ? both[0] : cat(both, -1);
    if (layer + 1 < options.num_layers) {
      x = dropout(x, options.dropout, is_training());
    }
  }
  RNNOutput y{x, stack(last_h), has_cell ? stack(last_c) : Tensor()};
  if (!batched) {
    y.output = squeeze(y.output, 1);
    y.h = squeeze(y.h, 1);
    if (has_cell) y.c = squeeze(y.c, 1);
  } else if (options.batch_first) {
    y.output = transpose(y.output, 0, 1);
  }
  return y;
}

std::string RNNBase::extra_repr() const {
  std::string out = concat(input_size, ", ", hidden_size);
  if (options.proj_size != 0) out += concat(", proj_size=", options.proj_size);
  if (options.num_layers != 1) {
    out += concat(", num_layers=", options.num_layers);
  }
  if (!options.bias) out += ", bias=False";
  if (options.batch_first) out += ", batch_first=True";
  if (options.dropout != 0) {
    out += concat(", dropout=", python_float(options.dropout));
  }
  if (options.bidirectional) out += ", bidirectional=True";
  return out;
}

RNNCellBase::RNNCellBase(int64_t input, int64_t hidden, bool bias,
                         int64_t gates)
    : input_size(input),
      hidden_size(hidden),
      weight_ih(parameter("weight_ih", empty({gates * hidden, input}))),
      weight_hh(parameter("weight_hh", empty({gates * hidden, hidden}))),
      bias_ih(parameter("bias_ih", bias ? empty({gates * hidden}) : Tensor())),
      bias_hh(parameter("bias_hh", bias ? empty({gates * hidden}) : Tensor())) {
  reset_parameters();
}

void RNNCellBase::reset_parameters() {
  const double bound = bound_of(hidden_size);
  for (const Tensor& p : parameters()) init::uniform_(p, -bound, bound);
}

Tensor RNNCellBase::zero_state(const Tensor& x) const {
  Shape shape = x.shape();
  shape.back() = hidden_size;
  return new_zeros(x, shape);
}

std::string RNNCellBase::extra_repr() const {
  return concat(input_size, ", ", hidden_size,
                bias_ih.defined() ? "" : ", bias=False");
}

RNNCell::RNNCell(int64_t input, int64_t hidden, bool bias,
                 std::string activation)
    : RNNCellBase(input, hidden, bias, 1), nonlinearity(std::move(activation)) {
  CRESSET_CHECK(nonlinearity == "tanh" || nonlinearity == "relu", kValue,
                "Unknown nonlinearity: ", nonlinearity);
}

Tensor RNNCell::forward(const Tensor& x, const Tensor& h) const {
  const Tensor from_x = linear(x, weight_ih, bias_ih);
  const Tensor state = h.defined() ? h : zero_state(x);
  const Cell cell = nonlinearity == "tanh" ? Cell::kTanh : Cell::kRelu;
  const RecurrentStates y = fused_step(cell, from_x, state, Tensor(), *this);
  if (y.h.defined()) return y.h;
  const Tensor sum = add(from_x, linear(state, weight_hh, bias_hh));
  return nonlinearity == "tanh" ? tanh(sum) : relu(sum);
}

std::string RNNCell::extra_repr() const {
  return RNNCellBase::extra_repr() +
         (nonlinearity == "tanh" ? "" : ", nonlinearity=" + nonlinearity);
}

Tensor GRUCell::forward(const Tensor& x, const Tensor& h) const {
  const Tensor state = h.defined() ? h : zero_state(x);
  const Tensor from_x = linear(x, weight_ih, bias_ih);
  const RecurrentStates y =
      fused_step(Cell::kGru, from_x, state, Tensor(), *this);
  if (y.h.defined()) return y.h;
  return gru_state(from_x, linear(state, weight_hh, bias_hh), state);
}

Tensor LSTMCell::forward(const Tensor& x) {
  return forward(x, Tensor(), Tensor()).first;
}

std::pair<Tensor, Tensor> LSTMCell::forward(const Tensor& x, const Tensor& h,
                                            const Tensor& c) const {
  const Tensor state = h.defined() ? h : zero_state(x);
  const Tensor cell = c.defined() ? c : zero_state(x);
  const Tensor from_x = linear(x, weight_ih, bias_ih);
  const RecurrentStates y = fused_step(Cell::kLstm, from_x, state, cell, *this);
  if (y.h.defined()) return {y.h, y.c};
  return lstm_state(add(from_x, linear(state, weight_hh, bias_hh)), cell);
}

}  // namespace cresset::nn
