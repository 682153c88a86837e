#include "cresset/cuda/ops/elementwise.cuh"
#include "cresset/tensor/ops/binary_defs.h"
#include "cresset/tensor/ops/elementwise.h"

namespace cresset::internal::cuda {
namespace {

void binary_cuda(const ElementwiseCall& call) {
  run_elementwise(rows_of(BinaryFamily::Ops()), call);
}

const ElementwiseKernel::Entry on_cuda{BinaryFamily::kernel, DeviceType::kCuda,
                                       binary_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
