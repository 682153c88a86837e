// Stands before the toolkit's <mma.h>: products of 16 x 16 x 16 by a warp, of
// 16-bit floats added up in float32. What is missing here is a compile error.
//
// Lane l of a warp holds elements 8 l to 8 l + 7 of each matrix, by rows; where
// a GPU holds them is not known, so kernels may only rely on accumulators of
// one type being held alike.

#ifndef CRESSET_TESTS_CUDA_SIM_INCLUDE_MMA_H_
#define CRESSET_TESTS_CUDA_SIM_INCLUDE_MMA_H_

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <cstdint>
#include <cstdio>

namespace cuda_sim {

// What the lanes of a warp put together for one product.
struct WarpMatrices {
  float a[256], b[256];
};
inline WarpMatrices& warp_matrices() {
  static WarpMatrices all[32];
  const unsigned thread =
      threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  return all[thread / 32];
}

// Matrices start at 32 bytes, and their lines at 16.
template <class T>
void check_matrix(const T* data, unsigned line, const char* what) {
  if (reinterpret_cast<uintptr_t>(data) % 32 == 0 &&
      line * sizeof(T) % 16 == 0) {
    return;
  }
  std::fprintf(stderr,
               "cuda_sim: %s of a matrix that is not aligned: address %p, %u "
               "elements a line\n",
               what, static_cast<const void*>(data), line);
  __trap();
}

}  // namespace cuda_sim

namespace nvcuda::wmma {

struct matrix_a;
struct matrix_b;
struct accumulator;
struct row_major;
struct col_major;
enum layout_t { mem_row_major, mem_col_major };

template <class Use, int m, int n, int k, class T, class Layout = void>
struct fragment {
  static_assert(m == 16 && n == 16 && k == 16);
  static constexpr int num_elements = 8;
  T x[num_elements];
};

template <class T>
void fill_fragment(fragment<accumulator, 16, 16, 16, T>& f, T value) {
  for (T& x : f.x) x = value;
}

template <class Use, class T, class Layout>
void load_matrix_sync(fragment<Use, 16, 16, 16, T, Layout>& f, const T* data,
                      unsigned line) {
  cuda_sim::check_matrix(data, line, "load");
  __syncwarp();
  for (int i = 0; i < 8; ++i) {
    const int row = (cuda_sim::lane() * 8 + i) / 16;
    const int column = (cuda_sim::lane() * 8 + i) % 16;
    if constexpr (__is_same(Layout, row_major)) {
      f.x[i] = data[row * static_cast<int>(line) + column];
    } else {
      f.x[i] = data[column * static_cast<int>(line) + row];
    }
  }
}

template <class T>
void store_matrix_sync(T* data, const fragment<accumulator, 16, 16, 16, T>& f,
                       unsigned line, layout_t layout) {
  cuda_sim::check_matrix(data, line, "store");
  for (int i = 0; i < 8; ++i) {
    const int row = (cuda_sim::lane() * 8 + i) / 16;
    const int column = (cuda_sim::lane() * 8 + i) % 16;
    const int step = static_cast<int>(line);
    data[layout == mem_row_major ? row * step + column : column * step + row] =
        f.x[i];
  }
  __syncwarp();
}

template <class T, class LayoutA, class LayoutB>
void mma_sync(fragment<accumulator, 16, 16, 16, float>& d,
              const fragment<matrix_a, 16, 16, 16, T, LayoutA>& a,
              const fragment<matrix_b, 16, 16, 16, T, LayoutB>& b,
              const fragment<accumulator, 16, 16, 16, float>& c) {
  cuda_sim::WarpMatrices& all = cuda_sim::warp_matrices();
  const int first = cuda_sim::lane() * 8;
  __syncwarp();
  for (int i = 0; i < 8; ++i) {
    all.a[first + i] = static_cast<float>(a.x[i]);
    all.b[first + i] = static_cast<float>(b.x[i]);
  }
  __syncwarp();
  const int row = first / 16, column = first % 16;
  for (int i = 0; i < 8; ++i) {
    float sum = c.x[i];
    for (int k = 0; k < 16; ++k) {
      sum += all.a[row * 16 + k] * all.b[k * 16 + column + i];
    }
    d.x[i] = sum;
  }
}

}  // namespace nvcuda::wmma

#endif  // CRESSET_TESTS_CUDA_SIM_INCLUDE_MMA_H_
