// What the convolutions share: padded input, and patches of it for products.

#ifndef CRESSET_TENSOR_OPS_CPU_CONV_PATCHES_H_
#define CRESSET_TENSOR_OPS_CPU_CONV_PATCHES_H_

#include <algorithm>
#include <cstdint>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/cpu/buffer.h"
#include "cresset/tensor/ops/cpu/conv.h"
#include "cresset/tensor/ops/cpu/conv_kernel.h"

namespace cresset::internal {

inline int64_t round_up(int64_t n, int64_t step) {
  return (n + step - 1) / step * step;
}

// The geometry with neighbouring rows joined where that changes nothing: a
// 1x1 kernel at stride 1 does not see the rows.
inline ConvGeometry joined(ConvGeometry g) {
  if (g.kernel_area() == 1 && g.stride_height == 1 && g.stride_width == 1 &&
      g.padding_height == 0 && g.padding_width == 0) {
    g.in_width = g.out_width = g.in_area();
    g.in_height = g.out_height = 1;
  }
  return g;
}

// Planes of x with the padding around them.
struct PaddedShape {
  explicit PaddedShape(const ConvGeometry& g)
      : height(g.in_height + 2 * g.padding_height),
        width(g.in_width + 2 * g.padding_width) {}
  int64_t height, width;
  int64_t area() const { return height * width; }
};

// Copies planes [height, width] of x into padded ones whose margin is zero.
template <class T>
void pad_planes(const ConvGeometry& g, int64_t planes, const T* x, T* padded) {
  const PaddedShape shape(g);
  parallel_for(0, planes, std::max<int64_t>(1, 32768 / shape.area()),
               [&](int64_t first, int64_t last) {
                 for (int64_t i = first; i < last; ++i) {
                   T* to = padded + i * shape.area();
                   const T* from = x + i * g.in_area();
                   std::fill_n(to, g.padding_height * shape.width, T(0));
                   to += g.padding_height * shape.width;
                   for (int64_t h = 0; h < g.in_height; ++h) {
                     std::fill_n(to, g.padding_width, T(0));
                     std::copy_n(from, g.in_width, to + g.padding_width);
                     std::fill_n(to + g.padding_width + g.in_width,
                                 g.padding_width, T(0));
                     to += shape.width;
                     from += g.in_width;
                   }
                   std::fill_n(to, g.padding_height * shape.width, T(0));
                 }
               });
}

// x itself if it needs neither padding nor room behind its end, else a copy.
template <class T>
class PaddedInput {
 public:
  PaddedInput(const ConvGeometry& g, const T* x, int64_t room)
      : copied_(g.padding_height > 0 || g.padding_width > 0 || room > 0),
        buffer_(copied_ ? g.batch * g.in_channels * PaddedShape(g).area() + room
                        : 0),
        data_(copied_ ? buffer_.data() : x) {
    if (!copied_) return;
    const int64_t planes = g.batch * g.in_channels;
    pad_planes(g, planes, x, buffer_.data());
    std::fill_n(buffer_.data() + planes * PaddedShape(g).area(), room, T(0));
  }
  const T* data() const { return data_; }

 private:
  bool copied_;
  Buffer<T> buffer_;
  const T* data_;
};

// For each row (channel of the group, kernel row, kernel column) of a patch
// matrix: how far its input lies from that of the first row.
class PatchOffsets {
 public:
  explicit PatchOffsets(const ConvGeometry& g) : buffer_(g.depth()) {
    const PaddedShape shape(g);
    int64_t* to = buffer_.data();
    for (int64_t c = 0; c < g.group_in(); ++c) {
      for (int64_t h = 0; h < g.kernel_height; ++h) {
        for (int64_t v = 0; v < g.kernel_width; ++v) {
          *to++ = c * shape.area() + h * g.dilation_height * shape.width +
                  v * g.dilation_width;
        }
      }
    }
  }
  const int64_t* data() const { return buffer_.data(); }

 private:
  Buffer<int64_t> buffer_;
};

// The runs of the pixels [first, last), counted over the whole batch; returns
// how many there are: at most (last - first) / out_width + 2.
inline int64_t pixel_runs(const ConvGeometry& g, int64_t first, int64_t last,
                          PixelRun* runs) {
  const PaddedShape shape(g);
  int64_t count = 0;
  while (first < last) {
    const int64_t column = first % g.out_width;
    const int64_t row = first / g.out_width;
    const int64_t length = std::min(g.out_width - column, last - first);
    runs[count++] = {row / g.out_height * g.in_channels * shape.area() +
                         row % g.out_height * g.stride_height * shape.width +
                         column * g.stride_width,
                     length};
    first += length;
  }
  return count;
}

// Calls body(image, first, last, at) for the parts of the pixels
// [first, last) of the batch that lie in one image; `at` counts from `first`.
template <class F>
void for_each_image(const ConvGeometry& g, int64_t first, int64_t last,
                    F&& body) {
  const int64_t area = g.out_area();
  for (int64_t at = first; at < last;) {
    const int64_t image = at / area;
    const int64_t stop = std::min(last, (image + 1) * area);
    body(image, at - image * area, stop - image * area, at - first);
    at = stop;
  }
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_CONV_PATCHES_H_
