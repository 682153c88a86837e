// A loop over the elements of several strided operands of one size: dimensions
// are reordered to the first operand's memory order and merged where all
// operands allow it, so that most loops become one long row.

#ifndef CRESSET_TENSOR_CORE_STRIDED_LOOP_H_
#define CRESSET_TENSOR_CORE_STRIDED_LOOP_H_

#include <cstdint>
#include <span>

#include "cresset/tensor/base/shape.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

// Where an operand lies. Sizes and strides (in elements) align with the loop's
// at the end; dimensions that are absent or of size 1 are repeated.
struct StridedOperand {
  explicit StridedOperand(const Tensor& x)
      : data(static_cast<char*>(x.raw_data())),
        sizes(x.sizes()),
        strides(x.strides()),
        itemsize(static_cast<int64_t>(x.itemsize())) {}
  StridedOperand() = default;

  char* data = nullptr;
  IntSpan sizes;
  IntSpan strides;
  int64_t itemsize = 0;
};

class StridedLoop {
 public:
  static constexpr size_t kMaxOperands = 6;

  // A loop over `sizes`; the first operand is the one written to, and every
  // operand broadcasts to the sizes.
  StridedLoop(IntSpan sizes, std::span<const StridedOperand> operands);

  // All operands have the sizes of operands[0], which is the one written to;
  // a broadcast operand has stride 0 there (broadcast_alias).
  explicit StridedLoop(std::span<const Tensor> operands);

  int64_t numel() const { return numel_; }
  size_t rank() const { return sizes_.size(); }
  int64_t size(size_t dim) const { return sizes_[dim]; }
  // In bytes. The last dimension is the inner one.
  int64_t stride(size_t operand, size_t dim) const {
    return strides_[operand][dim];
  }
  int64_t inner_size() const { return sizes_.back(); }
  int64_t inner_stride(size_t operand) const {
    return strides_[operand].back();
  }
  char* base(size_t operand) const { return bases_[operand]; }

  // Calls row(pointers, n) for the pieces of rows that tile elements
  // [first, last) of the loop.
  template <class F>
  void for_range(int64_t first, int64_t last, F&& row) const {
    const size_t inner = sizes_.size() - 1;
    Shape index(sizes_.size());
    int64_t rest = first;
    for (size_t d = sizes_.size(); d-- > 0;) {
      index[d] = rest % sizes_[d];
      rest /= sizes_[d];
    }
    char* rows[kMaxOperands];  // where the rows begin
    for (size_t k = 0; k < count_; ++k) {
      rows[k] = bases_[k];
      for (size_t d = 0; d < inner; ++d) rows[k] += index[d] * strides_[k][d];
    }
    int64_t at = index[inner];  // the first row may be entered in its middle
    while (first < last) {
      char* pointers[kMaxOperands];
      for (size_t k = 0; k < count_; ++k) {
        pointers[k] = rows[k] + at * strides_[k][inner];
      }
      int64_t n = sizes_[inner] - at;
      if (n > last - first) n = last - first;
      row(static_cast<char* const*>(pointers), n);
      first += n;
      at = 0;
      for (size_t d = inner; d-- > 0;) {
        const bool carry = ++index[d] == sizes_[d];
        const int64_t steps = carry ? 1 - sizes_[d] : 1;
        for (size_t k = 0; k < count_; ++k) rows[k] += steps * strides_[k][d];
        if (!carry) break;
        index[d] = 0;
      }
    }
  }

 private:
  void init(IntSpan sizes, std::span<const StridedOperand> operands);
  void order_dimensions();
  void merge_dimensions();

  size_t count_;
  int64_t numel_;
  Shape sizes_;
  Shape strides_[kMaxOperands];
  char* bases_[kMaxOperands];
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_STRIDED_LOOP_H_
