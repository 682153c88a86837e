#include "cresset/cuda/ops/elementwise.cuh"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/unary_defs.h"

namespace cresset::internal::cuda {
namespace {

void unary_cuda(const ElementwiseCall& call) {
  run_elementwise(rows_of(UnaryFamily::Ops()), call);
}

const ElementwiseKernel::Entry on_cuda{UnaryFamily::kernel, DeviceType::kCuda,
                                       unary_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
