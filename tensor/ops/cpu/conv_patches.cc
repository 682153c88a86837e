// Convolutions as products with patches of the input (im2col). Patches are
// packed block by block, straight from the padded input into the panels that
// the product reads, so they never leave the L2 cache.

#include "cresset/tensor/ops/cpu/conv_patches.h"

#include <algorithm>

#include "cresset/tensor/ops/cpu/conv_paths.h"
#include "cresset/tensor/ops/cpu/gemm_kernel.h"

namespace cresset::internal {
namespace {

// W [rows, depth] in steps of kGemmDepth, each as rows kGemmAStride apart.
template <class T>
class PackedRows {
 public:
  PackedRows(bool transposed, int64_t rows, int64_t depth, const T* w,
             int64_t ldw)
      : rows_(rows),
        buffer_((depth + kGemmDepth<T> - 1) / kGemmDepth<T> * rows *
                kGemmAStride<T>) {
    for (int64_t p = 0; p < depth; p += kGemmDepth<T>) {
      gemm_kernels<T>().pack_a(
          transposed, rows, std::min(kGemmDepth<T>, depth - p),
          w + (transposed ? p * ldw : p), ldw,
          buffer_.data() + p / kGemmDepth<T> * rows * kGemmAStride<T>,
          kGemmAStride<T>);
    }
  }
  const T* at(int64_t row, int64_t p) const {
    return buffer_.data() + (p / kGemmDepth<T> * rows_ + row) * kGemmAStride<T>;
  }

 private:
  int64_t rows_;
  Buffer<T> buffer_;
};

// Equal blocks of at most `widest` out of n.
int64_t even_block(int64_t n, int64_t widest, int64_t step) {
  const int64_t count = (n + widest - 1) / widest;
  return round_up((n + count - 1) / count, step);
}

}  // namespace

template <class T>
void conv_forward_patches(const ConvGeometry& g, const T* x, const T* w,
                          const T* bias, T* y) {
  const GemmKernels<T>& kernels = gemm_kernels<T>();
  const PaddedInput<T> input(g, x, 0);
  const PatchOffsets offsets(g);
  const PackedRows<T> weight(false, g.out_channels, g.depth(), w, g.depth());
  const int64_t area = g.out_area();
  const int64_t out = g.group_out();
  const int64_t group_size = g.group_in() * PaddedShape(g).area();
  // Blocks of one image write y in place; small images share blocks.
  const bool alone = area >= 2 * kernels.lanes * 3;
  const int64_t pixels = alone ? area : g.batch * area;
  const int64_t images = alone ? g.batch : 1;
  int64_t columns = even_block(pixels, kernels.columns, kernels.lanes);
  int64_t rows = round_up(out, kGemmRowGroup);
  const auto across = [&] { return (pixels + columns - 1) / columns; };
  const auto down = [&] { return (out + rows - 1) / rows; };
  const int64_t wanted = g.batch * area * g.out_channels * g.depth() < (1 << 19)
                             ? 1
                             : 4 * get_num_threads();
  while (get_num_threads() > 1 &&
         images * g.groups * across() * down() < wanted) {
    if (rows >= columns && rows > kGemmRowGroup) {
      rows = round_up(rows / 2, kGemmRowGroup);
    } else if (columns > 6 * kernels.lanes) {
      columns = round_up(columns / 2, 3 * kernels.lanes);
    } else {
      break;
    }
  }
  const int64_t row_blocks = down();
  const int64_t blocks = across() * row_blocks;
  parallel_for(
      0, images * g.groups * blocks, 1, [&](int64_t first, int64_t last) {
        const Buffer<PixelRun> runs(columns / g.out_width + 3);
        const Buffer<T> packed(columns * std::min(kGemmDepth<T>, g.depth()));
        const Buffer<T> apart(alone ? 0 : rows * columns);
        for (int64_t task = first; task < last; ++task) {
          const int64_t row = task % row_blocks * rows;
          const int64_t height = std::min(rows, out - row);
          const int64_t group = task / blocks % g.groups;
          const int64_t image = task / blocks / g.groups;
          const int64_t begin =
              image * area + task % blocks / row_blocks * columns;
          const int64_t end =
              std::min(begin + columns, (image * area) + pixels);
          const int64_t width = end - begin;
          pixel_runs(g, begin, end, runs.data());
          const int64_t channel = group * out + row;
          T* c = apart.data();
          int64_t ldc = width;
          if (alone) {
            c = y + (image * g.out_channels + channel) * area + begin -
                image * area;
            ldc = area;
          }
          for (int64_t i = 0; i < height; ++i) {
            std::fill_n(c + i * ldc, width,
                        bias != nullptr ? bias[channel + i] : T(0));
          }
          for (int64_t p = 0; p < g.depth(); p += kGemmDepth<T>) {
            const int64_t depth = std::min(kGemmDepth<T>, g.depth() - p);
            conv_kernels<T>().pack_patches(
                input.data() + group * group_size, offsets.data() + p, depth,
                runs.data(), width, g.stride_width, packed.data());
            kernels.block(height, width, depth, T(1), weight.at(channel, p),
                          kGemmAStride<T>, 1, packed.data(), T(1), c, ldc);
          }
          if (alone) continue;
          for_each_image(
              g, begin, end,
              [&](int64_t b, int64_t from, int64_t to, int64_t at) {
                for (int64_t i = 0; i < height; ++i) {
                  std::copy_n(
                      c + i * ldc + at, to - from,
                      y + (b * g.out_channels + channel + i) * area + from);
                }
              });
        }
      });
}

// dx of one task's channels: the patches' gradient W^T dy, added up in a
// padded dx.
template <class T>
void conv_backward_data_patches(const ConvGeometry& g, const T* w, const T* dy,
                                T* dx) {
  const GemmKernels<T>& kernels = gemm_kernels<T>();
  const PatchOffsets offsets(g);
  const PaddedShape shape(g);
  const int64_t area = g.out_area();
  const int64_t out = g.group_out();
  const int64_t in = g.group_in();
  const int64_t pixels = g.batch * area;
  const int64_t columns = std::max(
      even_block(pixels, kernels.columns, kernels.lanes), kernels.lanes);
  const int64_t chunks = (pixels + columns - 1) / columns;
  const int64_t chunk_size = columns * out;
  // dy of each group and chunk of pixels, packed once for all channels of x.
  const Buffer<T> packed(g.groups * chunks * chunk_size);
  parallel_for(0, g.groups * chunks, 1, [&](int64_t first, int64_t last) {
    const Buffer<T> rows(kGemmDepth<T> * columns);
    for (int64_t task = first; task < last; ++task) {
      const int64_t group = task / chunks;
      const int64_t begin = task % chunks * columns;
      const int64_t end = std::min(begin + columns, pixels);
      for (int64_t p = 0; p < out; p += kGemmDepth<T>) {
        const int64_t depth = std::min(kGemmDepth<T>, out - p);
        for_each_image(
            g, begin, end,
            [&](int64_t b, int64_t from, int64_t to, int64_t at) {
              for (int64_t i = 0; i < depth; ++i) {
                std::copy_n(
                    dy + (b * g.out_channels + group * out + p + i) * area +
                        from,
                    to - from, rows.data() + i * columns + at);
              }
            });
        kernels.pack_b(false, depth, end - begin, rows.data(), columns,
                       packed.data() + task * chunk_size + p * columns);
      }
    }
  });
  // A few channels of x a task, so that no two tasks add to the same place.
  const int64_t channels = std::max<int64_t>(
      1, std::min(kGemmRowGroup / g.kernel_area(), (in + 7) / 8));
  const int64_t tasks = (in + channels - 1) / channels;
  parallel_for(0, g.groups * tasks, 1, [&](int64_t first, int64_t last) {
    const Buffer<PixelRun> runs(columns / std::max<int64_t>(1, g.out_width) +
                                3);
    const int64_t most_rows = channels * g.kernel_area();
    const Buffer<T> patches(most_rows * columns);
    const Buffer<T> padded(g.batch * channels * shape.area());
    for (int64_t task = first; task < last; ++task) {
      const int64_t group = task / tasks;
      const int64_t channel = task % tasks * channels;
      const int64_t count = std::min(channels, in - channel);
      const int64_t rows = count * g.kernel_area();
      const PackedRows<T> weight(
          true, rows, out,
          w + group * out * g.depth() + channel * g.kernel_area(), g.depth());
      // Runs count images of all channels; here an image has `count` of them.
      ConvGeometry part = g;
      part.in_channels = count;
      std::fill_n(padded.data(), g.batch * count * shape.area(), T(0));
      for (int64_t chunk = 0; chunk < chunks; ++chunk) {
        const int64_t begin = chunk * columns;
        const int64_t end = std::min(begin + columns, pixels);
        for (int64_t p = 0; p < out; p += kGemmDepth<T>) {
          kernels.block(rows, end - begin, std::min(kGemmDepth<T>, out - p),
                        T(1), weight.at(0, p), kGemmAStride<T>, 1,
                        packed.data() + (group * chunks + chunk) * chunk_size +
                            p * columns,
                        p == 0 ? T(0) : T(1), patches.data(), columns);
        }
        const int64_t run_count = pixel_runs(part, begin, end, runs.data());
        conv_kernels<T>().add_patches(padded.data(), offsets.data(), rows,
                                      runs.data(), run_count, g.stride_width,
                                      patches.data(), columns);
      }
      for (int64_t b = 0; b < g.batch; ++b) {
        for (int64_t c = 0; c < count; ++c) {
          const T* const from = padded.data() + (b * count + c) * shape.area() +
                                g.padding_height * shape.width +
                                g.padding_width;
          T* const to =
              dx + (b * g.in_channels + group * in + channel + c) * g.in_area();
          for (int64_t h = 0; h < g.in_height; ++h) {
            std::copy_n(from + h * shape.width, g.in_width,
                        to + h * g.in_width);
          }
        }
      }
    }
  });
}

// The gradient is formed as dw^T = patches dy^T: rows of patches are copies of
// rows of x, and only dy, which is smaller, needs a transpose.
template <class T>
void conv_backward_weight(const ConvGeometry& geometry, const T* x, const T* dy,
                          T* dw) {
  const ConvGeometry g = joined(geometry);
  const int64_t area = g.out_area();
  const int64_t pixels = g.batch * area;
  const int64_t out = g.group_out();
  const int64_t rows = g.depth();
  if (g.out_channels * rows == 0) return;
  if (pixels == 0) return void(std::fill_n(dw, g.out_channels * rows, T(0)));
  if (is_depthwise(g)) return conv_backward_weight_depthwise(g, x, dy, dw);
  const GemmKernels<T>& kernels = gemm_kernels<T>();
  const PaddedInput<T> input(g, x, 0);
  const PatchOffsets offsets(g);
  const int64_t chunks = (pixels + kGemmDepth<T> - 1) / kGemmDepth<T>;
  const int64_t wide = round_up(out, kernels.lanes);
  const int64_t chunk_size = kGemmDepth<T> * wide;
  const Buffer<T> packed(g.groups * chunks * chunk_size);
  parallel_for(0, g.groups * chunks, 1, [&](int64_t first, int64_t last) {
    const Buffer<T> lines(out * kGemmAStride<T>);
    for (int64_t task = first; task < last; ++task) {
      const int64_t group = task / chunks;
      const int64_t begin = task % chunks * kGemmDepth<T>;
      const int64_t end = std::min(begin + kGemmDepth<T>, pixels);
      for_each_image(
          g, begin, end, [&](int64_t b, int64_t from, int64_t to, int64_t at) {
            for (int64_t i = 0; i < out; ++i) {
              std::copy_n(
                  dy + (b * g.out_channels + group * out + i) * area + from,
                  to - from, lines.data() + i * kGemmAStride<T> + at);
            }
          });
      kernels.pack_b(true, end - begin, out, lines.data(), kGemmAStride<T>,
                     packed.data() + task * chunk_size);
    }
  });
  // Where there are few rows, the pixels are cut as well, into a number of
  // parts that depends on the sizes only.
  const int64_t row_blocks = (rows + kGemmRowGroup - 1) / kGemmRowGroup;
  const int64_t parts =
      std::clamp<int64_t>(16 / (row_blocks * g.groups), 1, chunks);
  const int64_t size = rows * out;
  const Buffer<T> sums(parts * g.groups * size);
  parallel_for(
      0, g.groups * parts * row_blocks, 1, [&](int64_t first, int64_t last) {
        const Buffer<PixelRun> runs(kGemmDepth<T> / g.out_width + 3);
        const Buffer<T> patches(kGemmRowGroup * kGemmAStride<T>);
        for (int64_t task = first; task < last; ++task) {
          const int64_t row = task % row_blocks * kGemmRowGroup;
          const int64_t count = std::min(kGemmRowGroup, rows - row);
          const int64_t part = task / row_blocks % parts;
          const int64_t group = task / row_blocks / parts;
          const T* const from =
              input.data() + group * g.group_in() * PaddedShape(g).area();
          T* const to =
              sums.data() + (part * g.groups + group) * size + row * out;
          const int64_t start = chunks * part / parts;
          const int64_t stop = chunks * (part + 1) / parts;
          for (int64_t chunk = start; chunk < stop; ++chunk) {
            const int64_t begin = chunk * kGemmDepth<T>;
            const int64_t end = std::min(begin + kGemmDepth<T>, pixels);
            const int64_t run_count = pixel_runs(g, begin, end, runs.data());
            conv_kernels<T>().copy_patches(
                from, offsets.data() + row, count, runs.data(), run_count,
                g.stride_width, patches.data(), kGemmAStride<T>);
            kernels.block(count, out, end - begin, T(1), patches.data(),
                          kGemmAStride<T>, 1,
                          packed.data() + (group * chunks + chunk) * chunk_size,
                          chunk == start ? T(0) : T(1), to, out);
          }
        }
      });
  for (int64_t part = 1; part < parts; ++part) {
    const T* const from = sums.data() + part * g.groups * size;
    for (int64_t i = 0; i < g.groups * size; ++i) sums.data()[i] += from[i];
  }
  const int64_t strip = std::max<int64_t>(64, 16384 / out / 16 * 16);
  const int64_t strips = (rows + strip - 1) / strip;
  parallel_for(0, g.groups * strips, 1, [&](int64_t first, int64_t last) {
    for (int64_t task = first; task < last; ++task) {
      const int64_t row = task % strips * strip;
      const int64_t at = task / strips * size;
      conv_kernels<T>().transpose(std::min(strip, rows - row), out,
                                  sums.data() + at + row * out, out,
                                  dw + at + row, rows);
    }
  });
}

#define CRESSET_INSTANTIATE(T)                                               \
  template void conv_forward_patches<T>(const ConvGeometry&, const T*,       \
                                        const T*, const T*, T*);             \
  template void conv_backward_data_patches<T>(const ConvGeometry&, const T*, \
                                              const T*, T*);                 \
  template void conv_backward_weight<T>(const ConvGeometry&, const T*,       \
                                        const T*, T*)
CRESSET_INSTANTIATE(float);
CRESSET_INSTANTIATE(double);
#undef CRESSET_INSTANTIATE

}  // namespace cresset::internal
