// Rows of views, copies into other shapes, and joining.

#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/index.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/math_tensor.h"
#include "cresset/tensor/ops/pad.h"
#include "cresset/tensor/ops/rearrange.h"
#include "cresset/tensor/ops/triangle.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptInt = std::optional<int64_t>;

Tensors all_of(const Tensors& list, Tensor (*f)(const Tensor&)) {
  Tensors out;
  for (const Tensor& x : list) out.push_back(f(x));
  return out;
}

}  // namespace

// Functions of one tensor.
#define CRESSET_ROW(name) \
  t.add(#name, "input", [](const Tensor& x) { return cresset::name(x); })

void add_shape_ops(OpTable& t) {
  CRESSET_ROW(fliplr);
  CRESSET_ROW(flipud);
  CRESSET_ROW(ravel);
  CRESSET_ROW(t);
  t.add(
      "as_strided", "input, size, stride, storage_offset=None",
      [](const Tensor& x, const Ints& size, const Ints& stride, OptInt offset) {
        return offset ? as_strided(x, size, stride, *offset)
                      : as_strided(x, size, stride);
      });
  t.add("atleast_1d", "*tensors",
        [](const Tensors& list) { return all_of(list, &atleast_1d); });
  t.add("atleast_2d", "*tensors",
        [](const Tensors& list) { return all_of(list, &atleast_2d); });
  t.add("atleast_3d", "*tensors",
        [](const Tensors& list) { return all_of(list, &atleast_3d); });
  t.add("block_diag", "*tensors",
        [](const Tensors& list) { return block_diag(list); });
  t.add("broadcast_tensors", "*tensors",
        [](const Tensors& list) { return broadcast_tensors(list); });
  t.add("broadcast_to", "input, *size", [](const Tensor& x, const Ints& size) {
    return broadcast_to(x, size);
  });
  t.add("cartesian_prod", "*tensors",
        [](const Tensors& list) { return cartesian_prod(list); });
  t.add("cat", "tensors, dim=0",
        [](const Tensors& list, int64_t dim) { return cat(list, dim); });
  t.add("stack", "tensors, dim=0",
        [](const Tensors& list, int64_t dim) { return stack(list, dim); });
  t.add("hstack", "tensors", [](const Tensors& l) { return hstack(l); });
  t.add("vstack", "tensors", [](const Tensors& l) { return vstack(l); });
  t.add("dstack", "tensors", [](const Tensors& l) { return dstack(l); });
  t.add("column_stack", "tensors",
        [](const Tensors& l) { return column_stack(l); });
  t.add("chunk", "input, chunks, dim=0",
        [](const Tensor& x, int64_t chunks, int64_t dim) {
          return chunk(x, chunks, dim);
        });
  t.add("split", "tensor, split_size_or_sections, dim=0",
        [](const Tensor& x, int64_t size, int64_t dim) {
          return split(x, size, dim);
        });
  t.add("split", "tensor, split_size_or_sections, dim=0",
        [](const Tensor& x, const Ints& sizes, int64_t dim) {
          return split_with_sizes(x, sizes, dim);
        });
  t.add("split_with_sizes", "input, split_sizes, dim=0",
        [](const Tensor& x, const Ints& sizes, int64_t dim) {
          return split_with_sizes(x, sizes, dim);
        });
  t.add("tensor_split", "input, indices_or_sections, dim=0",
        [](const Tensor& x, int64_t sections, int64_t dim) {
          return tensor_split(x, sections, dim);
        });
  t.add("tensor_split", "input, indices_or_sections, dim=0",
        [](const Tensor& x, const Tensor& indices, int64_t dim) {
          return tensor_split(x, indices, dim);
        });
  t.add("tensor_split", "input, indices_or_sections, dim=0",
        [](const Tensor& x, const Ints& indices, int64_t dim) {
          return tensor_split(x, indices, dim);
        });
  t.add("constant_pad_nd", "input, pad, value=0",
        [](const Tensor& x, const Ints& pads, const Scalar& value) {
          return constant_pad_nd(x, pads, value);
        });
  t.add("diag", "input, diagonal=0",
        [](const Tensor& x, int64_t diagonal) { return diag(x, diagonal); });
  t.add("diag_embed", "input, offset=0, dim1=-2, dim2=-1",
        [](const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
          return diag_embed(x, offset, dim1, dim2);
        });
  t.add("diagflat", "input, offset=0",
        [](const Tensor& x, int64_t offset) { return diagflat(x, offset); });
  t.add("diagonal", "input, offset=0, dim1=0, dim2=1",
        [](const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
          return diagonal(x, offset, dim1, dim2);
        });
  t.add("expand", "input, *size, implicit=False",
        [](const Tensor& x, const Ints& size, Ignored) {
          return expand(x, size);
        });
  t.add("expand_as", "input, other", [](const Tensor& x, const Tensor& other) {
    return expand_as(x, other);
  });
  t.add("flatten", "input, start_dim=0, end_dim=-1",
        [](const Tensor& x, int64_t start, int64_t end) {
          return flatten(x, start, end);
        });
  t.add("flip", "input, *dims",
        [](const Tensor& x, const Ints& dims) { return flip(x, dims); });
  t.add("meshgrid", "*tensors, indexing='ij'",
        [](const Tensors& list, const std::string& indexing) {
          return meshgrid(list, indexing.c_str());
        });
  t.add("movedim", "input, source, destination",
        [](const Tensor& x, const Ints& source, const Ints& destination) {
          return movedim(x, source, destination);
        });
  t.add("narrow", "input, dim, start, length",
        [](const Tensor& x, int64_t dim, int64_t start, int64_t length) {
          return narrow(x, dim, start, length);
        });
  t.add("narrow", "input, dim, start, length",
        [](const Tensor& x, int64_t dim, const Tensor& start, int64_t length) {
          return narrow(x, dim, start.item<int64_t>(), length);
        });
  t.add("narrow_copy", "input, dim, start, length",
        [](const Tensor& x, int64_t dim, int64_t start, int64_t length) {
          return narrow_copy(x, dim, start, length);
        });
  t.add("permute", "input, *dims",
        [](const Tensor& x, const Ints& dims) { return permute(x, dims); });
  t.add("repeat", "input, *repeats", [](const Tensor& x, const Ints& repeats) {
    return repeat(x, repeats);
  });
  t.add("tile", "input, *dims",
        [](const Tensor& x, const Ints& dims) { return tile(x, dims); });
  t.add("repeat_interleave", "input, repeats, dim=None, *, output_size=None",
        [](const Tensor& x, int64_t repeats, OptInt dim, Ignored) {
          return dim ? repeat_interleave(x, repeats, *dim)
                     : repeat_interleave(x, repeats);
        });
  t.add("repeat_interleave", "input, repeats, dim=None, *, output_size=None",
        [](const Tensor& x, const Tensor& repeats, OptInt dim, Ignored) {
          return repeat_interleave(dim ? x : flatten(x), repeats,
                                   dim.value_or(0));
        });
  t.add("reshape", "input, *shape",
        [](const Tensor& x, const Ints& shape) { return reshape(x, shape); });
  t.add("reshape_as", "input, other", [](const Tensor& x, const Tensor& other) {
    return reshape_as(x, other);
  });
  t.add("view", "input, *size",
        [](const Tensor& x, const Ints& size) { return view(x, size); });
  t.add("view_as", "input, other",
        [](const Tensor& x, const Tensor& other) { return view_as(x, other); });
  t.add("roll", "input, shifts, dims=()",
        [](const Tensor& x, const Ints& shifts, const Ints& dims) {
          return roll(x, shifts, dims);
        });
  t.add("rot90", "input, k=1, dims=(0, 1)",
        [](const Tensor& x, int64_t k, const Ints& dims) {
          return rot90(x, k, dims);
        });
  t.add("squeeze", "input", [](const Tensor& x) { return squeeze(x); });
  t.add("squeeze", "input, dim",
        [](const Tensor& x, int64_t dim) { return squeeze(x, dim); });
  t.add("unsqueeze", "input, dim",
        [](const Tensor& x, int64_t dim) { return unsqueeze(x, dim); });
  t.add("transpose", "input, dim0, dim1",
        [](const Tensor& x, int64_t dim0, int64_t dim1) {
          return transpose(x, dim0, dim1);
        });
  t.add("tril", "input, diagonal=0",
        [](const Tensor& x, int64_t diagonal) { return tril(x, diagonal); });
  t.add("triu", "input, diagonal=0",
        [](const Tensor& x, int64_t diagonal) { return triu(x, diagonal); });
  t.add("unbind", "input, dim=0",
        [](const Tensor& x, int64_t dim) { return unbind(x, dim); });
  t.add("unflatten", "input, dim, sizes",
        [](const Tensor& x, int64_t dim, const Ints& sizes) {
          return unflatten(x, dim, sizes);
        });
  t.add("unfold", "input, dimension, size, step",
        [](const Tensor& x, int64_t dimension, int64_t size, int64_t step) {
          return unfold(x, dimension, size, step);
        });
  t.add("select", "input, dim, index",
        [](const Tensor& x, int64_t dim, int64_t index) {
          return select(x, dim, index);
        });
  t.add("hsplit", "input, indices_or_sections",
        [](const Tensor& x, int64_t sections) { return hsplit(x, sections); });
  t.add(
      "hsplit", "input, indices_or_sections",
      [](const Tensor& x, const Ints& indices) { return hsplit(x, indices); });
  t.add("vsplit", "input, indices_or_sections",
        [](const Tensor& x, int64_t sections) { return vsplit(x, sections); });
  t.add(
      "vsplit", "input, indices_or_sections",
      [](const Tensor& x, const Ints& indices) { return vsplit(x, indices); });
  t.add("dsplit", "input, indices_or_sections",
        [](const Tensor& x, int64_t sections) { return dsplit(x, sections); });
  t.add(
      "dsplit", "input, indices_or_sections",
      [](const Tensor& x, const Ints& indices) { return dsplit(x, indices); });
  t.add("combinations", "input, r=2, with_replacement=False",
        [](const Tensor& x, int64_t r, bool with_replacement) {
          return combinations(x, r, with_replacement);
        });
}

#undef CRESSET_ROW

}  // namespace cresset::parity
