#include "cresset/tensor/ops/gather.h"

#include <algorithm>
#include <string>
#include <utility>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/data_kernels.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gather_checks.h"
#include "cresset/tensor/ops/index_places.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {

void check_scatter(const Tensor& x, int64_t dim, const Tensor& index,
                   const Tensor* source, const char* op) {
  if (index.numel() == 0) return;  // of any dtype, as in PyTorch
  CRESSET_CHECK(index.dtype() == int64, kDtype, op, ": ", op,
                "(): Expected dtype int64 for index; got ", index.dtype());
  const auto rank = [](const Tensor& t) {
    return std::max<int64_t>(t.dim(), 1);
  };
  CRESSET_CHECK(rank(index) == rank(x) &&
                    (source == nullptr || rank(index) == rank(*source)),
                kShape, op,
                ": Index tensor must have the same number of dimensions as "
                "input and source tensors; got ",
                index.sizes(), " and ", x.sizes());
  bool fits = true;
  for (int64_t d = 0; d < index.dim(); ++d) {
    fits &= d == dim || x.dim() == 0 || index.size(d) <= x.size(d);
    if (source != nullptr && source->dim() != 0) {
      fits &= index.size(d) <= source->size(d);
    }
  }
  CRESSET_CHECK(fits, kShape, op, ": Size does not match at dimension ", dim,
                ": expected index ", index.sizes(), " to be smaller than self ",
                x.sizes(), " apart from dimension ", dim,
                source != nullptr ? concat(" and to be smaller size than src ",
                                           source->sizes())
                                  : std::string());
}

// The part of the source that `index` covers.
Tensor cut_to(const Tensor& source, const Tensor& index) {
  if (source.sizes() == index.sizes()) return source;
  if (source.dim() != index.dim()) return reshape(source, index.sizes());
  Tensor part = source;
  for (int64_t d = 0; d < index.dim(); ++d) {
    if (part.size(d) != index.size(d)) part = narrow(part, d, 0, index.size(d));
  }
  return part;
}

void scatter_into(const Tensor& x, int64_t dim, const Tensor& index,
                  const Tensor& source, PutOp op) {
  if (index.numel() == 0 || x.device().is_meta()) return;
  const NoGradGuard guard;
  const Tensor place = x.dim() == index.dim() ? x : reshape(x, {1});
  const Tensor where = place.dim() == index.dim() ? index : reshape(index, {1});
  scatter_kernel(x.device(), place, dim, where, cut_to(source, where), op);
}

}  // namespace internal

using internal::check_scatter;
using internal::Grads;
using internal::PutOp;

Tensor gather(const Tensor& x, int64_t dim, const Tensor& index) {
  dim = wrap_dim(dim, x.dim(), "gather");
  check_scatter(x, dim, index, nullptr, "gather");
  const Tensor y = internal::make_empty(index.sizes(), x.dtype(), x.device());
  if (y.numel() != 0 && !y.device().is_meta()) {
    const NoGradGuard guard;
    const Tensor from = x.dim() == 0 ? reshape(x, {1}) : x;
    const Tensor to = y.dim() == 0 ? reshape(y, {1}) : y;
    const Tensor where = index.dim() == 0 ? reshape(index, {1}) : index;
    internal::gather_kernel(y.device(), from, dim, where, to);
  }
  return internal::with_grad("GatherBackward", y, {x},
                             [dim, index = internal::keep(index.detach()),
                              sizes = x.shape()](const Tensor& g) {
                               return scatter_add(new_zeros(g, sizes), dim,
                                                  index(), g);
                             });
}

Tensor take_along_dim(const Tensor& x, const Tensor& index) {
  return gather(reshape(x, {-1}), 0, reshape(index, {-1}));
}
Tensor take_along_dim(const Tensor& x, const Tensor& index, int64_t dim) {
  CRESSET_CHECK(x.dim() == index.dim(), kShape,
                "take_along_dim: torch.take_along_dim(): input and indices "
                "should have the same number of dimensions, but got ",
                x.dim(), " dimensions for input, and ", index.dim(),
                " dimensions for indices");
  dim = wrap_dim(dim, x.dim(), "take_along_dim");
  if (x.dim() == 0) return gather(x, 0, index);
  const auto at = static_cast<size_t>(dim);
  Shape x_sizes = x.shape(), index_sizes = index.shape();
  x_sizes[at] = index_sizes[at] = 1;
  const Shape common = broadcast_shapes(x_sizes, index_sizes);
  x_sizes = index_sizes = common;
  x_sizes[at] = x.size(dim);
  index_sizes[at] = index.size(dim);
  return gather(expand(x, x_sizes), dim, expand(index, index_sizes));
}

namespace {

PutOp reduce_op(std::string_view reduce) {
  if (reduce.empty()) return PutOp::kAssign;
  CRESSET_CHECK(
      reduce == "add" || reduce == "multiply", kValue,
      "scatter: reduce argument must be either add or multiply.; got ", reduce);
  return reduce == "add" ? PutOp::kAdd : PutOp::kMul;
}

int64_t checked_dim(const char* op, const Tensor& x, int64_t dim,
                    const Tensor& index, const Tensor& source) {
  dim = wrap_dim(dim, x.dim(), op);
  CRESSET_CHECK(x.dtype() == source.dtype(), kDtype, op, ": ", op,
                "(): Expected self.dtype to be equal to src.dtype; got ",
                x.dtype(), " and ", source.dtype());
  check_scatter(x, dim, index, &source, op);
  return dim;
}

Tensor scattered(const char* op, const char* grad_name, const Tensor& x,
                 int64_t dim, const Tensor& index, const Tensor& source,
                 PutOp put) {
  dim = checked_dim(op, x, dim, index, source);
  CRESSET_CHECK(put != PutOp::kMul ||
                    !internal::any_wants_grad(internal::TensorRefs{x, source}),
                kUnsupported, op, ": reduce=\"multiply\" has no gradient");
  const Tensor y = internal::dense_copy(x);
  internal::scatter_into(y, dim, index, source, put);
  if (!internal::any_wants_grad(internal::TensorRefs{x, source})) return y;
  return internal::with_grad(
      grad_name, y, {x, source},
      [dim, put, index = internal::keep(index.detach()),
       sizes = source.shape()](const Tensor& g, Grads& grads) {
        if (grads.needs(0)) {
          grads[0] = put == PutOp::kAdd ? g : scatter(g, dim, index(), 0);
        }
        if (grads.needs(1)) {
          // Elements of the source beyond the index gave nothing.
          const Tensor there = gather(g, dim, index());
          grads[1] =
              there.sizes() == sizes ? there : internal::pad_to(there, sizes);
        }
      });
}

// The same in place; straight into x's memory if nothing is recorded.
const Tensor& scattered_(const char* op, const char* grad_name, const Tensor& x,
                         int64_t dim, const Tensor& index, const Tensor& source,
                         PutOp put) {
  internal::check_inplace(x, op);
  internal::check_no_overlap(x, op);
  if (internal::any_wants_grad(internal::TensorRefs{x, source})) {
    return internal::assign(
        x, scattered(op, grad_name, x, dim, index, source, put), op);
  }
  dim = checked_dim(op, x, dim, index, source);
  internal::scatter_into(x, dim, index, source, put);
  internal::bump_version(x);
  return x;
}

// A value for all places of the index.
Tensor spread(const Tensor& x, const Tensor& index, const Scalar& value) {
  return expand(full({}, value, {.dtype = x.dtype(), .device = x.device()}),
                index.sizes());
}

}  // namespace

namespace internal {

Tensor pad_to(const Tensor& x, IntSpan sizes) {
  if (x.dim() != static_cast<int64_t>(sizes.size())) return reshape(x, sizes);
  const auto part = [shape = x.shape()](const Tensor& whole) {
    Tensor y = whole;
    for (size_t d = 0; d < shape.size(); ++d) {
      y = narrow(y, static_cast<int64_t>(d), 0, shape[d]);
    }
    return y;
  };
  return in_zeros("SliceBackwardBackward", x, sizes, part);
}

}  // namespace internal

Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index,
               const Tensor& source, std::string_view reduce) {
  return scattered("scatter", "ScatterBackward", x, dim, index, source,
                   reduce_op(reduce));
}
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index,
               const Scalar& value, std::string_view reduce) {
  return scatter(x, dim, index, spread(x, index, value), reduce);
}
const Tensor& scatter_(const Tensor& x, int64_t dim, const Tensor& index,
                       const Tensor& source, std::string_view reduce) {
  return scattered_("scatter_", "ScatterBackward", x, dim, index, source,
                    reduce_op(reduce));
}
const Tensor& scatter_(const Tensor& x, int64_t dim, const Tensor& index,
                       const Scalar& value, std::string_view reduce) {
  return scatter_(x, dim, index, spread(x, index, value), reduce);
}

Tensor scatter_add(const Tensor& x, int64_t dim, const Tensor& index,
                   const Tensor& source) {
  return scattered("scatter_add", "ScatterAddBackward", x, dim, index, source,
                   PutOp::kAdd);
}
const Tensor& scatter_add_(const Tensor& x, int64_t dim, const Tensor& index,
                           const Tensor& source) {
  return scattered_("scatter_add_", "ScatterAddBackward", x, dim, index, source,
                    PutOp::kAdd);
}

}  // namespace cresset
