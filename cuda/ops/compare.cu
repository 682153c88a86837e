#include "cresset/cuda/ops/elementwise.cuh"
#include "cresset/tensor/ops/compare_defs.h"
#include "cresset/tensor/ops/elementwise.h"

namespace cresset::internal::cuda {
namespace {

void compare_cuda(const ElementwiseCall& call) {
  run_elementwise(rows_of(CompareFamily::Ops()), call);
}

const ElementwiseKernel::Entry on_cuda{CompareFamily::kernel, DeviceType::kCuda,
                                       compare_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
