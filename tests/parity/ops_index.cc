// Rows of indexing, sorting and searching.

#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/index.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/masked.h"
#include "cresset/tensor/ops/search.h"
#include "cresset/tensor/ops/sort.h"
#include "cresset/tensor/ops/view_scatter.h"
#include "cresset/tensor/ops/where.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptInt = std::optional<int64_t>;
using OptText = std::optional<std::string>;
using OptTensor = std::optional<Tensor>;

// What a call of torch.unique asks for.
Tensors chosen(const UniqueValues& all, bool inverse, bool counts) {
  Tensors result = {all.values};
  if (inverse) result.push_back(all.inverse);
  if (counts) result.push_back(all.counts);
  return result;
}

}  // namespace

void add_index_ops(OpTable& t) {
  t.add("argsort", "input, dim=-1, descending=False, stable=False",
        [](const Tensor& x, int64_t dim, bool descending, Ignored) {
          return argsort(x, dim, descending);
        });
  t.add("sort", "input, dim=-1, descending=False, stable=False",
        [](const Tensor& x, int64_t dim, bool descending, Ignored) {
          return sort(x, dim, descending);
        });
  t.add("msort", "input", [](const Tensor& x) { return msort(x); });
  t.add("topk", "input, k, dim=-1, largest=True, sorted=True",
        [](const Tensor& x, int64_t k, int64_t dim, bool largest, bool sorted) {
          return topk(x, k, dim, largest, sorted);
        });
  t.add("argwhere", "input", [](const Tensor& x) { return argwhere(x); });
  t.add("nonzero", "input, *, as_tuple=False",
        [](const Tensor& x, bool as_tuple) -> Tensors {
          return as_tuple ? nonzero_as_tuple(x) : Tensors{nonzero(x)};
        });
  t.add("gather", "input, dim, index, *, sparse_grad=False",
        [](const Tensor& x, int64_t dim, const Tensor& index, Ignored) {
          return gather(x, dim, index);
        });
  t.add("put", "input, index, source, accumulate=False",
        [](const Tensor& x, const Tensor& index, const Tensor& source,
           bool accumulate) { return put(x, index, source, accumulate); });
  t.add("index_reduce",
        "input, dim, index, source, reduce, *, include_self=True",
        [](const Tensor& x, int64_t dim, const Tensor& index,
           const Tensor& source, const std::string& reduce, bool include_self) {
          return index_reduce(x, dim, index, source, reduce, include_self);
        });
  t.add("take", "input, index",
        [](const Tensor& x, const Tensor& index) { return take(x, index); });
  t.add("take_along_dim", "input, indices, dim=None",
        [](const Tensor& x, const Tensor& indices, OptInt dim) {
          return dim ? take_along_dim(x, indices, *dim)
                     : take_along_dim(x, indices);
        });
  t.add("index_select", "input, dim, index",
        [](const Tensor& x, int64_t dim, const Tensor& index) {
          return index_select(x, dim, index);
        });
  t.add("index_add", "input, dim, index, source, *, alpha=1",
        [](const Tensor& x, int64_t dim, const Tensor& index,
           const Tensor& source, const Scalar& alpha) {
          return index_add(x, dim, index, source, alpha);
        });
  t.add("index_copy", "input, dim, index, source",
        [](const Tensor& x, int64_t dim, const Tensor& index,
           const Tensor& source) { return index_copy(x, dim, index, source); });
  t.add("index_fill", "input, dim, index, value",
        [](const Tensor& x, int64_t dim, const Tensor& index,
           const Scalar& value) { return index_fill(x, dim, index, value); });
  t.add("index_put", "input, indices, values, accumulate=False",
        [](const Tensor& x, const Tensors& indices, const Tensor& values,
           bool accumulate) {
          return index_put(x, TensorIndices(indices.begin(), indices.end()),
                           values, accumulate);
        });
  t.add("masked_fill", "input, mask, value",
        [](const Tensor& x, const Tensor& mask, const Scalar& value) {
          return masked_fill(x, mask, value);
        });
  t.add("masked_fill", "input, mask, value",
        [](const Tensor& x, const Tensor& mask, const Tensor& value) {
          return masked_fill(x, mask, value);
        });
  t.add("masked_select", "input, mask",
        [](const Tensor& x, const Tensor& mask) {
          return masked_select(x, mask);
        });
  t.add("masked_scatter", "input, mask, source",
        [](const Tensor& x, const Tensor& mask, const Tensor& source) {
          return masked_scatter(x, mask, source);
        });
  t.add("scatter", "input, dim, index, src, *, reduce=None",
        [](const Tensor& x, int64_t dim, const Tensor& index, const Tensor& src,
           const OptText& reduce) {
          return scatter(x, dim, index, src, reduce.value_or(""));
        });
  t.add("scatter", "input, dim, index, value, *, reduce=None",
        [](const Tensor& x, int64_t dim, const Tensor& index,
           const Scalar& value, const OptText& reduce) {
          return scatter(x, dim, index, value, reduce.value_or(""));
        });
  t.add("scatter_add", "input, dim, index, src",
        [](const Tensor& x, int64_t dim, const Tensor& index,
           const Tensor& src) { return scatter_add(x, dim, index, src); });
  t.add("scatter_reduce",
        "input, dim, index, src, reduce, *, include_self=True",
        [](const Tensor& x, int64_t dim, const Tensor& index, const Tensor& src,
           const std::string& reduce, bool include_self) {
          return scatter_reduce(x, dim, index, src, reduce, include_self);
        });
  t.add("searchsorted",
        "sorted_sequence, input, *, out_int32=False, right=False, side=None, "
        "sorter=None",
        [](const Tensor& sequence, const Tensor& x, bool out_int32, bool right,
           const OptText& side, const OptTensor& sorter) {
          return searchsorted(sequence, x,
                              {.out_int32 = out_int32,
                               .right = right || side == "right",
                               .sorter = sorter.value_or(Tensor())});
        });
  t.add("bucketize", "input, boundaries, *, out_int32=False, right=False",
        [](const Tensor& x, const Tensor& boundaries, bool out_int32,
           bool right) {
          return bucketize(x, boundaries,
                           {.out_int32 = out_int32, .right = right});
        });
  t.add("isin", "elements, test_elements, *, assume_unique=False, invert=False",
        [](const Tensor& x, const Tensor& test, Ignored, bool invert) {
          return isin(x, test, invert);
        });
  t.add("unique",
        "input, sorted=True, return_inverse=False, return_counts=False, "
        "dim=None",
        [](const Tensor& x, bool sorted, bool inverse, bool counts,
           const OptInt& dim) {
          return chosen(unique(x, dim, sorted), inverse, counts);
        });
  t.add("unique_consecutive",
        "input, return_inverse=False, return_counts=False, dim=None",
        [](const Tensor& x, bool inverse, bool counts, const OptInt& dim) {
          return chosen(unique_consecutive(x, dim), inverse, counts);
        });
  t.add("select_scatter", "input, src, dim, index",
        [](const Tensor& x, const Tensor& src, int64_t dim, int64_t index) {
          return select_scatter(x, src, dim, index);
        });
  t.add("slice_scatter", "input, src, dim=0, start=None, end=None, step=1",
        [](const Tensor& x, const Tensor& src, int64_t dim, const OptInt& start,
           const OptInt& end, int64_t step) {
          return slice_scatter(x, src, dim, start.value_or(0),
                               end.value_or(INT64_MAX), step);
        });
  t.add("diagonal_scatter", "input, src, offset=0, dim1=0, dim2=1",
        [](const Tensor& x, const Tensor& src, int64_t offset, int64_t dim1,
           int64_t dim2) {
          return diagonal_scatter(x, src, offset, dim1, dim2);
        });
}

}  // namespace cresset::parity
