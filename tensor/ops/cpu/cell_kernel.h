// Steps of recurrent cells (cell_defs.h) over some rows.

#ifndef CRESSET_TENSOR_OPS_CPU_CELL_KERNEL_H_
#define CRESSET_TENSOR_OPS_CPU_CELL_KERNEL_H_

#include "cresset/tensor/core/cpu_level.h"
#include "cresset/tensor/ops/cell_defs.h"

namespace cresset::internal {

// For one floating type: rows [first, last) of the arrays.
struct CellFunctions {
  void (*forward)(Cell cell, const CellRows& call, int64_t first, int64_t last);
  void (*backward)(Cell cell, const CellGradRows& call, int64_t first,
                   int64_t last);
};

// Two entries: float, double.
CRESSET_CPU_KERNEL(const CellFunctions*, cell_functions, ());

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_CELL_KERNEL_H_
