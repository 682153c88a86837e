#include "cresset/cuda/ops/elementwise.cuh"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/ternary_defs.h"

namespace cresset::internal::cuda {
namespace {

void ternary_cuda(const ElementwiseCall& call) {
  run_elementwise(rows_of(TernaryFamily::Ops()), call);
}

const ElementwiseKernel::Entry on_cuda{TernaryFamily::kernel, DeviceType::kCuda,
                                       ternary_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
