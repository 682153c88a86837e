// The level-specific parts of depthwise convolutions: one filter, one plane.

#ifndef CRESSET_TENSOR_OPS_CPU_CONV_PLANE_KERNEL_H_
#define CRESSET_TENSOR_OPS_CPU_CONV_PLANE_KERNEL_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

struct PlaneShape {
  int64_t in_height, in_width;
  int64_t out_height, out_width;
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int64_t padding_height, padding_width;
  int64_t dilation_height, dilation_width;

  int64_t padded_width() const { return in_width + 2 * padding_width; }
  int64_t padded_area() const {
    return (in_height + 2 * padding_height) * padded_width();
  }
  int64_t kernel_area() const { return kernel_height * kernel_width; }

  // Vectors are read and written up to this many elements behind an end.
  static constexpr int64_t kRoom = 64;
  // What a kernel needs besides, all zero before the first call: the padded
  // plane, and a plane of outputs in rows as long as the padded ones.
  int64_t plane_scratch() const { return padded_area() + kRoom; }
  int64_t forward_scratch() const { return 2 * plane_scratch(); }
  // A vector of sums for each weight, too.
  int64_t weight_scratch() const {
    return forward_scratch() + kernel_area() * 16;
  }
};

template <class T>
struct PlaneKernels {
  // y = bias + x * w. x may be read up to `readable` elements behind its
  // beginning.
  void (*forward)(const PlaneShape& shape, const T* x, int64_t readable,
                  const T* w, T bias, T* scratch, T* y);

  // dw = the sum of x * dy over the planes of a batch, which are `x_step` and
  // `dy_step` elements apart; `readable` ones follow the first of each.
  void (*weight)(const PlaneShape& shape, int64_t batch, const T* x,
                 int64_t x_step, int64_t x_readable, const T* dy,
                 int64_t dy_step, int64_t dy_readable, T* scratch, T* dw);
};

CRESSET_CPU_KERNEL(PlaneKernels<float>, plane_kernels_f32, ());
CRESSET_CPU_KERNEL(PlaneKernels<double>, plane_kernels_f64, ());

template <class T>
const PlaneKernels<T>& plane_kernels();
template <>
inline const PlaneKernels<float>& plane_kernels<float>() {
  static const PlaneKernels<float> kernels = plane_kernels_f32()();
  return kernels;
}
template <>
inline const PlaneKernels<double>& plane_kernels<double>() {
  static const PlaneKernels<double> kernels = plane_kernels_f64()();
  return kernels;
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_CONV_PLANE_KERNEL_H_
