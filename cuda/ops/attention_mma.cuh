// Products of tiles of attention by tensor cores, for 16-bit types.
//
// Tiles and weights hold 16-bit elements; sums are float32. A warp's products
// go through shared memory (`scratch`) to the threads that own their elements,
// since where a fragment holds them is not known.

#ifndef CRESSET_CUDA_OPS_ATTENTION_MMA_CUH_
#define CRESSET_CUDA_OPS_ATTENTION_MMA_CUH_

#include <mma.h>

#include "cresset/cuda/ops/attention_products.cuh"

namespace cresset::internal::cuda {

template <class T>
struct MmaElement;
template <>
struct MmaElement<Half> {
  using Type = __half;
};
template <>
struct MmaElement<BFloat16> {
  using Type = __nv_bfloat16;
};

template <class T, int kHead>
struct MmaProducts {
  using Element = T;
  static constexpr int kLine = kHead + 8;
  static constexpr int kWeightLine = kTileKeys + 8;
  static constexpr int kScratchLine = kHead + 4;
  static constexpr int kScratch(int rows) { return rows * kScratchLine; }

  __device__ static void load(const AttentionArgs& args, const HeadMatrices& x,
                              const Head& head, int64_t first, int64_t n,
                              int rows, int width, T* to) {
    load_tile<T, kLine>(args, x, head, first, n, rows, width, padded(width),
                        to);
  }

  template <int kEach>
  __device__ static void scores(const T* a, const T* b, int width,
                                float* scratch, float (&s)[kEach][kMine]) {
    __syncthreads();  // all have read the scratch
    for (int tile = warp(); tile < kEach * 2; tile += kWarps) {
      const int i = tile % kEach, j = tile / kEach;
      Sum sum;
      nvcuda::wmma::fill_fragment(sum, 0.0f);
      for (int c = 0; c < padded(width); c += 16) {
        Left<nvcuda::wmma::row_major> x;
        Right<nvcuda::wmma::col_major> y;
        nvcuda::wmma::load_matrix_sync(x, of(a + 16 * i * kLine + c), kLine);
        nvcuda::wmma::load_matrix_sync(y, of(b + 16 * j * kLine + c), kLine);
        nvcuda::wmma::mma_sync(sum, x, y, sum);
      }
      put(sum, scratch, i, j);
    }
    __syncthreads();
    const int tx = static_cast<int>(threadIdx.x) % kLanes;
    const int ty = static_cast<int>(threadIdx.x) / kLanes;
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
#pragma unroll
      for (int j = 0; j < kMine; ++j) {
        s[i][j] = scratch[(ty + 16 * i) * kScratchLine + tx + kLanes * j];
      }
    }
  }

  template <int kEach>
  __device__ static void store(const float (&s)[kEach][kMine], T* to) {
    const int tx = static_cast<int>(threadIdx.x) % kLanes;
    const int ty = static_cast<int>(threadIdx.x) / kLanes;
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
#pragma unroll
      for (int j = 0; j < kMine; ++j) {
        to[(ty + 16 * i) * kWeightLine + tx + kLanes * j] =
            converted<T>(s[i][j]);
      }
    }
  }

  template <int kEach, int kChunks>
  __device__ static void mix(const T* weights, const T* x, int width,
                             float* scratch, float (&sum)[kEach][kChunks][4]) {
    __syncthreads();
    const int columns = padded(width) / 16;
    for (int tile = warp(); tile < kEach * columns; tile += kWarps) {
      const int i = tile % kEach, j = tile / kEach;
      Sum product;
      nvcuda::wmma::fill_fragment(product, 0.0f);
#pragma unroll
      for (int key = 0; key < kTileKeys; key += 16) {
        Left<nvcuda::wmma::row_major> p;
        Right<nvcuda::wmma::row_major> y;
        nvcuda::wmma::load_matrix_sync(
            p, of(weights + 16 * i * kWeightLine + key), kWeightLine);
        nvcuda::wmma::load_matrix_sync(y, of(x + key * kLine + 16 * j), kLine);
        nvcuda::wmma::mma_sync(product, p, y, product);
      }
      put(product, scratch, i, j);
    }
    __syncthreads();
    const int tx = static_cast<int>(threadIdx.x) % kLanes;
    const int ty = static_cast<int>(threadIdx.x) / kLanes;
#pragma unroll
    for (int c = 0; c < kChunks; ++c) {
      if (c * 32 + tx * 4 >= width) break;
#pragma unroll
      for (int i = 0; i < kEach; ++i) {
        add(scratch + (ty + 16 * i) * kScratchLine + c * 32 + tx * 4,
            sum[i][c]);
      }
    }
  }

  template <int kRows, int kChunks>
  __device__ static void mix_back(const T* weights, const T* x, int width,
                                  float* scratch, float (&sum)[4][kChunks][4]) {
    __syncthreads();
    const int columns = padded(width) / 16;
    for (int tile = warp(); tile < kTileKeys / 16 * columns; tile += kWarps) {
      const int i = tile % (kTileKeys / 16), j = tile / (kTileKeys / 16);
      Sum product;
      nvcuda::wmma::fill_fragment(product, 0.0f);
#pragma unroll
      for (int row = 0; row < kRows; row += 16) {
        Left<nvcuda::wmma::col_major> p;  // keys by queries
        Right<nvcuda::wmma::row_major> y;
        nvcuda::wmma::load_matrix_sync(
            p, of(weights + row * kWeightLine + 16 * i), kWeightLine);
        nvcuda::wmma::load_matrix_sync(y, of(x + row * kLine + 16 * j), kLine);
        nvcuda::wmma::mma_sync(product, p, y, product);
      }
      put(product, scratch, i, j);
    }
    __syncthreads();
    const int cx = static_cast<int>(threadIdx.x) % 16;
    const int ky = static_cast<int>(threadIdx.x) / 16;
#pragma unroll
    for (int c = 0; c < kChunks; ++c) {
      if (c * 64 + cx * 4 >= width) break;
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        add(scratch + (ky * 4 + i) * kScratchLine + c * 64 + cx * 4, sum[i][c]);
      }
    }
  }

 private:
  using Type = typename MmaElement<T>::Type;
  using Sum =
      nvcuda::wmma::fragment<nvcuda::wmma::accumulator, 16, 16, 16, float>;
  template <class Layout>
  using Left =
      nvcuda::wmma::fragment<nvcuda::wmma::matrix_a, 16, 16, 16, Type, Layout>;
  template <class Layout>
  using Right =
      nvcuda::wmma::fragment<nvcuda::wmma::matrix_b, 16, 16, 16, Type, Layout>;
  static constexpr int kWarps = kAttentionThreads / kWarp;

  __device__ static int warp() { return static_cast<int>(threadIdx.x) / kWarp; }
  // A multiple of 16, which lines are filled up to.
  __device__ static int padded(int width) { return (width + 15) / 16 * 16; }
  __device__ static const Type* of(const T* x) {
    return reinterpret_cast<const Type*>(x);
  }
  __device__ static void put(const Sum& sum, float* scratch, int i, int j) {
    nvcuda::wmma::store_matrix_sync(scratch + 16 * i * kScratchLine + 16 * j,
                                    sum, kScratchLine,
                                    nvcuda::wmma::mem_row_major);
  }
  __device__ static void add(const float* from, float (&sum)[4]) {
    const float4 x = *reinterpret_cast<const float4*>(from);
    sum[0] += x.x;
    sum[1] += x.y;
    sum[2] += x.z;
    sum[3] += x.w;
  }
};

template <int kHead>
struct Products<Half, kHead> : MmaProducts<Half, kHead> {};
template <int kHead>
struct Products<BFloat16, kHead> : MmaProducts<BFloat16, kHead> {};

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_ATTENTION_MMA_CUH_
