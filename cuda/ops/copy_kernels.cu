#include <cstring>

#include "cresset/cuda/ops/copy_kernels.h"
#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/runtime/launch.cuh"

namespace cresset::internal::cuda {
namespace {

constexpr int kBlock = 256;
constexpr int kPerThread = 4;

LaunchShape tiles_of(int64_t n) {
  return one_block_each((n + kBlock * kPerThread - 1) / (kBlock * kPerThread),
                        kBlock);
}

// Bytes that are moved together.
template <int bytes>
struct alignas(bytes) Unit {
  unsigned char at[bytes];
};
template <>
struct alignas(2) Unit<2> {
  uint16_t at;
};
template <>
struct alignas(4) Unit<4> {
  uint32_t at;
};
template <>
struct alignas(8) Unit<8> {
  uint32_t at[2];
};
template <>
struct alignas(16) Unit<16> {
  uint32_t at[4];
};

struct CopyArgs {
  StridedSpace<2> space;
  char* to;
  const char* from;
};

template <int bytes>
__global__ void __launch_bounds__(kBlock)
    copy_units(const __grid_constant__ CopyArgs args) {
  const uint32_t first = blockIdx.x * (kBlock * kPerThread) + threadIdx.x;
  Unit<bytes> x[kPerThread];
  int64_t to[kPerThread];
#pragma unroll
  for (int e = 0; e < kPerThread; ++e) {
    const uint32_t i = first + e * kBlock;
    if (i >= args.space.numel) break;
    int64_t at[2];
    args.space.offsets(i, at);
    to[e] = at[0];
    x[e] = *reinterpret_cast<const Unit<bytes>*>(args.from + at[1]);
  }
#pragma unroll
  for (int e = 0; e < kPerThread; ++e) {
    if (first + e * kBlock >= args.space.numel) break;
    *reinterpret_cast<Unit<bytes>*>(args.to + to[e]) = x[e];
  }
}

// Planes in which `from` is dense along rows and `to` along columns.
struct TransposeArgs {
  StridedSpace<2> planes;
  char* to;
  const char* from;
  uint32_t rows;
  uint32_t columns;
  Divisor row_tiles;
  Divisor column_tiles;
  int64_t to_row;       // from one row to the next, in bytes
  int64_t from_column;  // from one column to the next
};

constexpr int kTile = 32;

template <int bytes>
__global__ void __launch_bounds__(kBlock)
    copy_tiles(const __grid_constant__ TransposeArgs args) {
  __shared__ Unit<bytes> tile[kTile][kTile + 1];
  uint32_t column = blockIdx.x;
  uint32_t row = args.column_tiles.split(column);
  const uint32_t plane = args.row_tiles.split(row);
  row *= kTile;
  column *= kTile;
  int64_t at[2];
  args.planes.offsets(plane, at);
  const uint32_t lane = threadIdx.x % kTile;
  for (uint32_t i = threadIdx.x / kTile; i < kTile; i += kBlock / kTile) {
    if (row + lane >= args.rows || column + i >= args.columns) continue;
    tile[i][lane] = *reinterpret_cast<const Unit<bytes>*>(
        args.from + at[1] + int64_t{row + lane} * bytes +
        (column + i) * args.from_column);
  }
  __syncthreads();
  for (uint32_t i = threadIdx.x / kTile; i < kTile; i += kBlock / kTile) {
    if (row + i >= args.rows || column + lane >= args.columns) continue;
    *reinterpret_cast<Unit<bytes>*>(args.to + at[0] + (row + i) * args.to_row +
                                    int64_t{column + lane} * bytes) =
        tile[lane][i];
  }
}

struct FillArgs {
  StridedSpace<1> space;
  char* to;
  Unit<16> element;
};

template <int bytes>
__global__ void __launch_bounds__(kBlock)
    fill_units(const __grid_constant__ FillArgs args) {
  Unit<bytes> x;
  memcpy(&x, &args.element, bytes);
  const uint32_t first = blockIdx.x * (kBlock * kPerThread) + threadIdx.x;
#pragma unroll
  for (int e = 0; e < kPerThread; ++e) {
    const uint32_t i = first + e * kBlock;
    if (i >= args.space.numel) break;
    int64_t at[1];
    args.space.offsets(i, at);
    *reinterpret_cast<Unit<bytes>*>(args.to + at[0]) = x;
  }
}

// The kernel for units of 1, 2, 4, 8 or 16 bytes.
template <class Args>
using ByUnit = void (*const[5])(Args);
constexpr int place_of(int64_t bytes) {
  return bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : bytes == 8 ? 3 : 4;
}

bool try_tiles(Device device, const StridedPiece& piece, int64_t bytes) {
  const size_t inner = piece.sizes.size() - 1;
  if (piece.inner_stride(0) != bytes || piece.inner_stride(1) == bytes) {
    return false;
  }
  size_t other = inner;
  for (size_t d = 0; d < inner; ++d) {
    if (piece.strides[1][d] == bytes) other = d;
  }
  constexpr int64_t kFew = 8;
  if (other == inner || piece.sizes[other] < kFew ||
      piece.sizes[inner] < kFew) {
    return false;
  }
  StridedPiece planes;
  planes.sizes.push_back(1);
  for (auto& strides : planes.strides) strides.push_back(0);
  for (size_t d = 0; d < inner; ++d) {
    if (d == other) continue;
    planes.sizes.push_back(piece.sizes[d]);
    for (size_t k = 0; k < 2; ++k) {
      planes.strides[k].push_back(piece.strides[k][d]);
    }
  }
  const auto tiles = [](int64_t n) { return (n + kTile - 1) / kTile; };
  const int64_t rows = piece.sizes[other], columns = piece.sizes[inner];
  const TransposeArgs args = {planes.space<2>(),
                              piece.bases[0],
                              piece.bases[1],
                              static_cast<uint32_t>(rows),
                              static_cast<uint32_t>(columns),
                              Divisor(tiles(rows)),
                              Divisor(tiles(columns)),
                              piece.strides[0][other],
                              piece.inner_stride(1)};
  static const ByUnit<TransposeArgs> kKernels = {copy_tiles<1>, copy_tiles<2>,
                                                 copy_tiles<4>, copy_tiles<8>,
                                                 copy_tiles<16>};
  launch(device,
         one_block_each(planes.numel() * tiles(rows) * tiles(columns), kBlock),
         kKernels[place_of(bytes)], args);
  return true;
}

// The most elements, up to 16 bytes, that all `operands` can move together.
int64_t together(const StridedPiece& piece, size_t operands, int64_t bytes) {
  for (int64_t count = 16 / bytes; count > 1; count /= 2) {
    bool fits = piece.inner_size() % count == 0;
    for (size_t k = 0; k < operands; ++k) {
      fits &=
          piece.inner_stride(k) == bytes && piece.has_vectors(k, bytes, count);
    }
    if (fits) return count;
  }
  return 1;
}

StridedPiece by_units(StridedPiece piece, size_t operands, int64_t count) {
  piece.sizes.back() /= count;
  for (size_t k = 0; k < operands; ++k) piece.strides[k].back() *= count;
  return piece;
}

}  // namespace

void copy_piece(Device device, const StridedPiece& piece, int64_t bytes) {
  if (try_tiles(device, piece, bytes)) return;
  const int64_t count = together(piece, 2, bytes);
  const StridedPiece units = by_units(piece, 2, count);
  const CopyArgs args = {units.space<2>(), piece.bases[0], piece.bases[1]};
  static const ByUnit<CopyArgs> kKernels = {copy_units<1>, copy_units<2>,
                                            copy_units<4>, copy_units<8>,
                                            copy_units<16>};
  launch(device, tiles_of(units.numel()), kKernels[place_of(bytes * count)],
         args);
}

void fill_piece(Device device, const StridedPiece& piece, const void* element,
                int64_t bytes) {
  const int64_t count = together(piece, 1, bytes);
  const StridedPiece units = by_units(piece, 1, count);
  FillArgs args = {units.space<1>(), piece.bases[0], {}};
  for (int64_t at = 0; at < 16; at += bytes) {
    std::memcpy(reinterpret_cast<char*>(&args.element) + at, element,
                static_cast<size_t>(bytes));
  }
  static const ByUnit<FillArgs> kKernels = {fill_units<1>, fill_units<2>,
                                            fill_units<4>, fill_units<8>,
                                            fill_units<16>};
  launch(device, tiles_of(units.numel()), kKernels[place_of(bytes * count)],
         args);
}

}  // namespace cresset::internal::cuda
