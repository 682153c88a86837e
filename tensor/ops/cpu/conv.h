// Convolutions of the host, on raw contiguous NCHW memory.
//
// A convolution of one dimension is one of two with height 1. Everything here
// runs on the pool, and no result depends on the thread count.

#ifndef CRESSET_TENSOR_OPS_CPU_CONV_H_
#define CRESSET_TENSOR_OPS_CPU_CONV_H_

#include <cstdint>

namespace cresset::internal {

// Sizes of x [batch, in_channels, in_height, in_width], the weight
// [out_channels, in_channels / groups, kernel_height, kernel_width] and
// y [batch, out_channels, out_height, out_width]. The channel counts are
// multiples of `groups`, and the output sizes follow from the others.
struct ConvGeometry {
  int64_t batch = 1;
  int64_t in_channels = 1, out_channels = 1, groups = 1;
  int64_t in_height = 1, in_width = 1;
  int64_t out_height = 1, out_width = 1;
  int64_t kernel_height = 1, kernel_width = 1;
  int64_t stride_height = 1, stride_width = 1;
  int64_t padding_height = 0, padding_width = 0;
  int64_t dilation_height = 1, dilation_width = 1;

  int64_t in_area() const { return in_height * in_width; }
  int64_t out_area() const { return out_height * out_width; }
  int64_t kernel_area() const { return kernel_height * kernel_width; }
  int64_t group_in() const { return in_channels / groups; }
  int64_t group_out() const { return out_channels / groups; }
  // Products behind one output element.
  int64_t depth() const { return group_in() * kernel_area(); }
};

// y = convolution of x with w, plus bias [out_channels] unless it is null.
template <class T>
void conv_forward(const ConvGeometry& geometry, const T* x, const T* w,
                  const T* bias, T* y);

// dx, from the gradient dy of y.
template <class T>
void conv_backward_data(const ConvGeometry& geometry, const T* w, const T* dy,
                        T* dx);

// dw, from the gradient dy of y.
template <class T>
void conv_backward_weight(const ConvGeometry& geometry, const T* x, const T* dy,
                          T* dw);

// The gradient [out_channels] of the bias: sums of dy.
template <class T>
void conv_backward_bias(const ConvGeometry& geometry, const T* dy, T* dbias);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_CONV_H_
