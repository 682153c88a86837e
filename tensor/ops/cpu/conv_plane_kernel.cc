// A padded plane is read as one long row. Outputs are formed for all places of
// that row at once, those that straddle the ends of rows with the others: they
// are left behind when the rows of the result are cut out.

#include "cresset/tensor/ops/cpu/conv_plane_kernel.h"

#include "cresset/tensor/ops/cpu/copy_run.h"
#include "cresset/tensor/ops/cpu/simd.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

// The plane with zeros around it; those of the scratch memory stay.
template <class T>
inline __attribute__((always_inline)) void pad_plane(const PlaneShape& s,
                                                     const T* x,
                                                     int64_t readable,
                                                     T* padded) {
  const int64_t pitch = s.padded_width();
  const int64_t first = s.padding_height * pitch + s.padding_width;
  copy_rows(s.in_height, s.in_width, x, s.in_width, readable, padded + first,
            pitch, s.plane_scratch() - first);
}

// kVectors vectors of outputs from `x` on.
template <class T, int kVectors>
inline __attribute__((always_inline)) void outputs(const PlaneShape& s,
                                                   const T* x, const T* w,
                                                   T bias, T* y) {
  constexpr int kWide = kLanes<T>;
  Vec<T> sum[kVectors];
  CRESSET_UNROLL
  for (int v = 0; v < kVectors; ++v) sum[v] = Vec<T>{} + bias;
  const int64_t down = s.dilation_height * s.padded_width();
  for (int64_t i = 0; i < s.kernel_height; ++i) {
    const T* from = x + i * down;
    for (int64_t j = 0; j < s.kernel_width; ++j) {
      const T weight = *w++;
      CRESSET_UNROLL
      for (int v = 0; v < kVectors; ++v) {
        sum[v] += load(from + v * kWide) * weight;
      }
      from += s.dilation_width;
    }
  }
  CRESSET_UNROLL
  for (int v = 0; v < kVectors; ++v) store(y + v * kWide, sum[v]);
}

template <class T>
inline __attribute__((always_inline)) void output_run(const PlaneShape& s,
                                                      int64_t length,
                                                      const T* x, const T* w,
                                                      T bias, T* y) {
  constexpr int64_t kWide = kLanes<T>;
  int64_t at = 0;
  for (; at + 3 * kWide < length; at += 4 * kWide) {
    outputs<T, 4>(s, x + at, w, bias, y + at);
  }
  for (; at + kWide < length; at += 2 * kWide) {
    outputs<T, 2>(s, x + at, w, bias, y + at);
  }
  if (at < length) outputs<T, 1>(s, x + at, w, bias, y + at);
}

template <class T>
void forward(const PlaneShape& given, const T* x, int64_t readable, const T* w,
             T bias, T* scratch, T* y) {
  // In registers: the stores below could write to the shape otherwise.
  const PlaneShape s = given;
  const int64_t pitch = s.padded_width();
  T* const rows = scratch + s.plane_scratch();
  pad_plane(s, x, readable, scratch);
  const int64_t across = (s.out_width - 1) * s.stride_width + 1;
  if (s.stride_height == 1 && s.stride_width == 1) {
    output_run(s, (s.out_height - 1) * pitch + across, scratch, w, bias, rows);
    copy_rows(s.out_height, s.out_width, rows, pitch, s.plane_scratch(), y,
              s.out_width, s.out_height * s.out_width);
    return;
  }
  for (int64_t row = 0; row < s.out_height; ++row) {
    output_run(s, across, scratch + row * s.stride_height * pitch, w, bias,
               rows);
    copy_run(s.out_width, rows, s.stride_width, y + row * s.out_width);
  }
}

// Adds the products of dy with x to a vector of sums for each of kHeight by
// kWidth places of the kernel, `down` and `across` apart.
template <class T, int kHeight, int kWidth>
inline __attribute__((always_inline)) void add_products(int64_t length,
                                                        const T* x,
                                                        int64_t down,
                                                        int64_t across,
                                                        const T* dy, T* sums) {
  constexpr int kWide = kLanes<T>;
  constexpr int kPlaces = kHeight * kWidth;
  Vec<T> sum[kPlaces];
  CRESSET_UNROLL
  for (int p = 0; p < kPlaces; ++p) sum[p] = load(sums + p * kWide);
  for (int64_t at = 0; at < length; at += kWide) {
    const Vec<T> by = load(dy + at);
    CRESSET_UNROLL
    for (int p = 0; p < kPlaces; ++p) {
      sum[p] += load(x + at + p / kWidth * down + p % kWidth * across) * by;
    }
  }
  CRESSET_UNROLL
  for (int p = 0; p < kPlaces; ++p) store(sums + p * kWide, sum[p]);
}

// The same for a whole kernel.
template <class T>
inline __attribute__((always_inline)) void add_all_products(
    const PlaneShape& s, int64_t length, const T* x, const T* dy, T* sums) {
  constexpr int64_t kWide = kLanes<T>;
  const int64_t down = s.dilation_height * s.padded_width();
  const int64_t across = s.dilation_width;
  if (s.kernel_height == 3 && s.kernel_width == 3) {
    return add_products<T, 3, 3>(length, x, down, across, dy, sums);
  }
  for (int64_t i = 0; i < s.kernel_height; ++i) {
    const T* const from = x + i * down;
    int64_t j = 0;
    for (; j + 3 <= s.kernel_width; j += 3, sums += 3 * kWide) {
      add_products<T, 1, 3>(length, from + j * across, down, across, dy, sums);
    }
    for (; j < s.kernel_width; ++j, sums += kWide) {
      add_products<T, 1, 1>(length, from + j * across, down, across, dy, sums);
    }
  }
}

// And where strides leave places of x out: x and dy element by element.
template <class T>
void add_strided_products(const PlaneShape& s, const T* x, const T* dy,
                          T* sums) {
  const int64_t pitch = s.padded_width();
  for (int64_t i = 0; i < s.kernel_height; ++i) {
    for (int64_t j = 0; j < s.kernel_width; ++j, sums += kLanes<T>) {
      const T* from = x + i * s.dilation_height * pitch + j * s.dilation_width;
      T sum = 0;
      for (int64_t row = 0; row < s.out_height; ++row) {
        const T* const by = dy + row * s.out_width;
        for (int64_t o = 0; o < s.out_width; ++o) {
          sum += from[o * s.stride_width] * by[o];
        }
        from += s.stride_height * pitch;
      }
      *sums += sum;
    }
  }
}

template <class T>
void weight(const PlaneShape& given, int64_t batch, const T* x, int64_t x_step,
            int64_t x_readable, const T* dy, int64_t dy_step,
            int64_t dy_readable, T* scratch, T* dw) {
  constexpr int64_t kWide = kLanes<T>;
  const PlaneShape s = given;
  const int64_t pitch = s.padded_width();
  T* const rows = scratch + s.plane_scratch();
  T* const sums = rows + s.plane_scratch();
  for (int64_t i = 0; i < s.kernel_area() * kWide; ++i) sums[i] = 0;
  for (int64_t b = 0; b < batch; ++b) {
    const T* const by = dy + b * dy_step;
    pad_plane(s, x + b * x_step, x_readable - b * x_step, scratch);
    if (s.stride_height != 1 || s.stride_width != 1) {
      add_strided_products(s, scratch, by, sums);
      continue;
    }
    // dy in rows as long as those of x, with zeros between them.
    copy_rows(s.out_height, s.out_width, by, s.out_width,
              dy_readable - b * dy_step, rows, pitch, s.plane_scratch());
    add_all_products(s, (s.out_height - 1) * pitch + s.out_width, scratch, rows,
                     sums);
  }
  for (int64_t p = 0; p < s.kernel_area(); ++p) {
    dw[p] = sum_of<T>(load(sums + p * kWide));
  }
}

}  // namespace

PlaneKernels<float> plane_kernels_f32() {
  return {forward<float>, weight<float>};
}
PlaneKernels<double> plane_kernels_f64() {
  return {forward<double>, weight<double>};
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
