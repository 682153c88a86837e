#include "cresset/tensor/ops/cpu/winograd_kernel.h"

#include "cresset/tensor/ops/cpu/gemm_tile.h"
#include "cresset/tensor/ops/cpu/simd.h"
#include "cresset/tensor/ops/cpu/transpose.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

constexpr int kWide = kLanes<float>;
using V = Vec<float>;

// One direction of the weight transform: 3 values to 4.
inline __attribute__((always_inline)) void widen(V a, V b, V c, V out[4]) {
  const V outer = (a + c) * 0.5f;
  const V inner = b * 0.5f;
  out[0] = a;
  out[1] = outer + inner;
  out[2] = outer - inner;
  out[3] = c;
}

}  // namespace

void winograd_weight(const WinogradShape& s, int64_t first, int64_t last,
                     const float* w, float* scratch, float* packed,
                     int64_t size) {
  // Lanes are output channels: w by rows of them.
  transpose<float>(s.out_channels, (last - first) * 9, w + first * 9,
                   s.in_channels * 9, scratch, s.out_stride);
  const int64_t vectors = (s.out_channels + kWide - 1) / kWide;
  for (int64_t i = first; i < last; ++i) {
    const float* const rows = scratch + (i - first) * 9 * s.out_stride;
    for (int64_t v = 0; v < vectors;) {
      const int64_t count = panel_vectors(vectors - v);
      float* const to = packed + v * kWide * s.in_channels + i * count * kWide;
      for (int64_t j = 0; j < count; ++j) {
        const float* const from = rows + (v + j) * kWide;
        V half[4][3];
        for (int c = 0; c < 3; ++c) {
          V column[4];
          widen(load(from + c * s.out_stride),
                load(from + (3 + c) * s.out_stride),
                load(from + (6 + c) * s.out_stride), column);
          for (int r = 0; r < 4; ++r) half[r][c] = column[r];
        }
        for (int r = 0; r < 4; ++r) {
          V row[4];
          widen(half[r][0], half[r][1], half[r][2], row);
          for (int c = 0; c < 4; ++c) {
            store(to + (r * 4 + c) * size + j * kWide, row[c]);
          }
        }
      }
      v += count;
    }
  }
}

void winograd_input(const WinogradShape& s, int64_t first, int64_t count,
                    const float* x, const float* zeros, float* out,
                    int64_t row_stride) {
  const int64_t image_tiles = s.tiles_down * s.tiles_across;
  const int64_t image_size = s.in_height * s.in_width * s.in_stride;
  const int64_t place_stride = count * row_stride;
  for (int64_t t = 0; t < count; ++t) {
    const int64_t tile = first + t;
    const int64_t in_image = tile % image_tiles;
    const int64_t top = in_image / s.tiles_across * 2 - s.padding_height;
    const int64_t left = in_image % s.tiles_across * 2 - s.padding_width;
    const float* const image = x + tile / image_tiles * image_size;
    const float* pixels[4][4];
    for (int r = 0; r < 4; ++r) {
      for (int c = 0; c < 4; ++c) {
        const int64_t h = top + r;
        const int64_t v = left + c;
        const bool inside =
            h >= 0 && h < s.in_height && v >= 0 && v < s.in_width;
        pixels[r][c] =
            inside ? image + (h * s.in_width + v) * s.in_stride : zeros;
      }
    }
    float* const to = out + t * row_stride;
    for (int64_t k = 0; k < s.in_channels; k += kWide) {
      V half[4][4];
      CRESSET_UNROLL
      for (int c = 0; c < 4; ++c) {
        const V a = load(pixels[0][c] + k);
        const V b = load(pixels[1][c] + k);
        const V d = load(pixels[2][c] + k);
        const V e = load(pixels[3][c] + k);
        half[0][c] = a - d;
        half[1][c] = b + d;
        half[2][c] = d - b;
        half[3][c] = b - e;
      }
      CRESSET_UNROLL
      for (int r = 0; r < 4; ++r) {
        float* const row = to + r * 4 * place_stride + k;
        store(row, half[r][0] - half[r][2]);
        store(row + place_stride, half[r][1] + half[r][2]);
        store(row + 2 * place_stride, half[r][2] - half[r][1]);
        store(row + 3 * place_stride, half[r][1] - half[r][3]);
      }
    }
  }
}

void winograd_output(const WinogradShape& s, int64_t first, int64_t count,
                     const float* sums, const float* bias, float* y) {
  const int64_t image_tiles = s.tiles_down * s.tiles_across;
  const int64_t image_size = s.out_height * s.out_width * s.out_stride;
  const int64_t place_stride = count * s.out_stride;
  for (int64_t t = 0; t < count; ++t) {
    const int64_t tile = first + t;
    const int64_t in_image = tile % image_tiles;
    const int64_t top = in_image / s.tiles_across * 2;
    const int64_t left = in_image % s.tiles_across * 2;
    float* const to = y + tile / image_tiles * image_size +
                      (top * s.out_width + left) * s.out_stride;
    const bool two_rows = top + 1 < s.out_height;
    const bool two_columns = left + 1 < s.out_width;
    const int64_t down = s.out_width * s.out_stride;
    const float* const from = sums + t * s.out_stride;
    for (int64_t k = 0; k < s.out_channels; k += kWide) {
      V half[2][4];
      CRESSET_UNROLL
      for (int c = 0; c < 4; ++c) {
        const V a = load(from + c * place_stride + k);
        const V b = load(from + (4 + c) * place_stride + k);
        const V d = load(from + (8 + c) * place_stride + k);
        const V e = load(from + (12 + c) * place_stride + k);
        half[0][c] = a + b + d;
        half[1][c] = b - d - e;
      }
      const V base = load(bias + k);
      for (int r = 0; r < (two_rows ? 2 : 1); ++r) {
        float* const row = to + r * down + k;
        store(row, half[r][0] + half[r][1] + half[r][2] + base);
        if (two_columns) {
          store(row + s.out_stride,
                half[r][1] - half[r][2] - half[r][3] + base);
        }
      }
    }
  }
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
