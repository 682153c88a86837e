#include "cresset/tensor/ops/cpu/cell_kernel.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

// The loops get every vector of gates as a pointer of its own: the compiler
// could not know that parts of one array do not overlap.

template <class T>
const T* at(const void* x, int64_t i) {
  return static_cast<const T*>(x) + i;
}
template <class T>
T* at(void* x, int64_t i) {
  return static_cast<T*>(x) + i;
}

template <class T, bool is_relu>
void plain(int64_t n, const T* x, const T* u, const T* b, T* __restrict y) {
  for (int64_t j = 0; j < n; ++j) {
    y[j] = PlainCell::value(x[j], u[j] + b[j], is_relu);
  }
}

template <class T, bool is_relu>
void plain_grad(int64_t n, const T* y, const T* g_out, const T* g_h,
                T* __restrict g_x) {
  for (int64_t j = 0; j < n; ++j) {
    g_x[j] = PlainCell::grad(g_out[j] + g_h[j], y[j], is_relu);
  }
}

template <class T>
void lstm(int64_t n, const T* x, const T* u, const T* b, const T* c,
          T* __restrict in, T* __restrict forget, T* __restrict cell,
          T* __restrict out, T* __restrict new_h, T* __restrict new_c) {
  for (int64_t j = 0; j < n; ++j) {
    const LstmGates<T> sum = {x[j] + (u[j] + b[j]),
                              x[j + n] + (u[j + n] + b[j + n]),
                              x[j + 2 * n] + (u[j + 2 * n] + b[j + 2 * n]),
                              x[j + 3 * n] + (u[j + 3 * n] + b[j + 3 * n])};
    T h, to;
    const LstmGates<T> gate = LstmCell::value(sum, c[j], h, to);
    in[j] = gate.in;
    forget[j] = gate.forget;
    cell[j] = gate.cell;
    out[j] = gate.out;
    new_h[j] = h;
    new_c[j] = to;
  }
}

template <class T>
void lstm_grad(int64_t n, const T* kept, const T* c, const T* new_c,
               const T* g_out, const T* g_h, T* __restrict g_c,
               T* __restrict in, T* __restrict forget, T* __restrict cell,
               T* __restrict out) {
  for (int64_t j = 0; j < n; ++j) {
    const LstmGates<T> gate = {kept[j], kept[j + n], kept[j + 2 * n],
                               kept[j + 3 * n]};
    T to = g_c[j];
    const LstmGates<T> g =
        LstmCell::grad(g_out[j] + g_h[j], gate, c[j], new_c[j], to);
    g_c[j] = to;
    in[j] = g.in;
    forget[j] = g.forget;
    cell[j] = g.cell;
    out[j] = g.out;
  }
}

template <class T>
void gru(int64_t n, const T* x, const T* u, const T* b, const T* h,
         T* __restrict reset, T* __restrict update, T* __restrict fresh,
         T* __restrict state, T* __restrict new_h) {
  for (int64_t j = 0; j < n; ++j) {
    const GruGates<T> from_x = {x[j], x[j + n], x[j + 2 * n]};
    const GruGates<T> from_h = {u[j] + b[j], u[j + n] + b[j + n],
                                u[j + 2 * n] + b[j + 2 * n]};
    T to;
    const GruKept<T> gate = GruCell::value(from_x, from_h, h[j], to);
    reset[j] = gate.reset;
    update[j] = gate.update;
    fresh[j] = gate.fresh;
    state[j] = gate.state;
    new_h[j] = to;
  }
}

template <class T>
void gru_grad(int64_t n, const T* kept, const T* h, const T* g_out,
              T* __restrict g_h, T* __restrict x_reset, T* __restrict x_update,
              T* __restrict x_fresh, T* __restrict u_reset,
              T* __restrict u_update, T* __restrict u_fresh) {
  for (int64_t j = 0; j < n; ++j) {
    const GruKept<T> gate = {kept[j], kept[j + n], kept[j + 2 * n],
                             kept[j + 3 * n]};
    T to = g_out[j] + g_h[j];
    const GruGates<T> g = GruCell::grad(gate, h[j], to);
    g_h[j] = to;
    x_reset[j] = u_reset[j] = g.reset;
    x_update[j] = u_update[j] = g.update;
    x_fresh[j] = g.fresh;
    u_fresh[j] = g.fresh * gate.reset;
  }
}

template <class T>
void forward(Cell cell, const CellRows& call, int64_t first, int64_t last) {
  const int64_t n = call.size, gates = gates_of(cell);
  const T* const b = at<T>(call.bias, 0);
  for (int64_t row = first; row < last; ++row) {
    const T* const x = at<T>(call.from_x, row * gates * n);
    const T* const u = at<T>(call.from_h, row * gates * n);
    T* const kept = at<T>(call.kept, row * kept_of(cell) * n);
    T* const y = at<T>(call.new_h, row * n);
    switch (cell) {
      case Cell::kLstm:
        lstm(n, x, u, b, at<T>(call.c, row * n), kept, kept + n, kept + 2 * n,
             kept + 3 * n, y, at<T>(call.new_c, row * n));
        break;
      case Cell::kGru:
        gru(n, x, u, b, at<T>(call.h, row * n), kept, kept + n, kept + 2 * n,
            kept + 3 * n, y);
        break;
      case Cell::kRelu:
        plain<T, true>(n, x, u, b, y);
        break;
      case Cell::kTanh:
        plain<T, false>(n, x, u, b, y);
        break;
    }
  }
}

template <class T>
void backward(Cell cell, const CellGradRows& call, int64_t first,
              int64_t last) {
  const int64_t n = call.size, gates = gates_of(cell);
  for (int64_t row = first; row < last; ++row) {
    const T* const kept = at<T>(call.kept, row * kept_of(cell) * n);
    const T* const y = at<T>(call.new_h, row * n);
    const T* const g_out = at<T>(call.g_out, row * call.g_out_row);
    T* const g_h = at<T>(call.g_h, row * n);
    T* const g_x = at<T>(call.g_x, row * gates * n);
    T* const g_u = at<T>(call.g_u, row * gates * n);
    switch (cell) {
      case Cell::kLstm:
        lstm_grad<T>(n, kept, at<T>(call.c, row * n),
                     at<T>(call.new_c, row * n), g_out, g_h,
                     at<T>(call.g_c, row * n), g_x, g_x + n, g_x + 2 * n,
                     g_x + 3 * n);
        break;
      case Cell::kGru:
        gru_grad(n, kept, at<T>(call.h, row * n), g_out, g_h, g_x, g_x + n,
                 g_x + 2 * n, g_u, g_u + n, g_u + 2 * n);
        break;
      case Cell::kRelu:
        plain_grad<T, true>(n, y, g_out, g_h, g_x);
        break;
      case Cell::kTanh:
        plain_grad<T, false>(n, y, g_out, g_h, g_x);
        break;
    }
  }
}

constexpr CellFunctions kFunctions[] = {
    {forward<float>, backward<float>},
    {forward<double>, backward<double>},
};

}  // namespace

const CellFunctions* cell_functions() { return kFunctions; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
