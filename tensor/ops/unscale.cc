#include "cresset/tensor/ops/unscale.h"

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/reduce.h"

namespace cresset::internal {
namespace {

void unscale_cpu(std::span<const Tensor> gradients, double factor,
                 const Tensor& found) {
  for (const Tensor& g : gradients) {
    if (!all(isfinite(g)).item<bool>()) found.fill_(1);
    mul_(g, factor);
  }
}

}  // namespace

constinit UnscaleKernel unscale_kernel{"unscale", unscale_cpu};

}  // namespace cresset::internal
