#include "cresset/tensor/ops/cpu/conv_kernel.h"

#include "cresset/tensor/ops/cpu/copy_run.h"
#include "cresset/tensor/ops/cpu/gemm_tile.h"
#include "cresset/tensor/ops/cpu/simd.h"
#include "cresset/tensor/ops/cpu/transpose.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

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

template <class T>
void direct_rows(int64_t m, int64_t rows, int64_t width, int64_t pitch,
                 int64_t depth, const T* w, const T* x, const int64_t* offsets,
                 const T* bias, T* scratch, T* y, int64_t y_stride) {
  const int64_t length = (rows - 1) * pitch + width;
  direct_row(m, length, depth, w, x, offsets, bias, scratch, length);
  for (int64_t i = 0; i < m; ++i) {
    copy_rows(rows, width, scratch + i * length, pitch, (m - i) * length,
              y + i * y_stride, width, rows * width);
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
    pack_patches<T>, copy_patches<T>,    add_patches<T>, direct_row<T>,
    direct_rows<T>,  transpose_exact<T>, sum<T>};

}  // namespace

ConvKernels<float> conv_kernels_f32() { return kKernels<float>; }
ConvKernels<double> conv_kernels_f64() { return kKernels<double>; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
