#include "cresset/cuda/ops/elementwise.cuh"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/math_defs.h"

namespace cresset::internal::cuda {
namespace {

void math_cuda(const ElementwiseCall& call) {
  run_elementwise(rows_of(MathFamily::Ops()), call);
}

const ElementwiseKernel::Entry on_cuda{MathFamily::kernel, DeviceType::kCuda,
                                       math_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
