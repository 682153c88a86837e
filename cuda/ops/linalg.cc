// The singular value decomposition, computed on the host: copies there and
// back, so it waits for the device.

#include "cresset/tensor/ops/linalg.h"

#include "cresset/tensor/core/copy.h"

namespace cresset::internal::cuda {
namespace {

void svd_cuda(const Tensor& x, const Tensor& u, const Tensor& s,
              const Tensor& vh) {
  const auto host = [](const Tensor& y) {
    return make_empty(y.sizes(), y.dtype(), Device());
  };
  const Tensor host_u = host(u), host_s = host(s), host_vh = host(vh);
  svd_kernel(Device(), x.detach().cpu(), host_u, host_s, host_vh);
  copy_elements(host_u, u);
  copy_elements(host_s, s);
  copy_elements(host_vh, vh);
}

const SvdKernel::Entry on_cuda{svd_kernel, DeviceType::kCuda, svd_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
