// The tables that lead from a reduction's number to its kernels.

#ifndef CRESSET_TENSOR_OPS_CPU_REDUCE_ROW_H_
#define CRESSET_TENSOR_OPS_CPU_REDUCE_ROW_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

// What the engine needs of one reduction in one compute type. The states of
// `n` results are `n * state_bytes` bytes; how they lie there is the kernels'
// own affair. `position` is the place of the first element or row among those
// that are reduced; strides count elements.
struct ReduceFunctions {
  int64_t state_bytes;
  // States of `rows` results: row r of n dense elements gives result r.
  void (*rows)(const void* op, const void* x, int64_t row_stride, int64_t rows,
               int64_t n, int64_t position, void* states);
  // States of n results: column c of `rows` rows gives result c.
  void (*columns)(const void* op, const void* x, int64_t row_stride,
                  int64_t rows, int64_t n, int64_t position, void* states);
  // Joins the states of later elements to those of earlier ones.
  void (*combine)(const void* op, void* states, const void* later, int64_t n);
  // Results of n states; `second` only for reductions with two results.
  void (*finish)(const void* op, const void* states, int64_t n, void* y,
                 void* second);
};

// By compute type: float32, float64, int64. A type that the op does not take
// has null functions.
struct ReduceRow {
  ReduceFunctions columns[3];
};

CRESSET_CPU_KERNEL(const ReduceRow*, reduce_rows, ());
CRESSET_CPU_KERNEL(const ReduceRow*, state_reduce_rows, ());

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_REDUCE_ROW_H_
