// All steps of one direction of a recurrent layer as one op: a product for the
// weights of the state and one kernel a step, forwards and backwards; the
// gradients of the weights by one product for all steps.

#ifndef CRESSET_TENSOR_OPS_RECURRENT_H_
#define CRESSET_TENSOR_OPS_RECURRENT_H_

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/cell_defs.h"

namespace cresset::internal {

struct Recurrence {
  Cell cell;
  bool backwards = false;  // from the last step to the first
};

// The states of all steps, and the last ones; c only of LSTM.
struct RecurrentStates {
  Tensor output, h, c;
};

// Whether recurrent_states() takes inputs of this dtype and device; not empty
// ones.
bool takes_recurrence(const Tensor& from_x);

// from_x [T, N, gates * H] is W x + b of all steps, h and c [N, H] the states
// before the first, weight [gates * H, H] and bias [gates * H] those of the
// state; bias may be undefined, c is unless the cell is LSTM's. T >= 1.
// Autocast lowers all of them.
// Errors: kShape, kDtype or kDevice if they do not fit.
RecurrentStates recurrent_states(const Recurrence& how, const Tensor& from_x,
                                 const Tensor& h, const Tensor& c,
                                 const Tensor& weight, const Tensor& bias);

// The same gradients by ops, which have gradients themselves: from those of the
// output and of c, either perhaps undefined.
struct RecurrentGrads {
  Tensor from_x, h, c, weight, bias;
};
RecurrentGrads recurrent_grads_by_ops(const Recurrence& how,
                                      const Tensor& from_x, const Tensor& h,
                                      const Tensor& c, const Tensor& weight,
                                      const Tensor& bias, const Tensor& g_out,
                                      const Tensor& g_c);

// What a device provides: one step. The CPU takes float32 and float64, other
// devices the 16-bit types as well.
using CellKernel =
    Kernel<void(Device device, Dtype dtype, Cell cell, const CellRows& call)>;
extern CellKernel cell_kernel;

using CellGradKernel = Kernel<void(Device device, Dtype dtype, Cell cell,
                                   const CellGradRows& call)>;
extern CellGradKernel cell_grad_kernel;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_RECURRENT_H_
