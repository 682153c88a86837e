// The level-specific parts of convolutions, besides products.

#ifndef CRESSET_TENSOR_OPS_CPU_CONV_KERNEL_H_
#define CRESSET_TENSOR_OPS_CPU_CONV_KERNEL_H_

#include <cstdint>

#include "cresset/tensor/core/cpu_level.h"

namespace cresset::internal {

// Output pixels that follow each other in one output row. The input element
// of the first kernel place for pixel i is x[source + i * stride].
struct PixelRun {
  int64_t source;
  int64_t length;
};

template <class T>
struct ConvKernels {
  // Packs patches as pack_b of gemm_kernel.h packs B: row p is the input seen
  // from kernel place offsets[p], column j is pixel j of the runs.
  void (*pack_patches)(const T* x, const int64_t* offsets, int64_t depth,
                       const PixelRun* runs, int64_t columns, int64_t stride,
                       T* packed);

  // The same patches as plain rows, `row_stride` apart.
  void (*copy_patches)(const T* x, const int64_t* offsets, int64_t depth,
                       const PixelRun* runs, int64_t count, int64_t stride,
                       T* rows, int64_t row_stride);

  // The reverse: adds rows of patches to where they came from.
  void (*add_patches)(T* x, const int64_t* offsets, int64_t depth,
                      const PixelRun* runs, int64_t count, int64_t stride,
                      const T* rows, int64_t row_stride);

  // One output row, y[i * y_stride + j] = bias[i] + sum over p of
  // w[i * depth + p] x[offsets[p] + j], without packing. Reads up to three
  // vectors behind the last pixel.
  void (*direct_row)(int64_t m, int64_t width, int64_t depth, const T* w,
                     const T* x, const int64_t* offsets, const T* bias, T* y,
                     int64_t y_stride);

  // The same for rows of `width` pixels whose inputs begin `pitch` apart, and
  // whose outputs follow each other. They are formed as one long row in
  // `scratch`, m * ((rows - 1) * pitch + width) elements, so that short rows
  // fill the vectors, too; what lies between them is left behind.
  void (*direct_rows)(int64_t m, int64_t rows, int64_t width, int64_t pitch,
                      int64_t depth, const T* w, const T* x,
                      const int64_t* offsets, const T* bias, T* scratch, T* y,
                      int64_t y_stride);

  // to[c * to_stride + r] = from[r * from_stride + c].
  void (*transpose)(int64_t rows, int64_t columns, const T* from,
                    int64_t from_stride, T* to, int64_t to_stride);

  T (*sum)(int64_t n, const T* x);
};

CRESSET_CPU_KERNEL(ConvKernels<float>, conv_kernels_f32, ());
CRESSET_CPU_KERNEL(ConvKernels<double>, conv_kernels_f64, ());

template <class T>
const ConvKernels<T>& conv_kernels();
template <>
inline const ConvKernels<float>& conv_kernels<float>() {
  static const ConvKernels<float> kernels = conv_kernels_f32()();
  return kernels;
}
template <>
inline const ConvKernels<double>& conv_kernels<double>() {
  static const ConvKernels<double> kernels = conv_kernels_f64()();
  return kernels;
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CPU_CONV_KERNEL_H_
