#include "cresset/cuda/ops/elementwise.cuh"
#include "cresset/tensor/ops/bitwise_defs.h"
#include "cresset/tensor/ops/elementwise.h"

namespace cresset::internal::cuda {
namespace {

void bitwise_cuda(const ElementwiseCall& call) {
  run_elementwise(rows_of(BitwiseFamily::Ops()), call);
}

const ElementwiseKernel::Entry on_cuda{BitwiseFamily::kernel, DeviceType::kCuda,
                                       bitwise_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
