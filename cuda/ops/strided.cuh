// Strided operands in kernels: where element number i of a loop lies in each.
//
// The host merges and orders dimensions (tensor/core/strided_loop.h) and cuts
// loops into pieces of less than 2^31 elements and at most kMaxRank
// dimensions, so kernels count in 32 bits and divide by multiplication.

#ifndef CRESSET_CUDA_OPS_STRIDED_CUH_
#define CRESSET_CUDA_OPS_STRIDED_CUH_

#include <cuda_runtime.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "cresset/tensor/core/strided_loop.h"

namespace cresset::internal::cuda {

constexpr int kMaxRank = 16;

// Division of numbers below 2^31 by a number that is known before.
class Divisor {
 public:
  Divisor() = default;
  explicit Divisor(int64_t divisor) : divisor_(static_cast<uint32_t>(divisor)) {
    while ((uint64_t{1} << shift_) < divisor_) ++shift_;
    const uint64_t rest = (uint64_t{1} << shift_) - divisor_;
    magic_ = static_cast<uint32_t>((rest << 32) / divisor_ + 1);
  }

  __host__ __device__ uint32_t value() const { return divisor_; }

  // n / divisor; n becomes the remainder.
  __host__ __device__ uint32_t split(uint32_t& n) const {
    const auto high = static_cast<uint32_t>((uint64_t{n} * magic_) >> 32);
    const uint32_t quotient = (high + n) >> shift_;
    n -= quotient * divisor_;
    return quotient;
  }

 private:
  uint32_t divisor_ = 1;
  uint32_t magic_ = 1;
  uint32_t shift_ = 0;
};

// The index space of a kernel over N operands. The last dimension is the inner
// one; strides count bytes.
template <int N>
struct StridedSpace {
  int rank;
  uint32_t numel;
  Divisor sizes[kMaxRank];
  int64_t strides[N][kMaxRank];

  // Where element i lies in each operand, in bytes.
  __device__ void offsets(uint32_t i, int64_t (&at)[N]) const {
#pragma unroll
    for (int k = 0; k < N; ++k) at[k] = 0;
    for (int d = rank - 1; d > 0; --d) {
      uint32_t place = i;
      i = sizes[d].split(place);
#pragma unroll
      for (int k = 0; k < N; ++k) at[k] += place * strides[k][d];
    }
#pragma unroll
    for (int k = 0; k < N; ++k) at[k] += i * strides[k][0];
  }

  // The same in operand k alone.
  __device__ int64_t offset(uint32_t i, int k) const {
    int64_t at = 0;
    for (int d = rank - 1; d > 0; --d) {
      uint32_t place = i;
      i = sizes[d].split(place);
      at += place * strides[k][d];
    }
    return at + i * strides[k][0];
  }
};

// A piece of a loop as the host sees it.
struct StridedPiece {
  StridedPiece() = default;
  // All of a loop over `operands` operands.
  StridedPiece(const StridedLoop& loop, size_t operands);

  Shape sizes;
  Shape strides[StridedLoop::kMaxOperands];
  char* bases[StridedLoop::kMaxOperands] = {};

  // Whether a kernel can take it.
  bool fits() const;

  int64_t numel() const;
  int64_t inner_size() const { return sizes.back(); }
  int64_t inner_stride(size_t operand) const { return strides[operand].back(); }

  // Whether vectors of `count` elements of `itemsize` bytes can be read from
  // the operand: rows are dense and start at multiples of a vector, or all
  // elements of a row are one.
  bool has_vectors(size_t operand, int64_t itemsize, int64_t count) const;

  template <int N>
  StridedSpace<N> space() const {
    StridedSpace<N> y;
    y.rank = static_cast<int>(sizes.size());
    y.numel = static_cast<uint32_t>(numel());
    for (size_t d = 0; d < sizes.size(); ++d) {
      // The outermost index is what the others leave.
      if (d > 0) y.sizes[d] = Divisor(sizes[d]);
      for (size_t k = 0; k < N; ++k) {
        y.strides[k][d] = strides[k].empty() ? 0 : strides[k][d];
      }
    }
    return y;
  }
};

// The parts of a piece that kernels can take.
std::vector<StridedPiece> parts_of(StridedPiece piece, size_t operands);

// Calls f(piece) for the pieces of a loop over `operands` operands.
template <class F>
void for_pieces(const StridedLoop& loop, size_t operands, F&& f) {
  StridedPiece all(loop, operands);
  if (all.fits()) return f(all);
  for (const StridedPiece& part : parts_of(std::move(all), operands)) f(part);
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_STRIDED_CUH_
