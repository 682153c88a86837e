#include "cresset/tensor/core/strided_loop.h"

#include <utility>

#include "cresset/tensor/base/error.h"

namespace cresset::internal {

StridedLoop::StridedLoop(IntSpan sizes,
                         std::span<const StridedOperand> operands)
    : count_(operands.size()) {
  init(sizes, operands);
}

StridedLoop::StridedLoop(std::span<const Tensor> operands)
    : count_(operands.size()) {
  CRESSET_ASSERT(count_ <= kMaxOperands);
  StridedOperand places[kMaxOperands];
  for (size_t k = 0; k < count_; ++k) {
    CRESSET_ASSERT(operands[k].sizes() == operands[0].sizes());
    places[k] = StridedOperand(operands[k]);
  }
  init(operands[0].sizes(), {places, count_});
}

void StridedLoop::init(IntSpan sizes,
                       std::span<const StridedOperand> operands) {
  CRESSET_ASSERT(count_ <= kMaxOperands);
  numel_ = 1;
  for (const int64_t size : sizes) {
    numel_ *= size;
    if (size != 1) sizes_.push_back(size);
  }
  for (size_t k = 0; k < count_; ++k) {
    const StridedOperand& x = operands[k];
    CRESSET_ASSERT(x.sizes.size() <= sizes.size());
    bases_[k] = x.data;
    const size_t absent = sizes.size() - x.sizes.size();
    for (size_t d = 0; d < sizes.size(); ++d) {
      if (sizes[d] == 1) continue;
      const bool repeated = d < absent || x.sizes[d - absent] == 1;
      CRESSET_DCHECK(repeated || x.sizes[d - absent] == sizes[d]);
      strides_[k].push_back(repeated ? 0 : x.strides[d - absent] * x.itemsize);
    }
  }
  order_dimensions();
  merge_dimensions();
  if (sizes_.empty()) {
    sizes_.push_back(1);
    for (size_t k = 0; k < count_; ++k) strides_[k].push_back(0);
  }
}

// Insertion sort by falling stride of the first operand, then of the others;
// dimensions that no operand can tell apart stay in order.
void StridedLoop::order_dimensions() {
  const auto before = [&](size_t a, size_t b) {
    for (size_t k = 0; k < count_; ++k) {
      if (strides_[k][a] != strides_[k][b]) {
        if (strides_[k][a] == 0 || strides_[k][b] == 0) continue;
        return strides_[k][a] > strides_[k][b];
      }
    }
    return true;
  };
  for (size_t i = 1; i < sizes_.size(); ++i) {
    for (size_t j = i; j > 0 && !before(j - 1, j); --j) {
      std::swap(sizes_[j - 1], sizes_[j]);
      for (size_t k = 0; k < count_; ++k) {
        std::swap(strides_[k][j - 1], strides_[k][j]);
      }
    }
  }
}

void StridedLoop::merge_dimensions() {
  for (size_t d = sizes_.size(); d-- > 1;) {
    bool fits = true;
    for (size_t k = 0; k < count_; ++k) {
      fits &= strides_[k][d - 1] == strides_[k][d] * sizes_[d];
    }
    if (!fits) continue;
    sizes_[d - 1] *= sizes_[d];
    sizes_.erase(d);
    for (size_t k = 0; k < count_; ++k) {
      strides_[k][d - 1] = strides_[k][d];
      strides_[k].erase(d);
    }
  }
}

}  // namespace cresset::internal
