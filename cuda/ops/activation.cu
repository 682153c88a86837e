#include "cresset/cuda/ops/elementwise.cuh"
#include "cresset/tensor/ops/activation_defs.h"
#include "cresset/tensor/ops/elementwise.h"

namespace cresset::internal::cuda {
namespace {

void activation_cuda(const ElementwiseCall& call) {
  run_elementwise(rows_of(ActivationFamily::Ops()), call);
}

const ElementwiseKernel::Entry on_cuda{ActivationFamily::kernel,
                                       DeviceType::kCuda, activation_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
