#include "cresset/tensor/ops/reduce_plan.h"

#include <algorithm>
#include <utility>

#include "cresset/tensor/core/copy.h"

namespace cresset::internal {

void DimList::add(int64_t size, int64_t stride) {
  numel *= size;
  if (!sizes.empty() && strides.back() == size * stride) {
    sizes.back() *= size;
    strides.back() = stride;
    return;
  }
  sizes.push_back(size);
  strides.push_back(stride);
}

std::pair<int64_t, int64_t> DimList::take_last() {
  const std::pair<int64_t, int64_t> last = {sizes.back(), strides.back()};
  sizes.erase(sizes.size() - 1);
  strides.erase(strides.size() - 1);
  numel /= last.first;
  return last;
}

int64_t DimList::offset_of(int64_t index) const {
  int64_t offset = 0;
  for (size_t d = sizes.size(); d-- > 1;) {
    offset += index % sizes[d] * strides[d];
    index /= sizes[d];
  }
  return sizes.empty() ? 0 : offset + index * strides[0];
}

ReducePlan::ReducePlan(const Tensor& x, const DimMask& mask)
    : rank(x.sizes().size()) {
  const IntSpan sizes = x.sizes();
  const IntSpan strides = x.strides();
  const auto item = static_cast<int64_t>(x.itemsize());
  std::vector<size_t> order;
  for (size_t d = 0; d < sizes.size(); ++d) {
    if (sizes[d] != 1) order.push_back(d);
  }
  // Broadcast dimensions (stride 0) go outermost: no row is worth less.
  const auto distance = [&](size_t d) {
    return strides[d] == 0 ? INT64_MAX : strides[d];
  };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return distance(a) > distance(b);
  });
  for (const size_t d : order) {
    (mask[d] ? reduced : kept).add(sizes[d], strides[d] * item);
    if (mask[d]) continue;
    result_sizes.push_back(sizes[d]);
    result_dims.push_back(d);
  }
  if (order.empty() || x.numel() == 0) return;
  inner_is_reduced = mask[order.back()];
  std::tie(inner, inner_stride) =
      (inner_is_reduced ? reduced : kept).take_last();
}

Tensor ReducePlan::in_order(const Tensor& y) const {
  Shape wanted(rank, 1), strides(rank, 1);
  const Shape dense = contiguous_strides(result_sizes);
  for (size_t i = 0; i < result_dims.size(); ++i) {
    wanted[result_dims[i]] = result_sizes[i];
    strides[result_dims[i]] = dense[i];
  }
  const Tensor view = alias(y, wanted, strides, 0);
  return view.is_contiguous() ? view : dense_copy(view);
}

}  // namespace cresset::internal
