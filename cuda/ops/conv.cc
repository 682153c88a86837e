// Convolutions by cuDNN's plans, and by own kernels where it has none. Tensors
// are row-major, [N, C, ...], as the slots give them; on tensor cores cuDNN
// turns them to channels-last and back inside its kernels.

#include "cresset/tensor/ops/conv.h"

#include "cresset/cuda/ops/conv_patches.h"
#include "cresset/cuda/ops/conv_plan.h"
#include "cresset/cuda/runtime/conv_settings.h"
#include "cresset/cuda/runtime/handles.h"

namespace cresset::internal::cuda {
namespace {

ConvOutcome by_plan(ConvPass pass, const ConvShape& shape, const Tensor& x,
                    const Tensor& w, const Tensor& y, const Tensor& bias) {
  const ConvProblem problem{pass,
                            y.dtype(),
                            y.device(),
                            shape,
                            {x.raw_data(), w.raw_data(), y.raw_data(),
                             bias.defined() ? bias.raw_data() : nullptr},
                            conv_allows_tf32()};
  const ConvOutcome outcome = run_by_plan(problem);
  if (outcome == ConvOutcome::kRefused) ++conv_counts().patches;
  return outcome;
}

void conv_cuda(const ConvShape& shape, const Tensor& x, const Tensor& w,
               const Tensor& bias, const Tensor& y) {
  ConvOutcome outcome = ConvOutcome::kNeedsBias;
  if (x.numel() == 0 || w.numel() == 0) {
    y.zero_();
  } else {
    outcome = by_plan(ConvPass::kForward, shape, x, w, y, bias);
    if (outcome == ConvOutcome::kRefused) conv_by_patches(shape, x, w, y);
  }
  if (bias.defined() && outcome != ConvOutcome::kDone) {
    add_channel_bias(y, bias);
  }
}

void conv_x_grad_cuda(const ConvShape& shape, const Tensor& g, const Tensor& w,
                      const Tensor& x) {
  if (g.numel() == 0 || w.numel() == 0) {
    x.zero_();
  } else if (by_plan(ConvPass::kXGrad, shape, x, w, g, Tensor()) ==
             ConvOutcome::kRefused) {
    conv_x_grad_by_patches(shape, g, w, x);
  }
}

void conv_w_grad_cuda(const ConvShape& shape, const Tensor& x, const Tensor& g,
                      const Tensor& w) {
  if (x.numel() == 0 || g.numel() == 0) {
    w.zero_();
  } else if (by_plan(ConvPass::kWGrad, shape, x, w, g, Tensor()) ==
             ConvOutcome::kRefused) {
    conv_w_grad_by_patches(shape, x, g, w);
  }
}

const ConvKernel::Entry on_cuda{conv_kernel, DeviceType::kCuda, conv_cuda};
const ConvGradKernel::Entry x_grad_on_cuda{conv_x_grad_kernel,
                                           DeviceType::kCuda, conv_x_grad_cuda};
const ConvGradKernel::Entry w_grad_on_cuda{conv_w_grad_kernel,
                                           DeviceType::kCuda, conv_w_grad_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
