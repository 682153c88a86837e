#include "cresset/tensor/core/strided_loop.h"

#include <utility>

#include "cresset/tensor/base/error.h"

namespace cresset::internal {

StridedLoop::StridedLoop(std::span<const Tensor> operands)
    : count_(operands.size()), numel_(operands[0].numel()) {
  CRESSET_ASSERT(count_ <= kMaxOperands);
  const IntSpan sizes = operands[0].sizes();
  for (size_t d = 0; d < sizes.size(); ++d) {
    if (sizes[d] != 1) sizes_.push_back(sizes[d]);
  }
  for (size_t k = 0; k < count_; ++k) {
    CRESSET_ASSERT(operands[k].sizes() == sizes);
    bases_[k] = static_cast<char*>(operands[k].raw_data());
    const auto item = static_cast<int64_t>(operands[k].itemsize());
    for (size_t d = 0; d < sizes.size(); ++d) {
      if (sizes[d] != 1) strides_[k].push_back(operands[k].strides()[d] * item);
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
