// The tables that lead from an op's number to its chunk functions.

#ifndef CRESSET_TENSOR_OPS_CPU_CHUNK_ROW_H_
#define CRESSET_TENSOR_OPS_CPU_CHUNK_ROW_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

// Writes n results from n elements of each input, all dense.
using ChunkFunction = void (*)(const void* op, int64_t n, void* y,
                               const void* const* x);

// One op's functions by compute type: float32, float64, int64. Gradients are
// floating. A function that the op does not have is null.
struct ChunkRow {
  ChunkFunction value[3];
  ChunkFunction grad[2];
};

// Each family's table, in the order of its OpList.
CRESSET_CPU_KERNEL(const ChunkRow*, unary_rows, ());
CRESSET_CPU_KERNEL(const ChunkRow*, math_rows, ());
CRESSET_CPU_KERNEL(const ChunkRow*, activation_rows, ());
CRESSET_CPU_KERNEL(const ChunkRow*, binary_rows, ());
CRESSET_CPU_KERNEL(const ChunkRow*, bitwise_rows, ());
CRESSET_CPU_KERNEL(const ChunkRow*, compare_rows, ());
CRESSET_CPU_KERNEL(const ChunkRow*, ternary_rows, ());

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_CHUNK_ROW_H_
