// How a reduction walks its input: which dimensions are kept, which reduced,
// in the order of memory and merged where they can be.

#ifndef CRESSET_TENSOR_OPS_REDUCE_PLAN_H_
#define CRESSET_TENSOR_OPS_REDUCE_PLAN_H_

#include <cstdint>
#include <vector>

#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

// Which dimensions are reduced.
using DimMask = std::vector<bool>;

// A list of dimensions, outermost first; strides in bytes.
struct DimList {
  Shape sizes;
  Shape strides;
  int64_t numel = 1;

  void add(int64_t size, int64_t stride);
  // Removes and returns the last one as {size, stride}.
  std::pair<int64_t, int64_t> take_last();
  // Bytes from the start to element `index`, counted in row-major order.
  int64_t offset_of(int64_t index) const;
};

// The input is `kept` x `reduced` x one inner row of `inner` elements, which
// lie closest together. If `inner_is_reduced`, each kept index gives one
// result, otherwise `inner` of them. Results are numbered with the inner
// dimension last.
struct ReducePlan {
  ReducePlan(const Tensor& x, const DimMask& mask);

  DimList kept;
  DimList reduced;
  bool inner_is_reduced = true;
  int64_t inner = 1;
  int64_t inner_stride = 0;
  // Sizes of all kept dimensions in the plan's order, and their places among
  // the dimensions of x; the results lie in this order.
  Shape result_sizes;
  std::vector<size_t> result_dims;
  size_t rank;  // of x

  // A row-major tensor of the results, in the order of x's dimensions, the
  // reduced ones as 1.
  Tensor in_order(const Tensor& y) const;

  int64_t num_results() const {
    return kept.numel * (inner_is_reduced ? 1 : inner);
  }
  int64_t elements_per_result() const {
    return reduced.numel * (inner_is_reduced ? inner : 1);
  }
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_REDUCE_PLAN_H_
