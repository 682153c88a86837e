// Views in pieces. All pieces of one call share one node, whose gradient joins
// those of the pieces: unbinding n steps costs one gradient, not n.

#include <algorithm>
#include <span>

#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

using internal::Grads;
using std::vector;

size_t at(int64_t i) { return static_cast<size_t>(i); }

// The gradients of all pieces, with zeros for those that did not arrive.
vector<Tensor> filled_in(std::span<const Tensor> gradients,
                         const vector<Shape>& sizes) {
  const Tensor* some = nullptr;
  for (const Tensor& g : gradients) {
    if (g.defined()) some = &g;
  }
  vector<Tensor> all(gradients.begin(), gradients.end());
  for (size_t i = 0; i < all.size(); ++i) {
    if (!all[i].defined()) all[i] = new_zeros(*some, sizes[i]);
  }
  return all;
}

// Gives the pieces, made outside autograd, their common history.
template <class Join>
vector<Tensor> joined(const char* name, const Tensor& x, vector<Tensor> pieces,
                      Join join) {
  if (!internal::recording()) return pieces;
  for (const Tensor& piece : pieces) internal::follow_base(x, piece);
  if (!internal::wants_grad(x)) return pieces;
  vector<Shape> sizes;
  for (const Tensor& piece : pieces) sizes.push_back(piece.shape());
  internal::with_grads(
      name, pieces, {x},
      [sizes, join](std::span<const Tensor> gradients, Grads& grads) {
        grads[0] = join(filled_in(gradients, sizes));
      });
  return pieces;
}

Tensor piece_of(const Tensor& x, int64_t dim, int64_t start, int64_t length) {
  Shape sizes = x.shape();
  sizes[at(dim)] = length;
  return internal::alias(x, sizes, x.strides(),
                         x.storage_offset() + start * x.strides()[at(dim)]);
}

// Pieces with the given ends; the caller has checked them.
vector<Tensor> cut(const char* name, const Tensor& x, int64_t dim,
                   const vector<int64_t>& ends) {
  vector<Tensor> pieces;
  pieces.reserve(ends.size());
  int64_t start = 0;
  for (const int64_t end : ends) {
    pieces.push_back(
        piece_of(x, dim, start, std::max<int64_t>(0, end - start)));
    start = std::max(start, end);
  }
  return joined(name, x, std::move(pieces),
                [dim](const vector<Tensor>& g) { return cat(g, dim); });
}

int64_t split_dim(const Tensor& x, int64_t dim, const char* op) {
  CRESSET_CHECK(x.dim() > 0, kShape, op, ": ", op,
                " expects at least a 1-dimensional tensor");
  return wrap_dim(dim, x.dim(), op);
}

}  // namespace

vector<Tensor> unbind(const Tensor& x, int64_t dim) {
  CRESSET_CHECK(x.dim() > 0, kIndex, "unbind: Dimension specified as ", dim,
                " but tensor has no dimensions");
  dim = wrap_dim(dim, x.dim(), "unbind");
  Shape sizes = x.shape(), strides = x.strides().shape();
  sizes.erase(at(dim));
  strides.erase(at(dim));
  vector<Tensor> pieces;
  pieces.reserve(at(x.size(dim)));
  for (int64_t i = 0; i < x.size(dim); ++i) {
    pieces.push_back(internal::alias(
        x, sizes, strides, x.storage_offset() + i * x.strides()[at(dim)]));
  }
  return joined("UnbindBackward", x, std::move(pieces),
                [dim](const vector<Tensor>& g) { return stack(g, dim); });
}

vector<Tensor> split(const Tensor& x, int64_t size, int64_t dim) {
  dim = split_dim(x, dim, "split");
  CRESSET_CHECK(size >= 0, kValue,
                "split: split expects split_size be non-negative, but got "
                "split_size=",
                size);
  const int64_t whole = x.size(dim);
  CRESSET_CHECK(size > 0 || whole == 0, kValue,
                "split: split_size can only be 0 if dimension size is 0, but "
                "got dimension size of ",
                whole);
  vector<int64_t> ends;
  for (int64_t end = 0; end < whole;) {
    end = size < whole - end ? end + size : whole;
    ends.push_back(end);
  }
  if (ends.empty()) ends.push_back(0);
  return cut("SplitBackward", x, dim, ends);
}

vector<Tensor> split_with_sizes(const Tensor& x, IntSpan sizes, int64_t dim) {
  dim = split_dim(x, dim, "split_with_sizes");
  const int64_t whole = x.size(dim);
  vector<int64_t> ends;
  int64_t end = 0;
  for (const int64_t size : sizes) {
    CRESSET_CHECK(size >= 0, kValue,
                  "split_with_sizes: split_with_sizes expects split_sizes have "
                  "only non-negative entries, but got split_sizes=",
                  sizes);
    CRESSET_CHECK(size <= whole - end, kShape,
                  "split_with_sizes: split_with_sizes expects split_sizes to "
                  "sum exactly to ",
                  whole, " (input tensor's size at dimension ", dim,
                  "), but got split_sizes=", sizes);
    end += size;
    ends.push_back(end);
  }
  CRESSET_CHECK(end == whole, kShape,
                "split_with_sizes: split_with_sizes expects split_sizes to sum "
                "exactly to ",
                whole, " (input tensor's size at dimension ", dim,
                "), but got split_sizes=", sizes);
  return cut("SplitWithSizesBackward", x, dim, ends);
}
vector<Tensor> split(const Tensor& x, IntSpan sizes, int64_t dim) {
  return split_with_sizes(x, sizes, dim);
}
vector<Tensor> split(const Tensor& x, IntList sizes, int64_t dim) {
  return split_with_sizes(x, sizes, dim);
}

vector<Tensor> chunk(const Tensor& x, int64_t chunks, int64_t dim) {
  dim = split_dim(x, dim, "chunk");
  CRESSET_CHECK(
      chunks > 0, kValue,
      "chunk: chunk expects `chunks` to be greater than 0, got: ", chunks);
  const int64_t whole = x.size(dim);
  if (whole == 0) {
    return cut("SplitWithSizesBackward", x, dim,
               vector<int64_t>(at(chunks), 0));
  }
  return split(x, whole / chunks + (whole % chunks != 0), dim);
}

vector<Tensor> tensor_split(const Tensor& x, int64_t sections, int64_t dim) {
  dim = split_dim(x, dim, "tensor_split");
  CRESSET_CHECK(sections > 0, kValue,
                "tensor_split: number of sections must be larger than 0, got ",
                sections);
  const int64_t least = x.size(dim) / sections, more = x.size(dim) % sections;
  vector<int64_t> ends;
  int64_t end = 0;
  for (int64_t i = 0; i < sections; ++i) {
    end += least + (i < more);
    ends.push_back(end);
  }
  return cut("SliceBackward", x, dim, ends);
}

vector<Tensor> tensor_split(const Tensor& x, IntSpan indices, int64_t dim) {
  dim = split_dim(x, dim, "tensor_split");
  // Pieces may be empty, and repeat elements where indices fall: each is a
  // slice of its own, as in Python.
  vector<Tensor> pieces;
  int64_t start = 0;
  for (const int64_t end : indices) {
    pieces.push_back(slice(x, dim, start, end));
    start = end;
  }
  pieces.push_back(slice(x, dim, start));
  return pieces;
}
vector<Tensor> tensor_split(const Tensor& x, IntList indices, int64_t dim) {
  return tensor_split(x, IntSpan(indices), dim);
}
vector<Tensor> tensor_split(const Tensor& x, const Tensor& indices,
                            int64_t dim) {
  CRESSET_CHECK(indices.dtype() == int64 && indices.dim() <= 1, kDtype,
                "tensor_split: tensor_indices_or_sections must be a 0-dim or "
                "1-dim tensor of int64; got ",
                indices.dtype(), " ", indices.sizes());
  const Tensor host = indices.cpu().contiguous();
  const int64_t* values = host.data<int64_t>();
  if (host.dim() == 0) return tensor_split(x, values[0], dim);
  return tensor_split(x, IntSpan(values, static_cast<size_t>(host.numel())),
                      dim);
}

namespace {

int64_t axis_of(const Tensor& x, int64_t rank, int64_t dim, const char* op) {
  CRESSET_CHECK(x.dim() >= rank, kShape, op, ": torch.", op,
                " requires a tensor with at least ", rank,
                " dimension, but got a tensor with ", x.dim(), " dimensions!");
  return x.dim() == 1 ? 0 : dim;
}

vector<Tensor> equal_split(const Tensor& x, int64_t sections, int64_t dim,
                           const char* op) {
  CRESSET_CHECK(sections > 0 && x.size(dim) % sections == 0, kValue, op,
                ": torch.", op, " attempted to split along dimension ", dim,
                ", but the size of the dimension ", x.size(dim),
                " is not divisible by the split_size ", sections, "!");
  return tensor_split(x, sections, dim);
}

}  // namespace

vector<Tensor> hsplit(const Tensor& x, int64_t sections) {
  return equal_split(x, sections, axis_of(x, 1, 1, "hsplit"), "hsplit");
}
vector<Tensor> hsplit(const Tensor& x, IntSpan indices) {
  return tensor_split(x, indices, axis_of(x, 1, 1, "hsplit"));
}
vector<Tensor> hsplit(const Tensor& x, IntList indices) {
  return hsplit(x, IntSpan(indices));
}
vector<Tensor> vsplit(const Tensor& x, int64_t sections) {
  return equal_split(x, sections, axis_of(x, 2, 0, "vsplit"), "vsplit");
}
vector<Tensor> vsplit(const Tensor& x, IntSpan indices) {
  return tensor_split(x, indices, axis_of(x, 2, 0, "vsplit"));
}
vector<Tensor> vsplit(const Tensor& x, IntList indices) {
  return vsplit(x, IntSpan(indices));
}
vector<Tensor> dsplit(const Tensor& x, int64_t sections) {
  return equal_split(x, sections, axis_of(x, 3, 2, "dsplit"), "dsplit");
}
vector<Tensor> dsplit(const Tensor& x, IntSpan indices) {
  return tensor_split(x, indices, axis_of(x, 3, 2, "dsplit"));
}
vector<Tensor> dsplit(const Tensor& x, IntList indices) {
  return dsplit(x, IntSpan(indices));
}

}  // namespace cresset
