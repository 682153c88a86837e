// Products of tiles of attention, in float32.
//
// Tiles are lines of float32 in shared memory, four floats longer than needed:
// lanes that read different lines then read different banks.

#ifndef CRESSET_CUDA_OPS_ATTENTION_PRODUCTS_CUH_
#define CRESSET_CUDA_OPS_ATTENTION_PRODUCTS_CUH_

#include "cresset/cuda/ops/attention.cuh"

namespace cresset::internal::cuda {

__device__ inline float dot4(float4 a, float4 b, float sum) {
  sum += a.x * b.x;
  sum += a.y * b.y;
  sum += a.z * b.z;
  return sum + a.w * b.w;
}

// What kernels use of a type T with heads of up to kHead elements:
//   Element, kLine, kWeightLine  tiles of x, and of weights [queries, 32 keys]
//   kScratch                     floats that products of kRows lines need
//   load                         a tile of a tensor
//   scores                       s[i][j] = query line ty + 16 i of a times key
//                                line tx + 8 j of b
//   store                        weights into shared memory
//   mix                          columns tx * 4 + 32 c of query ty + 16 i:
//                                += its weights times the key lines of x
//   mix_back                     columns (t % 16) * 4 + 64 c of key
//                                t / 16 * 4 + i: += its weights, of all
//                                queries, times the query lines of x
// Callers put a barrier before what these read was written by others, and
// before they write what these have read.
template <class T, int kHead>
struct Products {
  using Element = float;
  static constexpr int kLine = kHead + 4;
  static constexpr int kWeightLine = kTileKeys + 4;
  static constexpr int kScratch(int /*rows*/) { return 0; }

  __device__ static void load(const AttentionArgs& args, const HeadMatrices& x,
                              const Head& head, int64_t first, int64_t n,
                              int rows, int width, float* to) {
    load_tile<T, kLine>(args, x, head, first, n, rows, width,
                        (width + 3) / 4 * 4, to);
  }

  template <int kEach>
  __device__ static void scores(const float* a, const float* b, int width,
                                float* /*scratch*/, float (&s)[kEach][kMine]) {
    const int tx = static_cast<int>(threadIdx.x) % kLanes;
    const int ty = static_cast<int>(threadIdx.x) / kLanes;
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
#pragma unroll
      for (int j = 0; j < kMine; ++j) s[i][j] = 0;
    }
    for (int c = 0; c < width; c += 4) {
      float4 y[kMine];
#pragma unroll
      for (int j = 0; j < kMine; ++j) {
        y[j] = quad(b + (tx + kLanes * j) * kLine + c);
      }
#pragma unroll
      for (int i = 0; i < kEach; ++i) {
        const float4 x = quad(a + (ty + 16 * i) * kLine + c);
#pragma unroll
        for (int j = 0; j < kMine; ++j) s[i][j] = dot4(x, y[j], s[i][j]);
      }
    }
  }

  template <int kEach>
  __device__ static void store(const float (&s)[kEach][kMine], float* to) {
    const int tx = static_cast<int>(threadIdx.x) % kLanes;
    const int ty = static_cast<int>(threadIdx.x) / kLanes;
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
#pragma unroll
      for (int j = 0; j < kMine; ++j) {
        to[(ty + 16 * i) * kWeightLine + tx + kLanes * j] = s[i][j];
      }
    }
  }

  template <int kEach, int kChunks>
  __device__ static void mix(const float* weights, const float* x, int width,
                             float* /*scratch*/,
                             float (&sum)[kEach][kChunks][4]) {
    const int tx = static_cast<int>(threadIdx.x) % kLanes;
    const int ty = static_cast<int>(threadIdx.x) / kLanes;
    for (int key = 0; key < kTileKeys; key += 4) {
      float4 p[kEach];
#pragma unroll
      for (int i = 0; i < kEach; ++i) {
        p[i] = quad(weights + (ty + 16 * i) * kWeightLine + key);
      }
#pragma unroll
      for (int c = 0; c < kChunks; ++c) {
        if (c * 32 >= width) break;
        float4 line[4];
#pragma unroll
        for (int m = 0; m < 4; ++m) {
          line[m] = quad(x + (key + m) * kLine + c * 32 + tx * 4);
        }
#pragma unroll
        for (int i = 0; i < kEach; ++i) {
          const float weight[4] = {p[i].x, p[i].y, p[i].z, p[i].w};
#pragma unroll
          for (int m = 0; m < 4; ++m) add(weight[m], line[m], sum[i][c]);
        }
      }
    }
  }

  template <int kRows, int kChunks>
  __device__ static void mix_back(const float* weights, const float* x,
                                  int width, float* /*scratch*/,
                                  float (&sum)[4][kChunks][4]) {
    const int cx = static_cast<int>(threadIdx.x) % 16;
    const int ky = static_cast<int>(threadIdx.x) / 16;
    for (int row = 0; row < kRows; ++row) {
      const float4 p = quad(weights + row * kWeightLine + ky * 4);
      const float weight[4] = {p.x, p.y, p.z, p.w};
#pragma unroll
      for (int c = 0; c < kChunks; ++c) {
        if (c * 64 >= width) break;
        const float4 line = quad(x + row * kLine + c * 64 + cx * 4);
#pragma unroll
        for (int i = 0; i < 4; ++i) add(weight[i], line, sum[i][c]);
      }
    }
  }

 private:
  __device__ static float4 quad(const float* x) {
    return *reinterpret_cast<const float4*>(x);
  }
  __device__ static void add(float weight, float4 line, float (&sum)[4]) {
    sum[0] += weight * line.x;
    sum[1] += weight * line.y;
    sum[2] += weight * line.z;
    sum[3] += weight * line.w;
  }
};

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_ATTENTION_PRODUCTS_CUH_
