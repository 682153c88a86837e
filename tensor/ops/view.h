// Other shapes of the same elements.
//
// Unless an op says otherwise
//   Shape:    as each op says. The result shares x's storage; a change of one
//             is seen in the other, by autograd too.
//   Dtype:    any -> the same.
//   Gradient: g, put back where its elements came from; zeros elsewhere.
//   Errors:   kIndex for a dimension or position out of range; of the ops that
//             give pieces, kShape if the pieces do not tile the dimension and
//             kValue for counts that make no sense.

#ifndef CRESSET_TENSOR_OPS_VIEW_H_
#define CRESSET_TENSOR_OPS_VIEW_H_

#include <initializer_list>
#include <vector>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// A braced list of integers. An overload that takes one beside a single
/// integer makes `{2}` a list.
using IntList = std::initializer_list<int64_t>;

/// The elements in row-major order under other sizes; one size may be -1 and
/// follows from the rest. `view` never copies; `reshape` copies where no
/// strides can describe the result.
/// Errors: kShape if the number of elements differs, or view would have to
///         copy. Torch: x.view(shape), torch.reshape(x, shape)
Tensor view(const Tensor& x, IntSpan shape);
Tensor reshape(const Tensor& x, IntSpan shape);
Tensor view_as(const Tensor& x, const Tensor& other);
Tensor reshape_as(const Tensor& x, const Tensor& other);

/// Joins dimensions start_dim to end_dim into one; copies like reshape.
/// Torch: torch.flatten(x, start_dim, end_dim), torch.ravel(x)
Tensor flatten(const Tensor& x, int64_t start_dim = 0, int64_t end_dim = -1);
Tensor ravel(const Tensor& x);

/// Splits dimension `dim` into `sizes`, of which one may be -1.
/// Errors: kShape if the sizes do not multiply to the size of `dim`.
/// Torch:  torch.unflatten(x, dim, sizes)
Tensor unflatten(const Tensor& x, int64_t dim, IntSpan sizes);

/// Two dimensions exchanged. `t` takes at most two dimensions; `mT` and
/// `adjoint` exchange the last two.
/// Errors: kShape if the rank does not fit.
/// Torch:  torch.transpose(x, dim0, dim1), torch.t(x), x.mT, torch.adjoint(x)
Tensor transpose(const Tensor& x, int64_t dim0, int64_t dim1);
Tensor swapaxes(const Tensor& x, int64_t axis0, int64_t axis1);
Tensor swapdims(const Tensor& x, int64_t dim0, int64_t dim1);
Tensor t(const Tensor& x);
Tensor mT(const Tensor& x);
Tensor adjoint(const Tensor& x);

/// Dimensions in another order; movedim moves some and keeps the others'
/// order.
/// Errors: kShape if the lists do not name each dimension once.
/// Torch:  torch.permute(x, dims), torch.movedim(x, source, destination)
Tensor permute(const Tensor& x, IntSpan dims);
Tensor movedim(const Tensor& x, IntSpan source, IntSpan destination);
Tensor moveaxis(const Tensor& x, IntSpan source, IntSpan destination);

/// Drops dimensions of size 1: all, or those named.
/// Torch: torch.squeeze(x), torch.squeeze(x, dim)
Tensor squeeze(const Tensor& x);
Tensor squeeze(const Tensor& x, int64_t dim);
Tensor squeeze(const Tensor& x, IntSpan dims);
/// A new dimension of size 1 at place `dim`.
/// Torch: torch.unsqueeze(x, dim)
Tensor unsqueeze(const Tensor& x, int64_t dim);

/// At least n dimensions.
/// Torch: torch.atleast_1d(x), torch.atleast_2d(x), torch.atleast_3d(x)
Tensor atleast_1d(const Tensor& x);
Tensor atleast_2d(const Tensor& x);
Tensor atleast_3d(const Tensor& x);

/// Dimensions of size 1 repeated without a copy; -1 keeps a size.
/// Gradient: g, summed over the repeated dimensions.
/// Errors: kShape if x does not broadcast to the sizes.
/// Torch:  x.expand(sizes), x.expand_as(other), torch.broadcast_to(x, sizes)
Tensor expand(const Tensor& x, IntSpan sizes);
Tensor expand_as(const Tensor& x, const Tensor& other);
Tensor broadcast_to(const Tensor& x, IntSpan sizes);

/// Element `index` along `dim`; the dimension goes.
/// Torch: torch.select(x, dim, index), x[index]
Tensor select(const Tensor& x, int64_t dim, int64_t index);

/// Every step-th element from start to end along `dim`; bounds are cut to the
/// size, negative ones count from the end.
/// Errors: kValue unless step is positive.
/// Torch:  torch.slice of LibTorch, x[start:end:step]
Tensor slice(const Tensor& x, int64_t dim = 0, int64_t start = 0,
             int64_t end = INT64_MAX, int64_t step = 1);
/// `length` elements along `dim` from `start`.
/// Torch: torch.narrow(x, dim, start, length)
Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length);
/// The same in new memory.
/// Torch: torch.narrow_copy(x, dim, start, length)
Tensor narrow_copy(const Tensor& x, int64_t dim, int64_t start, int64_t length);

/// The diagonal of two dimensions, as the last dimension of the result.
/// Errors: kValue if dim1 is dim2. Torch: torch.diagonal(x, offset, dim1, dim2)
Tensor diagonal(const Tensor& x, int64_t offset = 0, int64_t dim1 = 0,
                int64_t dim2 = 1);

/// Windows of `size` elements along `dim`, `step` apart, as a new last
/// dimension. Windows may overlap.
/// Errors: kValue if size is negative or step not positive.
/// Torch:  x.unfold(dim, size, step)
Tensor unfold(const Tensor& x, int64_t dim, int64_t size, int64_t step);

/// Any sizes and strides over x's storage, in elements; without an offset
/// that of x.
/// Errors: kShape if the lists differ in length; kIndex if the view would
///         leave the storage; kValue for negative strides.
/// Torch:  torch.as_strided(x, sizes, strides, offset)
Tensor as_strided(const Tensor& x, IntSpan sizes, IntSpan strides);
Tensor as_strided(const Tensor& x, IntSpan sizes, IntSpan strides,
                  int64_t offset);

/// One piece for each position; the dimension goes.
/// Torch: torch.unbind(x, dim)
std::vector<Tensor> unbind(const Tensor& x, int64_t dim = 0);

/// Pieces of `size` (the last may be smaller), or of the given sizes.
/// Torch: torch.split(x, size, dim), torch.split(x, sizes, dim)
std::vector<Tensor> split(const Tensor& x, int64_t size, int64_t dim = 0);
std::vector<Tensor> split(const Tensor& x, IntSpan sizes, int64_t dim = 0);
std::vector<Tensor> split(const Tensor& x, IntList sizes, int64_t dim = 0);
std::vector<Tensor> split_with_sizes(const Tensor& x, IntSpan sizes,
                                     int64_t dim = 0);
/// At most `chunks` pieces of one size, the last smaller.
/// Torch: torch.chunk(x, chunks, dim)
std::vector<Tensor> chunk(const Tensor& x, int64_t chunks, int64_t dim = 0);
/// `sections` pieces that differ by at most one, or pieces that end at
/// `indices`.
/// Torch: torch.tensor_split(x, sections, dim), (x, indices, dim)
std::vector<Tensor> tensor_split(const Tensor& x, int64_t sections,
                                 int64_t dim = 0);
std::vector<Tensor> tensor_split(const Tensor& x, IntSpan indices,
                                 int64_t dim = 0);
std::vector<Tensor> tensor_split(const Tensor& x, IntList indices,
                                 int64_t dim = 0);
std::vector<Tensor> tensor_split(const Tensor& x, const Tensor& indices,
                                 int64_t dim = 0);

/// Equal pieces, or pieces that end at `indices`, along the second dimension
/// (hsplit; the first if there is one only), the first (vsplit) or the third
/// (dsplit).
/// Torch: torch.hsplit(x, ...), torch.vsplit(x, ...), torch.dsplit(x, ...)
std::vector<Tensor> hsplit(const Tensor& x, int64_t sections);
std::vector<Tensor> hsplit(const Tensor& x, IntSpan indices);
std::vector<Tensor> hsplit(const Tensor& x, IntList indices);
std::vector<Tensor> vsplit(const Tensor& x, int64_t sections);
std::vector<Tensor> vsplit(const Tensor& x, IntSpan indices);
std::vector<Tensor> vsplit(const Tensor& x, IntList indices);
std::vector<Tensor> dsplit(const Tensor& x, int64_t sections);
std::vector<Tensor> dsplit(const Tensor& x, IntSpan indices);
std::vector<Tensor> dsplit(const Tensor& x, IntList indices);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_VIEW_H_
