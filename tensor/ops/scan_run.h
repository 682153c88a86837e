// What a device provides for scans.

#ifndef CRESSET_TENSOR_OPS_SCAN_RUN_H_
#define CRESSET_TENSOR_OPS_SCAN_RUN_H_

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/cpu/scan_kernel.h"

namespace cresset::internal {

// x and y are row-major, of one shape and of float32, float64 or int64; `index`
// (int64) is defined for kMax and kMin only.
struct ScanCall {
  Scan scan;
  const Tensor& x;
  int64_t dim;
  bool reverse;
  const Tensor& y;
  const Tensor& index;
};
using ScanKernel = Kernel<void(const ScanCall&)>;
extern ScanKernel scan_kernel;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_SCAN_RUN_H_
