// Rows of outputs are built side by side: for each element of the window, one
// pass over the row takes or adds that element for all outputs at once. With
// the usual strides 1 and 2 known at compile time such a pass is vector code,
// where a loop over the window of one output after another is not.

#include "cresset/tensor/ops/cpu/pool_kernel.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

constexpr int64_t kBlock = 256;  // outputs of a row that are built together

inline int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }
inline int64_t max(int64_t a, int64_t b) { return a > b ? a : b; }

// The outputs j in [first, last) for which element k of the window,
// j * stride + offset, lies inside a row of `width`.
struct Range {
  int64_t first, last;
};

inline Range inside(int64_t first, int64_t last, int64_t stride, int64_t offset,
                    int64_t width) {
  const int64_t low = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
  const int64_t high =
      width - 1 - offset < 0 ? 0 : (width - 1 - offset) / stride + 1;
  return {max(first, low), min(last, high)};
}

template <int kStride, class T>
inline void take_larger(const T* __restrict row, int64_t stride, int64_t place,
                        int64_t n, T* __restrict best,
                        int32_t* __restrict where) {
  const int64_t s = kStride == 0 ? stride : kStride;
  for (int64_t j = 0; j < n; ++j) {
    const T value = row[j * s];
    const bool take = (value > best[j]) | (value != value);
    best[j] = take ? value : best[j];
    where[j] = take ? static_cast<int32_t>(place + j * s) : where[j];
  }
}

template <class T>
void max_row(const PoolView& view, const T* plane, int64_t od, int64_t oh, T* y,
             int64_t* indices) {
  const PoolAxisView &depth = view.axes[0], &height = view.axes[1],
                     &width = view.axes[2];
  const T infinity = static_cast<T>(__builtin_inf());
  const int64_t start =
      (depth.begin[od] * height.in + height.begin[oh]) * width.in;
  T best[kBlock];
  int32_t where[kBlock];
  for (int64_t j0 = 0; j0 < width.out; j0 += kBlock) {
    const int64_t j1 = min(width.out, j0 + kBlock);
    for (int64_t j = j0; j < j1; ++j) {
      best[j - j0] = -infinity;
      where[j - j0] = static_cast<int32_t>(start + width.begin[j]);
    }
    for (int64_t d = depth.begin[od]; d < depth.end[od]; d += depth.step) {
      for (int64_t h = height.begin[oh]; h < height.end[oh]; h += height.step) {
        const int64_t row = (d * height.in + h) * width.in;
        if (width.stride == 0) {
          for (int64_t j = j0; j < j1; ++j) {
            for (int64_t w = width.begin[j]; w < width.end[j]; ++w) {
              take_larger<0>(plane + row + w, 1, row + w, 1, best + (j - j0),
                             where + (j - j0));
            }
          }
          continue;
        }
        for (int64_t k = 0; k < width.kernel; ++k) {
          const int64_t offset = k * width.step - width.padding;
          const Range r = inside(j0, j1, width.stride, offset, width.in);
          if (r.first >= r.last) continue;
          const int64_t place = row + r.first * width.stride + offset;
          const int64_t n = r.last - r.first, at = r.first - j0;
          if (width.stride == 1) {
            take_larger<1>(plane + place, 1, place, n, best + at, where + at);
          } else if (width.stride == 2) {
            take_larger<2>(plane + place, 2, place, n, best + at, where + at);
          } else {
            take_larger<0>(plane + place, width.stride, place, n, best + at,
                           where + at);
          }
        }
      }
    }
    for (int64_t j = j0; j < j1; ++j) {
      y[j] = best[j - j0];
      indices[j] = where[j - j0];
    }
  }
}

template <class T>
void max_pool(const PoolView& view, int64_t first, int64_t last, const T* x,
              T* y, int64_t* indices) {
  const auto* axes = view.axes;
  const int64_t in = axes[0].in * axes[1].in * axes[2].in;
  for (int64_t p = first; p < last; ++p) {
    for (int64_t od = 0; od < axes[0].out; ++od) {
      for (int64_t oh = 0; oh < axes[1].out; ++oh) {
        const int64_t row =
            ((p * axes[0].out + od) * axes[1].out + oh) * axes[2].out;
        max_row(view, x + p * in, od, oh, y + row, indices + row);
      }
    }
  }
}

inline int64_t count_of(const PoolAxisView& axis, int64_t i, bool padded) {
  return padded ? axis.padded_size[i] : axis.end[i] - axis.begin[i];
}

// 1 / divisor for outputs [j0, j1) of a row.
template <class T>
void fill_factors(const PoolView& view, int64_t od, int64_t oh, int64_t j0,
                  int64_t j1, T* factors) {
  const int64_t outer = count_of(view.axes[0], od, view.include_pad) *
                        count_of(view.axes[1], oh, view.include_pad);
  for (int64_t j = j0; j < j1; ++j) {
    const int64_t size =
        view.divisor != 0 ? view.divisor
                          : outer * count_of(view.axes[2], j, view.include_pad);
    factors[j - j0] = static_cast<T>(size);
  }
}

template <int kStride, class T>
inline void add_strided(const T* __restrict row, int64_t stride, int64_t n,
                        T* __restrict sum) {
  const int64_t s = kStride == 0 ? stride : kStride;
  for (int64_t j = 0; j < n; ++j) sum[j] += row[j * s];
}

template <int kStride, class T>
inline void spread_strided(const T* __restrict g, int64_t stride, int64_t n,
                           T* __restrict row) {
  const int64_t s = kStride == 0 ? stride : kStride;
  for (int64_t j = 0; j < n; ++j) row[j * s] += g[j];
}

// Sum of a dense run in eight lanes.
template <class T>
inline T run_sum(const T* x, int64_t n) {
  T lanes[8] = {};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (int l = 0; l < 8; ++l) lanes[l] += x[i + l];
  }
  T sum = ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) +
          ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
  for (; i < n; ++i) sum += x[i];
  return sum;
}

// Walks the rows of the windows of one row of outputs: forward adds elements
// to `sums`, backward adds `sums` to the elements.
template <bool kBackward, class T, class Plane>
void walk_windows(const PoolView& view, Plane* plane, int64_t od, int64_t oh,
                  int64_t j0, int64_t j1, T* sums) {
  const PoolAxisView &depth = view.axes[0], &height = view.axes[1],
                     &width = view.axes[2];
  for (int64_t d = depth.begin[od]; d < depth.end[od]; ++d) {
    for (int64_t h = height.begin[oh]; h < height.end[oh]; ++h) {
      Plane* row = plane + (d * height.in + h) * width.in;
      if (width.stride == 0) {
        for (int64_t j = j0; j < j1; ++j) {
          const int64_t begin = width.begin[j], n = width.end[j] - begin;
          if constexpr (kBackward) {
            for (int64_t w = 0; w < n; ++w) row[begin + w] += sums[j - j0];
          } else {
            sums[j - j0] += run_sum(row + begin, n);
          }
        }
        continue;
      }
      for (int64_t k = 0; k < width.kernel; ++k) {
        const int64_t offset = k - width.padding;
        const Range r = inside(j0, j1, width.stride, offset, width.in);
        if (r.first >= r.last) continue;
        Plane* from = row + r.first * width.stride + offset;
        const int64_t n = r.last - r.first;
        T* at = sums + (r.first - j0);
        if constexpr (kBackward) {
          if (width.stride == 1) {
            spread_strided<1>(at, 1, n, from);
          } else if (width.stride == 2) {
            spread_strided<2>(at, 2, n, from);
          } else {
            spread_strided<0>(at, width.stride, n, from);
          }
        } else {
          if (width.stride == 1) {
            add_strided<1>(from, 1, n, at);
          } else if (width.stride == 2) {
            add_strided<2>(from, 2, n, at);
          } else {
            add_strided<0>(from, width.stride, n, at);
          }
        }
      }
    }
  }
}

template <bool kBackward, class T, class Input, class Output>
void avg_planes(const PoolView& view, int64_t first, int64_t last, Input* in,
                Output* out) {
  const auto* axes = view.axes;
  const int64_t plane = axes[0].in * axes[1].in * axes[2].in;
  T sums[kBlock], factors[kBlock];
  for (int64_t p = first; p < last; ++p) {
    for (int64_t od = 0; od < axes[0].out; ++od) {
      for (int64_t oh = 0; oh < axes[1].out; ++oh) {
        Output* row =
            out + ((p * axes[0].out + od) * axes[1].out + oh) * axes[2].out;
        for (int64_t j0 = 0; j0 < axes[2].out; j0 += kBlock) {
          const int64_t j1 = min(axes[2].out, j0 + kBlock), n = j1 - j0;
          fill_factors(view, od, oh, j0, j1, factors);
          for (int64_t j = 0; j < n; ++j) {
            sums[j] = kBackward ? row[j0 + j] / factors[j] : T(0);
          }
          walk_windows<kBackward>(view, in + p * plane, od, oh, j0, j1, sums);
          if constexpr (!kBackward) {
            for (int64_t j = 0; j < n; ++j) row[j0 + j] = sums[j] / factors[j];
          }
        }
      }
    }
  }
}

}  // namespace

void max_pool_float32(const PoolView& view, int64_t first, int64_t last,
                      const float* x, float* y, int64_t* indices) {
  max_pool(view, first, last, x, y, indices);
}

void max_pool_float64(const PoolView& view, int64_t first, int64_t last,
                      const double* x, double* y, int64_t* indices) {
  max_pool(view, first, last, x, y, indices);
}

void avg_pool_float32(const PoolView& view, int64_t first, int64_t last,
                      const float* x, float* y) {
  avg_planes<false, float>(view, first, last, x, y);
}

void avg_pool_float64(const PoolView& view, int64_t first, int64_t last,
                      const double* x, double* y) {
  avg_planes<false, double>(view, first, last, x, y);
}

void avg_pool_grad_float32(const PoolView& view, int64_t first, int64_t last,
                           const float* g, float* x) {
  avg_planes<true, float>(view, first, last, x, g);
}

void avg_pool_grad_float64(const PoolView& view, int64_t first, int64_t last,
                           const double* g, double* x) {
  avg_planes<true, double>(view, first, last, x, g);
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
