// Steps of recurrent cells: a thread for each element of the state.

#include "cresset/cuda/ops/pack.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/recurrent.h"

namespace cresset::internal::cuda {
namespace {

template <class T>
__device__ Compute<T> read(const void* x, int64_t i) {
  return converted<Compute<T>>(static_cast<const T*>(x)[i]);
}
template <class T>
__device__ void write(void* x, int64_t i, Compute<T> value) {
  static_cast<T*>(x)[i] = converted<T>(value);
}

// One vector of `size` elements for each of kGates gates, at element j of it.
template <class T, int kGates>
__device__ void read_gates(const void* x, int64_t row, int64_t size, int64_t j,
                           Compute<T> (&v)[kGates]) {
#pragma unroll
  for (int k = 0; k < kGates; ++k) {
    v[k] = read<T>(x, (row * kGates + k) * size + j);
  }
}
template <class T, int kGates>
__device__ void write_gates(void* x, int64_t row, int64_t size, int64_t j,
                            const Compute<T> (&v)[kGates]) {
#pragma unroll
  for (int k = 0; k < kGates; ++k) {
    write<T>(x, (row * kGates + k) * size + j, v[k]);
  }
}

template <class T, int kGates>
__global__ void cell_elements(Cell cell,
                              const __grid_constant__ CellRows call) {
  using V = Compute<T>;
  const int64_t i = global_index();
  if (i >= call.rows * call.size) return;
  const int64_t row = i / call.size, j = i % call.size;
  V x[kGates], u[kGates], bias[kGates];
  read_gates<T>(call.from_x, row, call.size, j, x);
  read_gates<T>(call.from_h, row, call.size, j, u);
  read_gates<T>(call.bias, 0, call.size, j, bias);
#pragma unroll
  for (int k = 0; k < kGates; ++k) u[k] += bias[k];
  if constexpr (kGates == 1) {
    write<T>(call.new_h, i, PlainCell::value(x[0], u[0], cell == Cell::kRelu));
  } else if constexpr (kGates == 4) {
    V h, c;
    const LstmGates<V> gate = LstmCell::value(
        LstmGates<V>{x[0] + u[0], x[1] + u[1], x[2] + u[2], x[3] + u[3]},
        read<T>(call.c, i), h, c);
    write<T>(call.new_h, i, h);
    write<T>(call.new_c, i, c);
    write_gates<T, 4>(call.kept, row, call.size, j,
                      {gate.in, gate.forget, gate.cell, gate.out});
  } else {
    V h;
    const GruKept<V> gate =
        GruCell::value(GruGates<V>{x[0], x[1], x[2]},
                       GruGates<V>{u[0], u[1], u[2]}, read<T>(call.h, i), h);
    write<T>(call.new_h, i, h);
    write_gates<T, 4>(call.kept, row, call.size, j,
                      {gate.reset, gate.update, gate.fresh, gate.state});
  }
}

template <class T, int kGates>
__global__ void cell_grad_elements(Cell cell,
                                   const __grid_constant__ CellGradRows call) {
  using V = Compute<T>;
  const int64_t i = global_index();
  if (i >= call.rows * call.size) return;
  const int64_t row = i / call.size, j = i % call.size;
  const V g =
      read<T>(call.g_out, row * call.g_out_row + j) + read<T>(call.g_h, i);
  if constexpr (kGates == 1) {
    write<T>(call.g_x, i,
             PlainCell::grad(g, read<T>(call.new_h, i), cell == Cell::kRelu));
    return;
  } else {
    V gate[4];
    read_gates<T>(call.kept, row, call.size, j, gate);
    if constexpr (kGates == 4) {
      V g_c = read<T>(call.g_c, i);
      const LstmGates<V> to =
          LstmCell::grad(g, LstmGates<V>{gate[0], gate[1], gate[2], gate[3]},
                         read<T>(call.c, i), read<T>(call.new_c, i), g_c);
      write<T>(call.g_c, i, g_c);
      write_gates<T, 4>(call.g_x, row, call.size, j,
                        {to.in, to.forget, to.cell, to.out});
    } else {
      V g_h = g;
      const GruGates<V> to =
          GruCell::grad(GruKept<V>{gate[0], gate[1], gate[2], gate[3]},
                        read<T>(call.h, i), g_h);
      write<T>(call.g_h, i, g_h);
      write_gates<T, 3>(call.g_x, row, call.size, j,
                        {to.reset, to.update, to.fresh});
      write_gates<T, 3>(call.g_u, row, call.size, j,
                        {to.reset, to.update, to.fresh * gate[0]});
    }
  }
}

// Calls f(T{}, number of gates as a constant).
template <class F>
void visit_cell(Dtype dtype, Cell cell, F&& f) {
  visit_floating(dtype, [&](auto t) {
    if (cell == Cell::kLstm) {
      f(t, std::integral_constant<int, 4>());
    } else if (cell == Cell::kGru) {
      f(t, std::integral_constant<int, 3>());
    } else {
      f(t, std::integral_constant<int, 1>());
    }
  });
}

void cell_cuda(Device device, Dtype dtype, Cell cell, const CellRows& call) {
  visit_cell(dtype, cell, [&](auto t, auto gates) {
    launch(device, one_thread_each(call.rows * call.size),
           cell_elements<decltype(t), decltype(gates)::value>, cell, call);
  });
}

void cell_grad_cuda(Device device, Dtype dtype, Cell cell,
                    const CellGradRows& call) {
  visit_cell(dtype, cell, [&](auto t, auto gates) {
    launch(device, one_thread_each(call.rows * call.size),
           cell_grad_elements<decltype(t), decltype(gates)::value>, cell, call);
  });
}

const CellKernel::Entry on_cuda{cell_kernel, DeviceType::kCuda, cell_cuda};
const CellGradKernel::Entry grad_on_cuda{cell_grad_kernel, DeviceType::kCuda,
                                         cell_grad_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
