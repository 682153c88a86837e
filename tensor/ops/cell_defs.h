// One step of a recurrent cell, element by element: values and gradients. V is
// float or double. x is what comes from the input, u what comes from the state,
// biases included; `gate` is what the gradient needs again.

#ifndef CRESSET_TENSOR_OPS_CELL_DEFS_H_
#define CRESSET_TENSOR_OPS_CELL_DEFS_H_

#include <cstdint>

#include "cresset/tensor/base/math_exp.h"

namespace cresset::internal {

enum class Cell : uint8_t { kTanh, kRelu, kLstm, kGru };

// How many vectors of the state's size W x + b has, and how many are kept.
constexpr int gates_of(Cell cell) {
  return cell == Cell::kLstm ? 4 : cell == Cell::kGru ? 3 : 1;
}
constexpr int kept_of(Cell cell) {
  return cell == Cell::kLstm || cell == Cell::kGru ? 4 : 0;
}

// Row-major arrays of one floating type: [rows, size], or [rows, gates * size].
struct CellRows {
  int64_t rows, size;
  const void* from_x;
  const void* from_h;  // without its bias
  const void* bias;    // [gates * size]
  const void* h;       // the state before
  const void* c;       // of LSTM only
  void* kept;          // [rows, kept * size]
  void* new_h;
  void* new_c;  // of LSTM only; not c
};

struct CellGradRows {
  int64_t rows, size;
  const void* kept;
  const void* h;      // the state before
  const void* c;      // of LSTM only
  const void* new_h;  // the state after
  const void* new_c;
  const void* g_out;  // of new_h as a result
  int64_t g_out_row;  // elements between its rows
  void* g_h;          // in: of new_h as a state; out: what GRU hands to h
  void* g_c;          // in: of new_c; out: of c; of LSTM only
  void* g_x;          // of from_x
  void* g_u;          // of from_h and its bias; g_x itself but for GRU
};

// h = tanh(x + u), or relu.
struct PlainCell {
  template <class V>
  CRESSET_HD static V value(V x, V u, bool is_relu) {
    const V sum = x + u;
    // A NaN stays one.
    return is_relu ? (sum < V(0) ? V(0) : sum) : math::tanh(sum);
  }
  template <class V>
  CRESSET_HD static V grad(V g, V new_h, bool is_relu) {
    return is_relu ? (new_h > V(0) ? g : V(0)) : g * (V(1) - new_h * new_h);
  }
};

// One number for each gate. Structs, not arrays: compilers vectorise those.
template <class V>
struct LstmGates {
  V in, forget, cell, out;
};
template <class V>
struct GruGates {
  V reset, update, fresh;
};
// Those of GRU, and what the state gives to the new one.
template <class V>
struct GruKept {
  V reset, update, fresh, state;
};

struct LstmCell {
  // Gates before their activations to those after them.
  template <class V>
  CRESSET_HD static LstmGates<V> value(LstmGates<V> sum, V c, V& new_h,
                                       V& new_c) {
    const LstmGates<V> gate = {math::sigmoid(sum.in), math::sigmoid(sum.forget),
                               math::tanh(sum.cell), math::sigmoid(sum.out)};
    new_c = gate.forget * c + gate.in * gate.cell;
    new_h = gate.out * math::tanh(new_c);
    return gate;
  }
  // g is that of the new h; g_c in: that of the new c, out: that of c.
  template <class V>
  CRESSET_HD static LstmGates<V> grad(V g, LstmGates<V> gate, V c, V new_c,
                                      V& g_c) {
    const V t = math::tanh(new_c);
    const V all = g_c + g * gate.out * (V(1) - t * t);
    g_c = all * gate.forget;
    return {all * gate.cell * gate.in * (V(1) - gate.in),
            all * c * gate.forget * (V(1) - gate.forget),
            all * gate.in * (V(1) - gate.cell * gate.cell),
            g * t * gate.out * (V(1) - gate.out)};
  }
};

struct GruCell {
  template <class V>
  CRESSET_HD static GruKept<V> value(GruGates<V> x, GruGates<V> u, V h,
                                     V& new_h) {
    const V reset = math::sigmoid(x.reset + u.reset);
    const V update = math::sigmoid(x.update + u.update);
    const V fresh = math::tanh(x.fresh + reset * u.fresh);
    new_h = fresh + update * (h - fresh);
    return {reset, update, fresh, u.fresh};
  }
  // The gradients of x; those of u differ in the last one, which is `fresh` *
  // reset. g_h in: that of the new h, out: what goes to h past the gates.
  template <class V>
  CRESSET_HD static GruGates<V> grad(GruKept<V> gate, V h, V& g_h) {
    const V g = g_h;
    const V fresh = g * (V(1) - gate.update) * (V(1) - gate.fresh * gate.fresh);
    g_h = g * gate.update;
    return {fresh * gate.state * gate.reset * (V(1) - gate.reset),
            g * (h - gate.fresh) * gate.update * (V(1) - gate.update), fresh};
  }
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CELL_DEFS_H_
