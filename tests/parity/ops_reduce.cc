// Rows of reductions and scans.

#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/triangle.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptDtype = std::optional<Dtype>;
using OptDim = std::optional<int64_t>;
using OptDims = std::optional<Ints>;

}  // namespace

void add_reduce_ops(OpTable& t) {
  t.add("sum", "input, *, dtype=None",
        [](const Tensor& x, OptDtype dtype) { return sum(x, dtype); });
  t.add("sum", "input, dim, keepdim=False, *, dtype=None",
        [](const Tensor& x, const OptDims& dim, bool keepdim, OptDtype dtype) {
          return sum(x, dim.value_or(Ints{}), keepdim, dtype);
        });
  t.add("nansum", "input, dim=None, keepdim=False, *, dtype=None",
        [](const Tensor& x, const OptDims& dim, bool keepdim, OptDtype dtype) {
          return nansum(x, dim.value_or(Ints{}), keepdim, dtype);
        });
  t.add("mean", "input, *, dtype=None",
        [](const Tensor& x, OptDtype dtype) { return mean(x, dtype); });
  t.add("mean", "input, dim, keepdim=False, *, dtype=None",
        [](const Tensor& x, const OptDims& dim, bool keepdim, OptDtype dtype) {
          return mean(x, dim.value_or(Ints{}), keepdim, dtype);
        });
  t.add("nanmean", "input, dim=None, keepdim=False, *, dtype=None",
        [](const Tensor& x, const OptDims& dim, bool keepdim, OptDtype dtype) {
          return nanmean(x, dim.value_or(Ints{}), keepdim, dtype);
        });
  t.add("prod", "input, *, dtype=None",
        [](const Tensor& x, OptDtype dtype) { return prod(x, dtype); });
  t.add("prod", "input, dim, keepdim=False, *, dtype=None",
        [](const Tensor& x, int64_t dim, bool keepdim, OptDtype dtype) {
          return prod(x, dim, keepdim, dtype);
        });
  t.add("all", "input", [](const Tensor& x) { return all(x); });
  t.add("all", "input, dim, keepdim=False",
        [](const Tensor& x, int64_t dim, bool keepdim) {
          return all(x, dim, keepdim);
        });
  t.add("any", "input", [](const Tensor& x) { return any(x); });
  t.add("any", "input, dim, keepdim=False",
        [](const Tensor& x, int64_t dim, bool keepdim) {
          return any(x, dim, keepdim);
        });
  t.add("count_nonzero", "input, dim=None",
        [](const Tensor& x, const OptDims& dim) {
          return count_nonzero(x, dim.value_or(Ints{}));
        });
  t.add("trace", "input", [](const Tensor& x) { return trace(x); });
  t.add("sum_to_size", "input, *size",
        [](const Tensor& x, const Ints& size) { return sum_to_size(x, size); });
}

}  // namespace cresset::parity
