// Recurrent layers: plain, LSTM and GRU, whole sequences or one step.
//
//   nn::LSTM lstm(10, 20, {.num_layers = 2});
//   const auto [y, h, c] = lstm(x);            // x [T, N, 10] -> y [T, N, 20]

#ifndef CRESSET_NN_RNN_H_
#define CRESSET_NN_RNN_H_

#include <string>
#include <vector>

#include "cresset/nn/module.h"
#include "cresset/tensor/ops/recurrent.h"

namespace cresset::nn {

struct RNNOptions {
  int64_t num_layers = 1;
  bool bias = true;
  bool batch_first = false;  ///< x is [N, T, input_size]
  double dropout = 0;        ///< between layers, in training
  bool bidirectional = false;
  int64_t proj_size = 0;              ///< of an LSTM's outputs, if not 0
  std::string nonlinearity = "tanh";  ///< of RNN; or "relu"
};

/// What a recurrent layer gives: the outputs of all steps, and the state after
/// the last; c only of LSTM.
struct RNNOutput {
  Tensor output, h, c;
};

/// What the recurrent layers share; not used by itself.
///
/// Shape:  x [T, N, input_size], with batch_first [N, T, input_size], or
///         [T, input_size]; h and c [layers * directions, N, size], by default
///         zeros -> output as x with size * directions.
/// Errors: kShape if x or the state does not fit; kValue for sizes below 1 and
///         probabilities outside [0, 1].
class RNNBase
    : public ModuleOf<RNNOutput(const Tensor&, const Tensor&, const Tensor&)> {
 public:
  using ModuleOf::forward;
  RNNOutput forward(const Tensor& x, const Tensor& h, const Tensor& c) override;
  RNNOutput operator()(const Tensor& x, const Tensor& h = Tensor(),
                       const Tensor& c = Tensor()) {
    return forward(x, h, c);
  }
  std::string extra_repr() const override;
  void reset_parameters();

  int64_t input_size;
  int64_t hidden_size;
  RNNOptions options;

 protected:
  using Kind = cresset::internal::Cell;
  RNNBase(Kind kind, int64_t input, int64_t hidden, const RNNOptions& o);

 private:
  // The weights of one direction of one layer; undefined where absent.
  struct Weights {
    Tensor ih, hh, bias_ih, bias_hh, hr;
  };
  struct State {
    Tensor h, c;
  };
  int64_t output_size() const;
  State step(const Weights& w, const Tensor& projected,
             const State& state) const;
  Tensor run(const Weights& w, const Tensor& x, bool backwards,
             State& state) const;

  Kind kind_;
  std::vector<Weights> weights_;  // layer by layer, forwards first
};

/// h = tanh(W x + b + U h + c), or relu.
/// Torch: torch.nn.RNN
class RNN : public RNNBase {
 public:
  RNN(int64_t input, int64_t hidden, const RNNOptions& o = {})
      : RNNBase(o.nonlinearity == "relu" ? Kind::kRelu : Kind::kTanh, input,
                hidden, o) {}
};

/// Torch: torch.nn.LSTM
class LSTM : public RNNBase {
 public:
  LSTM(int64_t input, int64_t hidden, const RNNOptions& o = {})
      : RNNBase(Kind::kLstm, input, hidden, o) {}
};

/// Torch: torch.nn.GRU
class GRU : public RNNBase {
 public:
  GRU(int64_t input, int64_t hidden, const RNNOptions& o = {})
      : RNNBase(Kind::kGru, input, hidden, o) {}
};

/// What the layers of one step share; not used by itself.
/// Shape: x [N, input_size] or [input_size], state [N, hidden_size] or
///        [hidden_size], by default zeros.
class RNNCellBase : public Module {
 public:
  std::string extra_repr() const override;
  void reset_parameters();

  int64_t input_size;
  int64_t hidden_size;
  Parameter weight_ih;  ///< [gates * hidden_size, input_size]
  Parameter weight_hh;  ///< [gates * hidden_size, hidden_size]
  Parameter bias_ih;    ///< undefined without bias
  Parameter bias_hh;

 protected:
  RNNCellBase(int64_t input, int64_t hidden, bool bias, int64_t gates);
  Tensor zero_state(const Tensor& x) const;
};

/// Torch: torch.nn.RNNCell
class RNNCell : public RNNCellBase {
 public:
  RNNCell(int64_t input, int64_t hidden, bool bias = true,
          std::string activation = "tanh");
  Tensor forward(const Tensor& x) override { return forward(x, Tensor()); }
  Tensor forward(const Tensor& x, const Tensor& h) const;
  std::string extra_repr() const override;

  std::string nonlinearity;
};

/// Torch: torch.nn.GRUCell
class GRUCell : public RNNCellBase {
 public:
  GRUCell(int64_t input, int64_t hidden, bool bias = true)
      : RNNCellBase(input, hidden, bias, 3) {}
  Tensor forward(const Tensor& x) override { return forward(x, Tensor()); }
  Tensor forward(const Tensor& x, const Tensor& h) const;
};

/// Gives h and c. Torch: torch.nn.LSTMCell
class LSTMCell : public RNNCellBase {
 public:
  LSTMCell(int64_t input, int64_t hidden, bool bias = true)
      : RNNCellBase(input, hidden, bias, 4) {}
  /// The new h alone.
  Tensor forward(const Tensor& x) override;
  std::pair<Tensor, Tensor> forward(const Tensor& x, const Tensor& h,
                                    const Tensor& c) const;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_RNN_H_
