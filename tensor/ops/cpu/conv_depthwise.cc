// One filter a plane. Planes are padded one by one, in scratch memory that
// stays in the cache.

#include <algorithm>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/cpu/buffer.h"
#include "cresset/tensor/ops/cpu/conv_paths.h"
#include "cresset/tensor/ops/cpu/conv_plane_kernel.h"

namespace cresset::internal {
namespace {

PlaneShape plane_shape(const ConvGeometry& g) {
  return {g.in_height,     g.in_width,        g.out_height,
          g.out_width,     g.kernel_height,   g.kernel_width,
          g.stride_height, g.stride_width,    g.padding_height,
          g.padding_width, g.dilation_height, g.dilation_width};
}

// Planes whose work is worth a piece of its own.
int64_t piece_of(const ConvGeometry& g, int64_t planes_each) {
  return std::max<int64_t>(
      1, 131072 / (g.out_area() * g.kernel_area() * planes_each + 1));
}

}  // namespace

template <class T>
void conv_forward_depthwise(const ConvGeometry& g, const T* x, const T* w,
                            const T* bias, T* y) {
  const PlaneShape shape = plane_shape(g);
  const int64_t planes = g.batch * g.in_channels;
  parallel_for(0, planes, piece_of(g, 1), [&](int64_t first, int64_t last) {
    const Buffer<T> scratch(shape.forward_scratch());
    std::fill_n(scratch.data(), shape.forward_scratch(), T(0));
    for (int64_t i = first; i < last; ++i) {
      const int64_t c = i % g.in_channels;
      plane_kernels<T>().forward(
          shape, x + i * g.in_area(), (planes - i) * g.in_area(),
          w + c * g.kernel_area(), bias != nullptr ? bias[c] : T(0),
          scratch.data(), y + i * g.out_area());
    }
  });
}

template <class T>
void conv_backward_weight_depthwise(const ConvGeometry& g, const T* x,
                                    const T* dy, T* dw) {
  const PlaneShape shape = plane_shape(g);
  const int64_t planes = g.batch * g.in_channels;
  parallel_for(
      0, g.in_channels, piece_of(g, g.batch), [&](int64_t first, int64_t last) {
        const Buffer<T> scratch(shape.weight_scratch());
        std::fill_n(scratch.data(), shape.weight_scratch(), T(0));
        for (int64_t c = first; c < last; ++c) {
          plane_kernels<T>().weight(
              shape, g.batch, x + c * g.in_area(), g.in_channels * g.in_area(),
              (planes - c) * g.in_area(), dy + c * g.out_area(),
              g.in_channels * g.out_area(), (planes - c) * g.out_area(),
              scratch.data(), dw + c * g.kernel_area());
        }
      });
}

#define CRESSET_INSTANTIATE(T)                                           \
  template void conv_forward_depthwise<T>(const ConvGeometry&, const T*, \
                                          const T*, const T*, T*);       \
  template void conv_backward_weight_depthwise<T>(const ConvGeometry&,   \
                                                  const T*, const T*, T*)
CRESSET_INSTANTIATE(float);
CRESSET_INSTANTIATE(double);
#undef CRESSET_INSTANTIATE

}  // namespace cresset::internal
