// The ways to compute a convolution, and when each applies.

#ifndef CRESSET_TENSOR_OPS_CPU_CONV_PATHS_H_
#define CRESSET_TENSOR_OPS_CPU_CONV_PATHS_H_

#include "cresset/tensor/ops/cpu/conv.h"

namespace cresset::internal {

// Products with patches of the input: any geometry.
template <class T>
void conv_forward_patches(const ConvGeometry& g, const T* x, const T* w,
                          const T* bias, T* y);
template <class T>
void conv_backward_data_patches(const ConvGeometry& g, const T* w, const T* dy,
                                T* dx);

// Straight from the rows of the input: stride 1 along rows and few products
// for each element, where packing patches would cost as much as using them.
bool is_direct(const ConvGeometry& g);
template <class T>
void conv_forward_direct(const ConvGeometry& g, const T* x, const T* w,
                         const T* bias, T* y);

// One filter a plane.
inline bool is_depthwise(const ConvGeometry& g) {
  return g.groups > 1 && g.group_in() == 1 && g.group_out() == 1;
}
template <class T>
void conv_forward_depthwise(const ConvGeometry& g, const T* x, const T* w,
                            const T* bias, T* y);
template <class T>
void conv_backward_weight_depthwise(const ConvGeometry& g, const T* x,
                                    const T* dy, T* dw);

// Winograd's F(2x2, 3x3): 3x3 kernels at stride 1 with enough channels.
bool is_winograd(const ConvGeometry& g);
void conv_forward_winograd(const ConvGeometry& g, const float* x,
                           const float* w, const float* bias, float* y);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_CONV_PATHS_H_
