#include "cresset/tensor/ops/cpu/conv_kernel.h"

#include <utility>

#include "cresset/tensor/ops/cpu/gemm_tile.h"
#include "cresset/tensor/ops/cpu/simd.h"
#include "cresset/tensor/ops/cpu/transpose.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

// Every second element of 2 * lanes - 1 ones.
template <class T, int... kIndex>
inline __attribute__((always_inline)) Vec<T> load_even(
    const T* from, std::integer_sequence<int, kIndex...> /*all*/) {
  constexpr int kWide = kLanes<T>;
  return __builtin_shufflevector(
      load(from), load(from + kWide - 1),
      (2 * kIndex < kWide ? 2 * kIndex : 2 * kIndex + 1)...);
}

template <class T>
inline __attribute__((always_inline)) Vec<T> load_even(const T* from) {
  return load_even<T>(from, std::make_integer_sequence<int, kLanes<T>>());
}

template <class T>
inline __attribute__((always_inline)) void copy_run(int64_t n, const T* from,
                                                    int64_t stride, T* to) {
  constexpr int kWide = kLanes<T>;
  if (stride == 2 && n >= kWide) {
    for (int64_t i = 0; i < n; i += kWide) {
      const int64_t at = i + kWide <= n ? i : n - kWide;
      store(to + at, load_even(from + 2 * at));
    }
    return;
  }
  if (stride != 1) {
    for (int64_t i = 0; i < n; ++i) to[i] = from[i * stride];
    return;
  }
  if (n < kWide) return copy_few(n, from, to);
  int64_t i = 0;
  for (; i + kWide <= n; i += kWide) store(to + i, load(from + i));
  // The rest, by a vector that overlaps the one before.
  if (i < n) store(to + n - kWide, load(from + n - kWide));
}

template <class T>
void pack_patches(const T* x, const int64_t* offsets, int64_t depth,
                  const PixelRun* runs, int64_t columns, int64_t stride,
                  T* packed) {
  constexpr int kWide = kLanes<T>;
  struct Piece {
    const T* from;
    int64_t length;
    int64_t column;
  };
  Piece pieces[kTileVectors * kWide];
  int64_t used = 0;  // pixels of *runs already packed
  for (int64_t j = 0; j < columns;) {
    const int64_t vectors = panel_vectors((columns - j + kWide - 1) / kWide);
    const int64_t width = vectors * kWide;
    const int64_t valid = columns - j < width ? columns - j : width;
    // The runs' parts in this panel.
    int count = 0;
    for (int64_t at = 0; at < valid;) {
      const int64_t left = runs->length - used;
      const int64_t length = left < valid - at ? left : valid - at;
      pieces[count++] = {x + runs->source + used * stride, length, at};
      at += length;
      used += length;
      if (used == runs->length) {
        ++runs;
        used = 0;
      }
    }
    T* to = packed + j * depth;
    for (int64_t p = 0; p < depth; ++p) {
      for (int i = 0; i < count; ++i) {
        copy_run(pieces[i].length, pieces[i].from + offsets[p], stride,
                 to + pieces[i].column);
      }
      for (int64_t c = valid; c < width; ++c) to[c] = 0;
      to += width;
    }
    j += width;
  }
}

template <class T>
void copy_patches(const T* x, const int64_t* offsets, int64_t depth,
                  const PixelRun* runs, int64_t count, int64_t stride, T* rows,
                  int64_t row_stride) {
  for (int64_t p = 0; p < depth; ++p) {
    T* to = rows + p * row_stride;
    const T* const from = x + offsets[p];
    for (int64_t i = 0; i < count; ++i) {
      copy_run(runs[i].length, from + runs[i].source, stride, to);
      to += runs[i].length;
    }
  }
}

template <class T>
void add_patches(T* x, const int64_t* offsets, int64_t depth,
                 const PixelRun* runs, int64_t count, int64_t stride,
                 const T* rows, int64_t row_stride) {
  for (int64_t p = 0; p < depth; ++p) {
    const T* from = rows + p * row_stride;
    for (int64_t i = 0; i < count; ++i) {
      T* const to = x + offsets[p] + runs[i].source;
      const int64_t length = runs[i].length;
      if (stride == 1) {
        for (int64_t j = 0; j < length; ++j) to[j] += from[j];
      } else {
        for (int64_t j = 0; j < length; ++j) to[j * stride] += from[j];
      }
      from += length;
    }
  }
}

template <class T>
void direct_row(int64_t m, int64_t width, int64_t depth, const T* w, const T* x,
                const int64_t* offsets, const T* bias, T* y, int64_t y_stride) {
  constexpr int kWide = kLanes<T>;
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < width; ++j) {
      y[i * y_stride + j] = bias != nullptr ? bias[i] : T(0);
    }
  }
  for (int64_t i = 0; i < m;) {
    const int64_t rows = tile_rows(m - i);
    for (int64_t j = 0; j < width;) {
      const int64_t vectors = panel_vectors((width - j + kWide - 1) / kWide);
      const int64_t wide = vectors * kWide;
      Tile<T> tile{};
      tile.k = depth;
      tile.a = w + i * depth;
      tile.row_stride = depth;
      tile.depth_stride = 1;
      tile.b = x + j;
      tile.offsets = offsets;
      tile.alpha = 1;
      tile.beta = 1;
      tile.c = y + i * y_stride + j;
      tile.ldc = y_stride;
      tile.n = width - j < wide ? width - j : wide;
      tile_function<T, true>(rows, vectors)(tile);
      j += wide;
    }
    i += rows;
  }
}

// At stride 1 a plane is one long row: the few sums that straddle the ends of
// rows are formed in `flat` with the others and left there.
template <class T>
void plane_forward(const PlaneShape& s, const T* x, const T* w, T bias, T* flat,
                   T* y) {
  const int64_t width = s.out_width;
  if (s.stride_height == 1 && s.stride_width == 1) {
    const int64_t length = (s.out_height - 1) * s.in_width + width;
    for (int64_t j = 0; j < length; ++j) flat[j] = bias;
    for (int64_t h = 0; h < s.kernel_height; ++h) {
      int64_t v = 0;
      const T* const weights = w + h * s.kernel_width;
      const T* const in = x + h * s.dilation_height * s.in_width;
      for (; v + 3 <= s.kernel_width; v += 3) {
        const T w0 = weights[v], w1 = weights[v + 1], w2 = weights[v + 2];
        const T* const in0 = in + v * s.dilation_width;
        const T* const in1 = in0 + s.dilation_width;
        const T* const in2 = in1 + s.dilation_width;
        for (int64_t j = 0; j < length; ++j) {
          flat[j] += w0 * in0[j] + w1 * in1[j] + w2 * in2[j];
        }
      }
      for (; v < s.kernel_width; ++v) {
        const T weight = weights[v];
        const T* const from = in + v * s.dilation_width;
        for (int64_t j = 0; j < length; ++j) flat[j] += weight * from[j];
      }
    }
    for (int64_t row = 0; row < s.out_height; ++row) {
      copy_run(width, flat + row * s.in_width, 1, y + row * width);
    }
    return;
  }
  for (int64_t row = 0; row < s.out_height; ++row) {
    T* const out = y + row * width;
    for (int64_t j = 0; j < width; ++j) out[j] = bias;
    for (int64_t h = 0; h < s.kernel_height; ++h) {
      const T* const in =
          x + (row * s.stride_height + h * s.dilation_height) * s.in_width;
      for (int64_t v = 0; v < s.kernel_width; ++v) {
        const T* const from = in + v * s.dilation_width;
        const T weight = w[h * s.kernel_width + v];
        for (int64_t j = 0; j < width; ++j) {
          out[j] += weight * from[j * s.stride_width];
        }
      }
    }
  }
}

template <class T>
void plane_weight(const PlaneShape& s, const T* x, const T* dy, T* flat,
                  T* dw) {
  constexpr int kWide = kLanes<T>;
  const int64_t width = s.out_width;
  if (s.stride_height == 1 && s.stride_width == 1) {
    // dy spread to the row length of x, with zeros between its rows.
    const int64_t length = (s.out_height - 1) * s.in_width + width;
    for (int64_t row = 0; row < s.out_height; ++row) {
      T* const to = flat + row * s.in_width;
      copy_run(width, dy + row * width, 1, to);
      if (row + 1 == s.out_height) break;
      for (int64_t j = width; j < s.in_width; ++j) to[j] = 0;
    }
    for (int64_t h = 0; h < s.kernel_height; ++h) {
      for (int64_t v = 0; v < s.kernel_width; ++v) {
        const T* const in =
            x + h * s.dilation_height * s.in_width + v * s.dilation_width;
        Vec<T> sums[2] = {};
        int64_t j = 0;
        for (; j + 2 * kWide <= length; j += 2 * kWide) {
          sums[0] += load(in + j) * load(flat + j);
          sums[1] += load(in + j + kWide) * load(flat + j + kWide);
        }
        T rest = 0;
        for (; j < length; ++j) rest += in[j] * flat[j];
        dw[h * s.kernel_width + v] += sum_of<T>(sums[0] + sums[1]) + rest;
      }
    }
    return;
  }
  for (int64_t h = 0; h < s.kernel_height; ++h) {
    for (int64_t v = 0; v < s.kernel_width; ++v) {
      T sum = 0;
      for (int64_t row = 0; row < s.out_height; ++row) {
        const T* const in =
            x + (row * s.stride_height + h * s.dilation_height) * s.in_width +
            v * s.dilation_width;
        const T* const out = dy + row * width;
        for (int64_t j = 0; j < width; ++j) {
          sum += in[j * s.stride_width] * out[j];
        }
      }
      dw[h * s.kernel_width + v] += sum;
    }
  }
}

// Whole vectors only, so that nothing beyond the ends is touched.
template <class T>
void transpose_exact(int64_t rows, int64_t columns, const T* from,
                     int64_t from_stride, T* to, int64_t to_stride) {
  constexpr int kWide = kLanes<T>;
  if (rows < kWide || columns < kWide) {
    for (int64_t c = 0; c < columns; ++c) {
      for (int64_t r = 0; r < rows; ++r) {
        to[c * to_stride + r] = from[r * from_stride + c];
      }
    }
    return;
  }
  for (int64_t at = 0; at < rows; at += kWide) {
    const int64_t r = at + kWide <= rows ? at : rows - kWide;
    transpose<T>(kWide, columns, from + r * from_stride, from_stride, to + r,
                 to_stride);
  }
}

template <class T>
T sum(int64_t n, const T* x) {
  constexpr int kWide = kLanes<T>;
  Vec<T> sums[4] = {};
  int64_t i = 0;
  for (; i + 4 * kWide <= n; i += 4 * kWide) {
    for (int v = 0; v < 4; ++v) sums[v] += load(x + i + v * kWide);
  }
  T rest = 0;
  for (; i < n; ++i) rest += x[i];
  return sum_of<T>((sums[0] + sums[1]) + (sums[2] + sums[3])) + rest;
}

template <class T>
constexpr ConvKernels<T> kKernels{
    pack_patches<T>,  copy_patches<T>, add_patches<T>,     direct_row<T>,
    plane_forward<T>, plane_weight<T>, transpose_exact<T>, sum<T>};

}  // namespace

ConvKernels<float> conv_kernels_f32() { return kKernels<float>; }
ConvKernels<double> conv_kernels_f64() { return kKernels<double>; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
