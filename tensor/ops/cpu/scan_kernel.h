// Running sums, products and extremes over dense blocks [outer, n, inner].

#ifndef CRESSET_TENSOR_OPS_CPU_SCAN_KERNEL_H_
#define CRESSET_TENSOR_OPS_CPU_SCAN_KERNEL_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

// The scans, in the order of their functions.
enum class Scan { kSum, kProd, kLogSumExp, kMax, kMin };
inline constexpr int kNumScans = 5;

// Scans columns [first, last) of one block of n rows of `inner` elements;
// backwards if `reverse`. Only kMax and kMin write places to `index`.
using ScanFunction = void (*)(const void* x, void* y, int64_t* index, int64_t n,
                              int64_t inner, int64_t first, int64_t last,
                              bool reverse);

// For blocks with inner == 1: `rows` rows of n elements.
using ScanRowsFunction = void (*)(const void* x, void* y, int64_t* index,
                                  int64_t rows, int64_t n, bool reverse);

// By compute type: float32, float64, int64.
struct ScanFunctions {
  ScanFunction columns[3];
  ScanRowsFunction rows[3];
};

CRESSET_CPU_KERNEL(const ScanFunctions*, scan_functions, ());

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_SCAN_KERNEL_H_
