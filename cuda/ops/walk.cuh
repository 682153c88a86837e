// From the number of an element to its place in strided operands.

#ifndef CRESSET_CUDA_OPS_WALK_CUH_
#define CRESSET_CUDA_OPS_WALK_CUH_

#include <cuda_runtime.h>

#include <cstdint>
#include <initializer_list>

#include "cresset/tensor/base/error.h"
#include "cresset/tensor/base/shape.h"

namespace cresset::internal::cuda {

// Division by a number that the host knows: a multiplication and a shift for
// numbers below 2^31.
class Divider {
 public:
  Divider() = default;
  explicit Divider(int64_t divisor) : divisor_(divisor) {
    if (divisor >= INT64_C(1) << 31) return;
    const auto d = static_cast<uint64_t>(divisor < 1 ? 1 : divisor);
    while ((UINT64_C(1) << shift_) < d) ++shift_;
    const uint64_t gap = (UINT64_C(1) << shift_) - d;
    magic_ = static_cast<uint32_t>((gap << 32) / d + 1);
    fast_ = 1;
  }

  __host__ __device__ int64_t divisor() const { return divisor_; }
  __device__ int64_t divide(int64_t n) const {
    if (fast_ && n < INT64_C(1) << 31) {
      const auto low = static_cast<uint32_t>(n);
      const auto high =
          static_cast<uint32_t>((static_cast<uint64_t>(low) * magic_) >> 32);
      return static_cast<int64_t>((high + low) >> shift_);
    }
    return n / divisor_;
  }
  // Leaves the quotient in n and returns the remainder.
  __device__ int64_t split(int64_t& n) const {
    const int64_t quotient = divide(n);
    const int64_t rest = n - quotient * divisor_;
    n = quotient;
    return rest;
  }

 private:
  int64_t divisor_ = 1;
  uint32_t magic_ = 1;
  uint16_t shift_ = 0;
  uint16_t fast_ = 0;
};

// The places of row-major element i of some sizes in kOperands operands, which
// have a stride for each dimension. A kernel's argument; dimensions are merged
// where all operands allow it.
template <int kOperands>
class Walk {
 public:
  static constexpr int kMaxRank = 16;

  Walk() = default;
  Walk(IntSpan sizes, std::initializer_list<IntSpan> strides) {
    for (size_t d = 0; d < sizes.size(); ++d) {
      numel_ *= sizes[d];
      if (sizes[d] != 1) add(sizes[d], strides, d);
    }
  }

  __host__ __device__ int64_t numel() const { return numel_; }
  // Whether places are numbers of elements.
  bool is_identity() const {
    for (int k = 0; k < kOperands; ++k) {
      if (rank_ > 1 || (rank_ == 1 && strides_[k][0] != 1)) return false;
    }
    return true;
  }
  int rank() const { return rank_; }
  int64_t inner_size() const {
    return rank_ == 0 ? 1 : sizes_[rank_ - 1].divisor();
  }
  int64_t inner_stride(int operand) const {
    return rank_ == 0 ? 1 : strides_[operand][rank_ - 1];
  }
  int64_t stride(int operand, int dim) const { return strides_[operand][dim]; }

  // Whether v neighbours can be moved as one: rows are dense, of a multiple of
  // v elements, and begin at multiples of v.
  bool widens(int64_t v) const {
    if (v == 1) return true;
    if (rank_ == 0 || inner_size() % v != 0) return false;
    for (int k = 0; k < kOperands; ++k) {
      if (strides_[k][rank_ - 1] != 1) return false;
    }
    return has_multiples(v, rank_ - 1);
  }
  // Whether all places are multiples of v.
  bool has_multiples(int64_t v) const { return has_multiples(v, rank_); }
  // Counts places, and with `inner` elements too, in groups of v.
  void widen(int64_t v, bool inner) {
    for (int k = 0; k < kOperands; ++k) {
      for (int d = 0; d < rank_ - (inner ? 1 : 0); ++d) strides_[k][d] /= v;
    }
    if (!inner || v == 1) return;
    numel_ /= v;
    sizes_[rank_ - 1] = Divider(inner_size() / v);
  }

  __device__ void places(int64_t i, int64_t (&at)[kOperands]) const {
    for (int k = 0; k < kOperands; ++k) at[k] = 0;
    for (int d = rank_ - 1; d > 0; --d) {
      const int64_t index = sizes_[d].split(i);
      for (int k = 0; k < kOperands; ++k) at[k] += index * strides_[k][d];
    }
    if (rank_ != 0) {
      for (int k = 0; k < kOperands; ++k) at[k] += i * strides_[k][0];
    }
  }
  __device__ int64_t place(int64_t i) const {
    int64_t at[kOperands];
    places(i, at);
    return at[0];
  }

 private:
  bool has_multiples(int64_t v, int rank) const {
    for (int k = 0; k < kOperands; ++k) {
      for (int d = 0; d < rank; ++d) {
        if (strides_[k][d] % v != 0) return false;
      }
    }
    return true;
  }

  void add(int64_t size, std::initializer_list<IntSpan> strides, size_t d) {
    bool merges = rank_ != 0;
    int k = 0;
    for (const IntSpan& list : strides) {
      merges = merges && strides_[k++][rank_ - 1] == size * list[d];
    }
    if (merges) {
      sizes_[rank_ - 1] = Divider(sizes_[rank_ - 1].divisor() * size);
    } else {
      CRESSET_CHECK(rank_ < kMaxRank, kUnsupported,
                    "cuda: tensors of more than ", kMaxRank,
                    " dimensions that cannot be merged are not indexed");
      sizes_[rank_++] = Divider(size);
    }
    k = 0;
    for (const IntSpan& list : strides) strides_[k++][rank_ - 1] = list[d];
  }

  int rank_ = 0;
  int64_t numel_ = 1;
  Divider sizes_[kMaxRank];
  int64_t strides_[kOperands][kMaxRank] = {};
};

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_WALK_CUH_
