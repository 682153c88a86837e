// The engine of reductions on the device, given tables of kernels.
//
// A block of kReduceBlock threads serves `outputs` results with `threads`
// threads each; both are powers of two. Neighbouring threads read neighbouring
// elements of one result where the innermost dimension is reduced, elements of
// neighbouring results where it is kept. If there are few results of many
// elements, each is cut into segments, whose states a second launch joins. All
// this depends on sizes only, so results are the same on every device.

#ifndef CRESSET_CUDA_OPS_REDUCE_H_
#define CRESSET_CUDA_OPS_REDUCE_H_

#include <cstdint>

#include "cresset/cuda/ops/strided.cuh"
#include "cresset/tensor/base/dtype.h"

namespace cresset::internal::cuda {

constexpr int kReduceBlock = 256;

// More results than this are made part by part. A variable so that tests can
// make it small.
extern int64_t most_reduce_results;  // 2^31 - 1
constexpr size_t kMaxReduceOpBytes = 16;

// What a kernel gets.
struct ReduceArgs {
  alignas(16) unsigned char op[kMaxReduceOpBytes];  // the op object
  StridedSpace<1> results;   // where the elements of a result start
  StridedSpace<1> elements;  // and where they lie from there
  const char* x;
  Dtype dtype;
  bool neighbours_are_results;
  bool vectors;      // elements can be read by fours
  int log_outputs;   // results of a block
  int64_t each;      // elements of a result
  int64_t segment;   // elements of a segment; `each` if there is one only
  bool from_states;  // the second launch: elements are states
  void* states;      // [segment][result], if there are several segments
  void* first;
  void* second;
};

using ReduceFunction = void (*)(ReduceArgs);

// A reduction's kernels and the size of its state by compute type: float32,
// float64, int64; null where the op has none.
struct ReduceTableRow {
  size_t op_bytes;
  ReduceFunction functions[3];
  size_t state_bytes[3];
};

// In the order of ReduceOps and StateReduceOps.
const ReduceTableRow* reduce_table();
const ReduceTableRow* state_reduce_table();

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_REDUCE_H_
