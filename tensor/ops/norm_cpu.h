// The CPU's functions behind the slots of norm.h.

#ifndef CRESSET_TENSOR_OPS_NORM_CPU_H_
#define CRESSET_TENSOR_OPS_NORM_CPU_H_

#include "cresset/tensor/ops/norm.h"

namespace cresset::internal {

void channel_moments_cpu(const ChannelLayout& layout, const Tensor& x,
                         const Tensor& mean, const Tensor& var);
void channel_affine_cpu(const ChannelLayout& layout, const Tensor& x,
                        const Tensor& scale, const Tensor& shift,
                        const Tensor& y);
void channel_grad_sums_cpu(const ChannelLayout& layout, const Tensor& g,
                           const Tensor& x, const Tensor& mean,
                           const Tensor& rstd, const Tensor& sum_g,
                           const Tensor& sum_gx);
void channel_combine_cpu(const ChannelLayout& layout, const Tensor& g,
                         const Tensor& x, const Tensor& a, const Tensor& b,
                         const Tensor& c, const Tensor& y);
void channel_fold_cpu(const ChannelFold& fold);
void channel_grad_fold_cpu(const ChannelGradFold& fold);
void row_norm_cpu(const Tensor& x, const Tensor& weight, const Tensor& bias,
                  double eps, const Tensor& y, const Tensor& mean,
                  const Tensor& rstd);
void row_norm_grad_cpu(const Tensor& g, const Tensor& x, const Tensor& weight,
                       const Tensor& mean, const Tensor& rstd, const Tensor& gx,
                       const Tensor& gw, const Tensor& gb);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_NORM_CPU_H_
