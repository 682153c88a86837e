// One block makes a tile of y from tiles of a and b in shared memory. One
// instantiation reads every integer type: these products are rare.

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/matmul_integers.h"
#include "cresset/cuda/runtime/launch.cuh"

namespace cresset::internal::cuda {
namespace {

constexpr int kTile = 16;

struct IntegerMatrices {
  const void* data;
  int64_t batch, row, column;  // strides in elements
};

struct IntegerProduct {
  Dtype dtype;
  int64_t m, n, k;
  IntegerMatrices a, b;
  void* y;
  int beta;
};

__device__ uint64_t read_integer(Dtype dtype, const void* data, int64_t at) {
  switch (dtype) {
    case Dtype::kUint8:
      return static_cast<const uint8_t*>(data)[at];
    case Dtype::kInt8:
      return static_cast<uint64_t>(static_cast<const int8_t*>(data)[at]);
    case Dtype::kInt16:
      return static_cast<uint64_t>(static_cast<const int16_t*>(data)[at]);
    case Dtype::kUint16:
      return static_cast<const uint16_t*>(data)[at];
    case Dtype::kInt32:
      return static_cast<uint64_t>(static_cast<const int32_t*>(data)[at]);
    case Dtype::kUint32:
      return static_cast<const uint32_t*>(data)[at];
    default:
      return static_cast<const uint64_t*>(data)[at];
  }
}

// The low bits are those of the sum in the narrow type.
__device__ void write_integer(Dtype dtype, void* data, int64_t at,
                              uint64_t value) {
  switch (itemsize(dtype)) {
    case 1:
      static_cast<uint8_t*>(data)[at] = static_cast<uint8_t>(value);
      return;
    case 2:
      static_cast<uint16_t*>(data)[at] = static_cast<uint16_t>(value);
      return;
    case 4:
      static_cast<uint32_t*>(data)[at] = static_cast<uint32_t>(value);
      return;
    default:
      static_cast<uint64_t*>(data)[at] = value;
  }
}

__global__ void integer_product(IntegerProduct p, int64_t row_tiles) {
  __shared__ uint64_t tile_a[kTile][kTile];
  __shared__ uint64_t tile_b[kTile][kTile];
  const int64_t batch = blockIdx.x / row_tiles;
  const int64_t row = (blockIdx.x % row_tiles) * kTile + threadIdx.y;
  const int x = static_cast<int>(threadIdx.x),
            y = static_cast<int>(threadIdx.y);
  for (int64_t first = static_cast<int64_t>(blockIdx.y) * kTile; first < p.n;
       first += static_cast<int64_t>(gridDim.y) * kTile) {
    const int64_t column = first + x;
    uint64_t sum = 0;
    for (int64_t k = 0; k < p.k; k += kTile) {
      __syncthreads();
      tile_a[y][x] = row < p.m && k + x < p.k
                         ? read_integer(p.dtype, p.a.data,
                                        batch * p.a.batch + row * p.a.row +
                                            (k + x) * p.a.column)
                         : 0;
      tile_b[y][x] = column < p.n && k + y < p.k
                         ? read_integer(p.dtype, p.b.data,
                                        batch * p.b.batch + (k + y) * p.b.row +
                                            column * p.b.column)
                         : 0;
      __syncthreads();
      for (int i = 0; i < kTile; ++i) sum += tile_a[y][i] * tile_b[i][x];
    }
    if (row < p.m && column < p.n) {
      const int64_t at = (batch * p.m + row) * p.n + column;
      if (p.beta != 0) sum += read_integer(p.dtype, p.y, at);
      write_integer(p.dtype, p.y, at, sum);
    }
  }
}

IntegerMatrices matrices_of(const Tensor& x) {
  return {x.raw_data(), x.stride(0), x.stride(1), x.stride(2)};
}

}  // namespace

void matmul_integers(const Tensor& a, const Tensor& b, const Tensor& y,
                     int beta) {
  const IntegerProduct product{
      y.dtype(),      y.size(1),      y.size(2),    a.size(2),
      matrices_of(a), matrices_of(b), y.raw_data(), beta};
  const int64_t row_tiles = (product.m + kTile - 1) / kTile;
  const int64_t column_tiles = (product.n + kTile - 1) / kTile;
  constexpr int64_t kMostInY = 65535;
  const LaunchShape shape{
      dim3(static_cast<unsigned>(y.size(0) * row_tiles),
           static_cast<unsigned>(column_tiles < kMostInY ? column_tiles
                                                         : kMostInY)),
      dim3(kTile, kTile)};
  launch(y.device(), shape, integer_product, product, row_tiles);
}

}  // namespace cresset::internal::cuda
