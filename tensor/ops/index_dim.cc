#include "cresset/tensor/ops/index_dim.h"

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/index_places.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/scan.h"
#include "cresset/tensor/ops/search.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

using internal::Places;
using internal::PutOp;

void check_index_dtype(const Tensor& index, const char* op) {
  CRESSET_CHECK(index.dtype() == int64 || index.dtype() == int32, kDtype, op,
                ": ", op, "(): Expected dtype int32 or int64 for index; got ",
                index.dtype());
}

// `index` along `dim` of x, where negative positions are errors.
Places vector_places(const Tensor& x, int64_t dim, const Tensor& index,
                     const char* op) {
  check_index_dtype(index, op);
  CRESSET_CHECK(index.dim() <= 1, kShape, op, ": ", op,
                "(): Index is supposed to be a vector; got ", index.sizes());
  Places places = Places::along(x, dim, index);
  if (!x.device().is_meta()) {
    internal::index_range_kernel(x.device(),
                                 places.index[static_cast<size_t>(dim)],
                                 x.size(dim), op, dim);
  }
  return places;
}

// x as a tensor of at least one dimension.
Tensor with_dim(const Tensor& x) { return x.dim() == 0 ? reshape(x, {1}) : x; }

// The ops that write: x with `source` put at the positions.
Tensor put_slices(const char* op, const char* grad_name, const Tensor& x,
                  int64_t dim, const Tensor& index, const Tensor& source,
                  PutOp put) {
  dim = wrap_dim(dim, x.dim(), op);
  CRESSET_CHECK(x.dtype() == source.dtype(), kDtype, op, ": ", op,
                "(): self and source expected to have the same dtype, but got "
                "(self) ",
                x.dtype(), " and (source) ", source.dtype());
  const Tensor whole = with_dim(x);
  Tensor part = with_dim(source);
  const Places places = vector_places(whole, dim, index, op);
  const Shape sizes = places.result_shape(whole.sizes());
  if (part.numel() == 1 && numel_of(sizes) == 1) part = reshape(part, sizes);
  CRESSET_CHECK(part.shape() == sizes, kShape, op, ": ", op,
                "(): Number of indices and source sizes must fit: source has "
                "sizes ",
                sizes, "; got ", source.sizes());
  return reshape(internal::put_at(grad_name, whole, places, part, put),
                 x.sizes());
}

const Tensor& assigned(const Tensor& x, const Tensor& result, const char* op) {
  internal::check_inplace(x, op);
  internal::check_no_overlap(x, op);
  return internal::assign(x, result, op);
}

Tensor flat_index(const Tensor& index, const char* op) {
  check_index_dtype(index, op);
  return reshape(index, {-1});
}

}  // namespace

Tensor index_select(const Tensor& x, int64_t dim, const Tensor& index) {
  dim = wrap_dim(dim, x.dim(), "index_select");
  const Tensor whole = with_dim(x);
  const Tensor y =
      internal::take_at("IndexSelectBackward", whole,
                        vector_places(whole, dim, index, "index_select"));
  return x.dim() == 0 ? reshape(y, {}) : y;
}

Tensor index_add(const Tensor& x, int64_t dim, const Tensor& index,
                 const Tensor& source, const Scalar& alpha) {
  const bool plain = alpha == Scalar(1);
  return put_slices("index_add", "IndexAddBackward", x, dim, index,
                    plain ? source : mul(source, alpha), PutOp::kAdd);
}
const Tensor& index_add_(const Tensor& x, int64_t dim, const Tensor& index,
                         const Tensor& source, const Scalar& alpha) {
  return assigned(x, index_add(x, dim, index, source, alpha), "index_add_");
}

Tensor index_copy(const Tensor& x, int64_t dim, const Tensor& index,
                  const Tensor& source) {
  return put_slices("index_copy", "IndexCopyBackward", x, dim, index, source,
                    PutOp::kAssign);
}
const Tensor& index_copy_(const Tensor& x, int64_t dim, const Tensor& index,
                          const Tensor& source) {
  return assigned(x, index_copy(x, dim, index, source), "index_copy_");
}

Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index,
                  const Tensor& value) {
  CRESSET_CHECK(value.dim() == 0, kShape,
                "index_fill: index_fill_ only supports a 0-dimensional value "
                "tensor, but got tensor with ",
                value.dim(), " dimension(s).");
  dim = wrap_dim(dim, x.dim(), "index_fill");
  Shape sizes = with_dim(x).shape();
  sizes[static_cast<size_t>(dim)] = index.numel();
  return put_slices("index_fill", "IndexFillBackward", x, dim, index,
                    expand(value.to(x.device(), x.dtype()), sizes),
                    PutOp::kAssign);
}
Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index,
                  const Scalar& value) {
  return index_fill(
      x, dim, index,
      full({}, value, {.dtype = x.dtype(), .device = x.device()}));
}
const Tensor& index_fill_(const Tensor& x, int64_t dim, const Tensor& index,
                          const Scalar& value) {
  return assigned(x, index_fill(x, dim, index, value), "index_fill_");
}
const Tensor& index_fill_(const Tensor& x, int64_t dim, const Tensor& index,
                          const Tensor& value) {
  return assigned(x, index_fill(x, dim, index, value), "index_fill_");
}

Tensor take(const Tensor& x, const Tensor& index) {
  const Tensor flat = reshape(x, {-1});
  const Places places = Places::along(flat, 0, flat_index(index, "take"));
  return reshape(internal::take_at("TakeBackward", flat, places),
                 index.sizes());
}

Tensor put(const Tensor& x, const Tensor& index, const Tensor& source,
           bool accumulate) {
  CRESSET_CHECK(x.dtype() == source.dtype(), kDtype,
                "put: put_(): self and source expected to have the same dtype, "
                "but got self.dtype = ",
                x.dtype(), " and source.dtype = ", source.dtype());
  CRESSET_CHECK(index.numel() == source.numel(), kShape,
                "put: put_(): Expected source and index to have the same "
                "number of elements, but got source.numel() = ",
                source.numel(), ", index.numel() = ", index.numel());
  const Tensor flat = reshape(x, {-1});
  const Places places = Places::along(flat, 0, flat_index(index, "put"));
  return reshape(
      internal::put_at("PutBackward", flat, places, reshape(source, {-1}),
                       accumulate ? PutOp::kAdd : PutOp::kAssign),
      x.sizes());
}
const Tensor& put_(const Tensor& x, const Tensor& index, const Tensor& source,
                   bool accumulate) {
  return assigned(x, put(x, index, source, accumulate), "put_");
}

Tensor repeat_interleave(const Tensor& x, int64_t repeats) {
  return repeat_interleave(reshape(x, {-1}), repeats, 0);
}
Tensor repeat_interleave(const Tensor& x, int64_t repeats, int64_t dim) {
  CRESSET_CHECK(repeats >= 0, kValue,
                "repeat_interleave: Repeats must be non-negative; got ",
                repeats);
  dim = wrap_dim(dim, x.dim(), "repeat_interleave");
  const Tensor whole = with_dim(x);
  Shape sizes = whole.shape();
  sizes.insert(static_cast<size_t>(dim) + 1, repeats);
  return flatten(expand(unsqueeze(whole, dim + 1), sizes).contiguous(), dim,
                 dim + 1);
}
Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, int64_t dim) {
  check_index_dtype(repeats, "repeat_interleave");
  CRESSET_CHECK(
      repeats.dim() <= 1, kShape,
      "repeat_interleave: repeats must be 0-dim or 1-dim tensor; got ",
      repeats.sizes());
  if (repeats.numel() == 1) {
    return repeat_interleave(x, repeats.item<int64_t>(), dim);
  }
  dim = wrap_dim(dim, x.dim(), "repeat_interleave");
  const Tensor whole = with_dim(x);
  CRESSET_CHECK(repeats.numel() == whole.size(dim), kShape,
                "repeat_interleave: repeats must have the same size as input "
                "along dim; got ",
                repeats.numel(), " and ", whole.size(dim));
  // The result's size is a sum of elements: this waits for a device.
  const Tensor counts = repeats.detach().to(x.device(), int64);
  if (counts.numel() == 0) return whole.clone();
  const MinAndMax range = aminmax(counts);
  CRESSET_CHECK(range.min.item<int64_t>() >= 0, kValue,
                "repeat_interleave: repeats can not be negative; got ",
                range.min.item<int64_t>());
  const Tensor ends = cumsum(counts, 0);
  const auto total = select(ends, 0, -1).item<int64_t>();
  const Tensor places = arange(total, {.dtype = int64, .device = x.device()});
  return index_select(whole, dim, searchsorted(ends, places, {.right = true}));
}

}  // namespace cresset
