// The engine of elementwise ops on the device: what the CPU's does in
// tensor/ops/elementwise.cc, given a family's table of kernels.

#ifndef CRESSET_CUDA_OPS_ELEMENTWISE_H_
#define CRESSET_CUDA_OPS_ELEMENTWISE_H_

#include <cstdint>

#include "cresset/cuda/ops/strided.cuh"
#include "cresset/tensor/base/dtype.h"

namespace cresset::internal {
struct ElementwiseCall;
}  // namespace cresset::internal

namespace cresset::internal::cuda {

constexpr int kElementwiseBlock = 256;
constexpr int kMaxOpBytes = 32;

// What a kernel gets. Operand 0 is the result.
struct ElementwiseArgs {
  alignas(16) unsigned char op[kMaxOpBytes];  // the op object
  StridedSpace<4> space;
  char* data[4];
  Dtype dtypes[4];
  bool is_number[3];  // by input: `number` and `whole` stand for it
  bool repeats[3];    // by input: one element serves a whole row
  bool vectors;       // every row can be read and written by vectors
  int64_t steps[4];   // from one element of a row to the next, in bytes
  double number[3];
  int64_t whole[3];
};

using ElementwiseFunction = void (*)(ElementwiseArgs);

// One op's kernels by compute type: float32, float64, int64; null where the op
// has none.
struct ElementwiseRow {
  size_t op_bytes;
  ElementwiseFunction value[3];
  ElementwiseFunction grad[2];
};

void run_elementwise(const ElementwiseRow* rows, const ElementwiseCall& call);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_ELEMENTWISE_H_
