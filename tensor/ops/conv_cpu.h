// The CPU's functions behind the slots of conv.h.

#ifndef CRESSET_TENSOR_OPS_CONV_CPU_H_
#define CRESSET_TENSOR_OPS_CONV_CPU_H_

#include "cresset/tensor/ops/conv.h"

namespace cresset::internal {

void conv_cpu(const ConvShape& shape, const Tensor& x, const Tensor& w,
              const Tensor& bias, const Tensor& y);
void conv_x_grad_cpu(const ConvShape& shape, const Tensor& g, const Tensor& w,
                     const Tensor& x);
void conv_w_grad_cpu(const ConvShape& shape, const Tensor& x, const Tensor& g,
                     const Tensor& w);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CONV_CPU_H_
