// Convolutions as matrix products over patches, for what cuDNN refuses.

#ifndef CRESSET_CUDA_OPS_CONV_PATCHES_H_
#define CRESSET_CUDA_OPS_CONV_PATCHES_H_

#include "cresset/tensor/ops/conv.h"

namespace cresset::internal::cuda {

// As the slots of conv.h, for all floating dtypes; the bias is added by
// add_channel_bias.
void conv_by_patches(const ConvShape& shape, const Tensor& x, const Tensor& w,
                     const Tensor& y);
void conv_x_grad_by_patches(const ConvShape& shape, const Tensor& g,
                            const Tensor& w, const Tensor& x);
void conv_w_grad_by_patches(const ConvShape& shape, const Tensor& x,
                            const Tensor& g, const Tensor& w);

// Columns of patches of samples [first, first + count) of x:
// [count, C * taps, output positions].
void gather_patches(const ConvShape& shape, const Tensor& x, int64_t first,
                    int64_t count, const Tensor& columns);
// The opposite: sums the columns into those samples of x.
void sum_patches(const ConvShape& shape, const Tensor& columns, int64_t first,
                 int64_t count, const Tensor& x);

// y [N, C, ...] += bias [C].
void add_channel_bias(const Tensor& y, const Tensor& bias);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_CONV_PATCHES_H_
