#include "cresset/tensor/ops/reduce.h"

#include <utility>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/reduce_run.h"

namespace cresset {
namespace internal {

Tensor spread(const Tensor& g, const Shape& sizes, const DimMask& mask) {
  Shape strides(sizes.size());
  size_t own = 0;
  for (size_t d = 0; d < sizes.size(); ++d) {
    const bool kept_as_one = g.sizes().size() == sizes.size();
    if (!mask[d]) strides[d] = g.strides()[own];
    if (!mask[d] || kept_as_one) ++own;
  }
  Tensor y = alias(g, sizes, strides, g.storage_offset());
  if (!any_wants_grad(TensorRefs{g})) return y;
  return with_grad("ExpandBackward", std::move(y), {g},
                   [mask, small = g.shape()](const Tensor& gg) {
                     Shape dims;
                     for (size_t d = 0; d < mask.size(); ++d) {
                       if (mask[d]) dims.push_back(static_cast<int64_t>(d));
                     }
                     if (dims.empty()) return gg;
                     return sum(gg, dims, small.size() == mask.size());
                   });
}

Tensor expand_to(const Tensor& g, const Shape& sizes) {
  if (g.shape() == sizes) return g;
  return with_grad(
      "ExpandBackward", broadcast_alias(g, sizes, "expand"), {g},
      [small = g.shape()](const Tensor& gg) { return sum_to_size(gg, small); });
}

namespace {

Dtype sum_dtype(const Tensor& x, std::optional<Dtype> dtype) {
  if (dtype) return *dtype;
  return is_integral(x.dtype(), true) ? int64 : x.dtype();
}

Tensor sum_over(const Tensor& x, DimMask mask, bool keepdim, Dtype dtype) {
  Tensor y = reduce_value<Sum>(x, mask, keepdim, dtype, "sum");
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad(
      "SumBackward", std::move(y), {x},
      [sizes = x.shape(), type = x.dtype(), mask = std::move(mask)](
          const Tensor& g) { return spread(g.to(type), sizes, mask); });
}

Tensor mean_over(const Tensor& x, DimMask mask, bool keepdim,
                 std::optional<Dtype> dtype) {
  const Dtype type = dtype.value_or(x.dtype());
  CRESSET_CHECK(is_floating(type), kDtype,
                "mean: could not infer output dtype. Input dtype must be "
                "either a floating point or complex dtype; got ",
                type);
  double count = 1;
  for (size_t d = 0; d < mask.size(); ++d) {
    if (mask[d]) count *= static_cast<double>(x.sizes()[d]);
  }
  Mean op;
  op.count = count;
  Tensor y = reduce_value(x, mask, keepdim, type, "mean", op);
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad("MeanBackward", std::move(y), {x},
                   [sizes = x.shape(), type = x.dtype(), count,
                    mask = std::move(mask)](const Tensor& g) {
                     return spread(div(g.to(type), count), sizes, mask);
                   });
}

template <class Op>
Tensor test(const Tensor& x, const DimMask& mask, bool keepdim,
            const char* name) {
  const Dtype dtype = x.dtype() == uint8 ? uint8 : bool_;
  const Tensor input = is_complex(x.dtype()) ? x.detach().to(bool_) : x;
  return reduce_value<Op>(input, mask, keepdim, dtype, name);
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor sum(const Tensor& x, std::optional<Dtype> dtype) {
  if (!dtype && autocast_raises_on_cuda(x)) return sum(raised(x), dtype);
  return sum_over(x, reduced_dims({}, x.dim(), "sum"), false,
                  sum_dtype(x, dtype));
}
Tensor sum(const Tensor& x, IntSpan dim, bool keepdim,
           std::optional<Dtype> dtype) {
  if (!dtype && autocast_raises_on_cuda(x))
    return sum(raised(x), dim, keepdim, dtype);
  return sum_over(x, reduced_dims(dim, x.dim(), "sum"), keepdim,
                  sum_dtype(x, dtype));
}

Tensor mean(const Tensor& x, std::optional<Dtype> dtype) {
  return mean_over(x, reduced_dims({}, x.dim(), "mean"), false, dtype);
}
Tensor mean(const Tensor& x, IntSpan dim, bool keepdim,
            std::optional<Dtype> dtype) {
  return mean_over(x, reduced_dims(dim, x.dim(), "mean"), keepdim, dtype);
}

Tensor any(const Tensor& x) {
  return test<Any>(x, reduced_dims({}, x.dim(), "any"), false, "any");
}
Tensor any(const Tensor& x, int64_t dim, bool keepdim) {
  return test<Any>(x, reduced_dims(dim, x.dim(), "any"), keepdim, "any");
}
Tensor all(const Tensor& x) {
  return test<All>(x, reduced_dims({}, x.dim(), "all"), false, "all");
}
Tensor all(const Tensor& x, int64_t dim, bool keepdim) {
  return test<All>(x, reduced_dims(dim, x.dim(), "all"), keepdim, "all");
}

Tensor count_nonzero(const Tensor& x, IntSpan dim) {
  const Tensor set = x.dtype() == bool_ ? x.detach() : x.detach().to(bool_);
  return sum(set, dim);
}

Tensor sum_to_size(const Tensor& x, IntSpan shape) {
  if (x.sizes() == shape) return x;
  const size_t rank = x.sizes().size();
  const size_t extra = rank - shape.size();
  DimMask mask(rank, false);
  bool fits = shape.size() <= rank;
  for (size_t d = 0; fits && d < rank; ++d) {
    if (d >= extra && shape[d - extra] == x.sizes()[d]) continue;
    fits = d < extra || shape[d - extra] == 1;
    mask[d] = true;
  }
  CRESSET_CHECK(fits, kShape, "sum_to_size: size ", shape,
                " must be expandable to size ", x.sizes());
  Tensor y =
      with_sizes(reduce_value<Sum>(x, mask, true, sum_dtype(x, std::nullopt),
                                   "sum_to_size"),
                 shape);
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad(
      "SumToSizeBackward", std::move(y), {x},
      [sizes = x.shape()](const Tensor& g) { return expand_to(g, sizes); });
}

}  // namespace cresset
