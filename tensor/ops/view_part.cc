// Views of a part: select, slice, narrow, diagonal.

#include <algorithm>

#include "cresset/tensor/ops/part_view.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

using internal::alias;
using internal::part_view;

size_t at(int64_t i) { return static_cast<size_t>(i); }

struct Select {
  int64_t dim, index;
  Tensor operator()(const Tensor& x) const { return select(x, dim, index); }
};

struct SliceOf {
  int64_t dim, start, end, step;
  Tensor operator()(const Tensor& x) const {
    return slice(x, dim, start, end, step);
  }
};

struct Diagonal {
  int64_t offset, dim1, dim2;
  Tensor operator()(const Tensor& x) const {
    return diagonal(x, offset, dim1, dim2);
  }
};

}  // namespace

Tensor select(const Tensor& x, int64_t dim, int64_t index) {
  CRESSET_CHECK(x.dim() > 0, kIndex,
                "select: select() cannot be applied to a 0-dim tensor.");
  dim = wrap_dim(dim, x.dim(), "select");
  const int64_t size = x.sizes()[at(dim)];
  CRESSET_CHECK(
      index >= -size && index < size, kIndex, "select: select(): index ", index,
      " out of range for tensor of size ", x.sizes(), " at dimension ", dim);
  if (index < 0) index += size;
  Shape sizes = x.shape(), strides = x.strides().shape();
  const int64_t offset = x.storage_offset() + index * strides[at(dim)];
  sizes.erase(at(dim));
  strides.erase(at(dim));
  return part_view("SelectBackward", "SelectBackwardBackward", x,
                   alias(x, sizes, strides, offset), Select{dim, index});
}

Tensor slice(const Tensor& x, int64_t dim, int64_t start, int64_t end,
             int64_t step) {
  CRESSET_CHECK(x.dim() > 0, kIndex,
                "slice: slice() cannot be applied to a 0-dim tensor.");
  CRESSET_CHECK(step > 0, kValue, "slice: slice step must be positive; got ",
                step);
  dim = wrap_dim(dim, x.dim(), "slice");
  const int64_t size = x.sizes()[at(dim)];
  start = std::clamp<int64_t>(start < 0 ? start + size : start, 0, size);
  end = std::clamp<int64_t>(end < 0 ? end + size : end, start, size);
  Shape sizes = x.shape(), strides = x.strides().shape();
  const int64_t offset = x.storage_offset() + start * strides[at(dim)];
  sizes[at(dim)] = (end - start) / step + ((end - start) % step != 0);
  // With one element or none the step says nothing and may overflow.
  if (sizes[at(dim)] > 1) strides[at(dim)] *= step;
  return part_view("SliceBackward", "SliceBackwardBackward", x,
                   alias(x, sizes, strides, offset),
                   SliceOf{dim, start, end, step});
}

Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length) {
  CRESSET_CHECK(x.dim() > 0, kIndex,
                "narrow: narrow() cannot be applied to a 0-dim tensor.");
  CRESSET_CHECK(length >= 0, kValue,
                "narrow: narrow(): length must be non-negative; got ", length);
  dim = wrap_dim(dim, x.dim(), "narrow");
  const int64_t size = x.sizes()[at(dim)];
  CRESSET_CHECK(start >= -size && start <= size, kIndex,
                "narrow: start out of range (expected to be in range of [",
                -size, ", ", size, "], but got ", start, ")");
  if (start < 0) start += size;
  CRESSET_CHECK(length <= size - start, kIndex, "narrow: start (", start,
                ") + length (", length, ") exceeds dimension size (", size,
                ").");
  return slice(x, dim, start, start + length);
}

Tensor narrow_copy(const Tensor& x, int64_t dim, int64_t start,
                   int64_t length) {
  return narrow(x, dim, start, length).clone();
}

Tensor diagonal(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
  CRESSET_CHECK(x.dim() >= 2, kShape,
                "diagonal: diagonal dimensions need a matrix; got ", x.sizes());
  dim1 = wrap_dim(dim1, x.dim(), "diagonal");
  dim2 = wrap_dim(dim2, x.dim(), "diagonal");
  CRESSET_CHECK(dim1 != dim2, kValue,
                "diagonal: diagonal dimensions cannot be identical ", dim1,
                ", ", dim2);
  Shape sizes = x.shape(), strides = x.strides().shape();
  const int64_t row = strides[at(dim1)], column = strides[at(dim2)];
  const int64_t rows = sizes[at(dim1)], columns = sizes[at(dim2)];
  // Written so that no offset can overflow.
  const int64_t length =
      offset >= 0 ? (offset >= columns ? 0 : std::min(rows, columns - offset))
                  : (offset <= -rows ? 0 : std::min(rows + offset, columns));
  int64_t start = x.storage_offset();
  if (length > 0) start += offset >= 0 ? offset * column : -offset * row;
  sizes.erase(at(std::max(dim1, dim2)));
  sizes.erase(at(std::min(dim1, dim2)));
  strides.erase(at(std::max(dim1, dim2)));
  strides.erase(at(std::min(dim1, dim2)));
  sizes.push_back(length);
  strides.push_back(row + column);
  return part_view("DiagonalBackward", "DiagonalBackwardBackward", x,
                   alias(x, sizes, strides, start),
                   Diagonal{offset, dim1, dim2});
}

}  // namespace cresset
