// The choice among the ways of conv_paths.h, and the simplest of them.

#include "cresset/tensor/ops/cpu/conv.h"

#include <algorithm>
#include <type_traits>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/cpu/buffer.h"
#include "cresset/tensor/ops/cpu/conv_kernel.h"
#include "cresset/tensor/ops/cpu/conv_patches.h"
#include "cresset/tensor/ops/cpu/conv_paths.h"

namespace cresset::internal {
namespace {

// Vectors that direct_row may read behind the last pixel, in elements.
constexpr int64_t kDirectRoom = 64;

// Pixels of neighbouring rows that are formed as one row.
constexpr int64_t kJoined = 512;

// Whether that leaves fewer lanes of the vectors unused than rows one by one.
bool are_rows_joined(const ConvGeometry& g) {
  const int64_t width = PaddedShape(g).width;
  return g.stride_height == 1 && g.stride_width == 1 && g.out_width < 48 &&
         width <= round_up(g.out_width, 16);
}

// The convolution of dy that gives dx at stride 1: channels change places, and
// the kernel is turned by half a turn.
ConvGeometry turned(const ConvGeometry& g) {
  ConvGeometry t = g;
  std::swap(t.in_channels, t.out_channels);
  std::swap(t.in_height, t.out_height);
  std::swap(t.in_width, t.out_width);
  t.padding_height =
      g.dilation_height * (g.kernel_height - 1) - g.padding_height;
  t.padding_width = g.dilation_width * (g.kernel_width - 1) - g.padding_width;
  return t;
}

template <class T>
void turn_weight(const ConvGeometry& g, const T* w, T* turned) {
  const int64_t in = g.group_in();
  const int64_t out = g.group_out();
  const int64_t area = g.kernel_area();
  if (area == 1) {
    // Strips of rows: reads run along whole rows of w.
    constexpr int64_t kStrip = 64;
    const int64_t strips = (out + kStrip - 1) / kStrip;
    parallel_for(0, g.groups * strips, 1, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        const int64_t at = i % strips * kStrip;
        const int64_t group = i / strips * in * out;
        conv_kernels<T>().transpose(std::min(kStrip, out - at), in,
                                    w + group + at * in, in,
                                    turned + group + at, out);
      }
    });
    return;
  }
  parallel_for(0, g.groups * in, std::max<int64_t>(1, 16384 / (out * area)),
               [&](int64_t first, int64_t last) {
                 for (int64_t i = first; i < last; ++i) {
                   const T* const group = w + i / in * out * in * area;
                   T* const to = turned + i * out * area;
                   for (int64_t o = 0; o < out; ++o) {
                     const T* const from = group + (o * in + i % in) * area;
                     for (int64_t p = 0; p < area; ++p) {
                       to[o * area + p] = from[area - 1 - p];
                     }
                   }
                 }
               });
}

}  // namespace

bool is_direct(const ConvGeometry& g) {
  return g.stride_width == 1 && g.out_width >= 12 &&
         (g.depth() <= 32 || (g.group_out() <= 16 && g.depth() <= 512));
}

template <class T>
void conv_forward_direct(const ConvGeometry& g, const T* x, const T* w,
                         const T* bias, T* y) {
  const PaddedInput<T> input(g, x, kDirectRoom);
  const PatchOffsets offsets(g);
  const PaddedShape shape(g);
  const ConvKernels<T>& kernels = conv_kernels<T>();
  const int64_t out = g.group_out();
  const int64_t row_work = g.out_width * out * g.depth();
  // Rows that a piece of work forms together.
  const int64_t together =
      are_rows_joined(g) ? std::min(g.out_height, kJoined / shape.width) : 1;
  const int64_t pieces = (g.out_height + together - 1) / together;
  parallel_for(
      0, g.batch * g.groups * pieces,
      std::max<int64_t>(1, 100000 / (row_work * together)),
      [&](int64_t first, int64_t last) {
        const Buffer<T> scratch(together > 1 ? out * kJoined : 0);
        for (int64_t i = first; i < last; ++i) {
          const int64_t row = i % pieces * together;
          const int64_t rows = std::min(together, g.out_height - row);
          const int64_t plane = i / pieces;  // image and group
          const int64_t group = plane % g.groups;
          const T* const weight = w + group * out * g.depth();
          const T* const from = input.data() +
                                plane * g.group_in() * shape.area() +
                                row * g.stride_height * shape.width;
          const T* const add = bias != nullptr ? bias + group * out : nullptr;
          T* const to = y + plane * out * g.out_area() + row * g.out_width;
          if (rows == 1) {
            kernels.direct_row(out, g.out_width, g.depth(), weight, from,
                               offsets.data(), add, to, g.out_area());
          } else {
            kernels.direct_rows(out, rows, g.out_width, shape.width, g.depth(),
                                weight, from, offsets.data(), add,
                                scratch.data(), to, g.out_area());
          }
        }
      });
}

template <class T>
void conv_forward(const ConvGeometry& geometry, const T* x, const T* w,
                  const T* bias, T* y) {
  const ConvGeometry g = joined(geometry);
  if (g.batch * g.out_channels * g.out_area() == 0) return;
  if (is_depthwise(g)) return conv_forward_depthwise(g, x, w, bias, y);
  if constexpr (std::is_same_v<T, float>) {
    if (is_winograd(g)) return conv_forward_winograd(g, x, w, bias, y);
  }
  if (is_direct(g)) return conv_forward_direct(g, x, w, bias, y);
  conv_forward_patches(g, x, w, bias, y);
}

template <class T>
void conv_backward_data(const ConvGeometry& geometry, const T* w, const T* dy,
                        T* dx) {
  const ConvGeometry g = joined(geometry);
  if (g.batch * g.in_channels * g.in_area() == 0) return;
  const ConvGeometry t = turned(g);
  if (g.stride_height != 1 || g.stride_width != 1 || t.padding_height < 0 ||
      t.padding_width < 0 || g.out_channels * g.out_area() == 0) {
    return conv_backward_data_patches(g, w, dy, dx);
  }
  const Buffer<T> weight(g.out_channels * g.depth());
  turn_weight(g, w, weight.data());
  conv_forward<T>(t, dy, weight.data(), nullptr, dx);
}

template <class T>
void conv_backward_bias(const ConvGeometry& g, const T* dy, T* dbias) {
  const int64_t area = g.out_area();
  parallel_for(0, g.out_channels,
               std::max<int64_t>(1, 32768 / (g.batch * area + 1)),
               [&](int64_t first, int64_t last) {
                 for (int64_t c = first; c < last; ++c) {
                   T sum = 0;
                   for (int64_t b = 0; b < g.batch; ++b) {
                     sum += conv_kernels<T>().sum(
                         area, dy + (b * g.out_channels + c) * area);
                   }
                   dbias[c] = sum;
                 }
               });
}

#define CRESSET_INSTANTIATE(T)                                                 \
  template void conv_forward<T>(const ConvGeometry&, const T*, const T*,       \
                                const T*, T*);                                 \
  template void conv_backward_data<T>(const ConvGeometry&, const T*, const T*, \
                                      T*);                                     \
  template void conv_backward_bias<T>(const ConvGeometry&, const T*, T*)
CRESSET_INSTANTIATE(float);
CRESSET_INSTANTIATE(double);
#undef CRESSET_INSTANTIATE

}  // namespace cresset::internal
