#include "cresset/tensor/ops/reduce_minmax.h"

#include <utility>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/reduce_run.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {
namespace {

void check_elements(const Tensor& x, const DimMask& mask, const char* op) {
  for (size_t d = 0; d < mask.size(); ++d) {
    CRESSET_CHECK(!mask[d] || x.sizes()[d] != 0, kShape, op,
                  ": expected reduction dim ", d,
                  " to have non-zero size; got shape ", x.sizes());
  }
}

Shape dims_of(const DimMask& mask) {
  Shape dims;
  for (size_t d = 0; d < mask.size(); ++d) {
    if (mask[d]) dims.push_back(static_cast<int64_t>(d));
  }
  return dims;
}

template <class Op>
Tensor extreme(const Tensor& x, DimMask mask, bool keepdim, const char* name,
               const char* grad_name) {
  check_elements(x, mask, name);
  Tensor y = reduce_value<Op>(x, mask, keepdim, x.dtype(), name);
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad(
      grad_name, y, {x},
      [x = keep(x), y = keep_output(y),
       mask = std::move(mask)](const Tensor& g) {
        const Shape& sizes = x().shape();
        const Shape dims = dims_of(mask);
        const Tensor hit =
            eq(x().detach(), spread(y().detach(), sizes, mask)).to(g.dtype());
        const Tensor count = dims.empty() ? hit : sum(hit, dims, true);
        return mul(spread(g, sizes, mask), div(hit, count));
      });
}

template <class Op>
ValuesAndIndices extreme_at(const Tensor& x, int64_t dim, bool keepdim,
                            const char* name, const char* grad_name) {
  const DimMask mask = reduced_dims(dim, x.dim(), name);
  check_elements(x, mask, name);
  const Shape sizes = reduced_sizes(x.sizes(), mask, keepdim);
  ValuesAndIndices y;
  if (x.numel() == 0 || x.device().is_meta()) {
    y.values = make_empty(sizes, x.dtype(), x.device());
    y.indices = make_empty(sizes, int64, x.device());
    return y;
  }
  const Reduced both = run_reduce<Op>(x, mask, compute_type(x.dtype(), name));
  y.values = with_sizes(both.first.to(x.dtype()), sizes);
  y.indices = with_sizes(both.second, sizes);
  if (!any_wants_grad(TensorRefs{x})) return y;
  with_grads(grad_name, {&y.values, 1}, {x},
             [at = both.second, shape = x.shape(), mask,
              dim = wrap_dim(dim, x.dim(), name)](std::span<const Tensor> g,
                                                  Grads& grads) {
               const Tensor wide =
                   reshape(g[0], reduced_sizes(shape, mask, true));
               grads[0] = scatter(new_zeros(g[0], shape), dim, at, wide);
             });
  return y;
}

template <class Op>
Tensor place(const Tensor& x, const char* name) {
  CRESSET_CHECK(
      x.numel() != 0, kShape, name,
      ": expected at least one element or a reduction dim; got shape ",
      x.sizes());
  const Tensor dense = x.is_contiguous() ? x : dense_copy(x);
  const Tensor row = with_sizes(dense.detach(), {x.numel()});
  const Tensor index =
      run_reduce<Op>(row, DimMask{true}, compute_type(x.dtype(), name)).second;
  return with_sizes(index, {});
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor max(const Tensor& x) {
  return extreme<Max>(x, reduced_dims({}, x.dim(), "max"), false, "max",
                      "MaxBackward");
}
Tensor min(const Tensor& x) {
  return extreme<Min>(x, reduced_dims({}, x.dim(), "min"), false, "min",
                      "MinBackward");
}

ValuesAndIndices max(const Tensor& x, int64_t dim, bool keepdim) {
  return extreme_at<ArgMax>(x, dim, keepdim, "max", "MaxBackward");
}
ValuesAndIndices min(const Tensor& x, int64_t dim, bool keepdim) {
  return extreme_at<ArgMin>(x, dim, keepdim, "min", "MinBackward");
}

Tensor amax(const Tensor& x, IntSpan dim, bool keepdim) {
  return extreme<Max>(x, reduced_dims(dim, x.dim(), "amax"), keepdim, "amax",
                      "AmaxBackward");
}
Tensor amin(const Tensor& x, IntSpan dim, bool keepdim) {
  return extreme<Min>(x, reduced_dims(dim, x.dim(), "amin"), keepdim, "amin",
                      "AminBackward");
}

MinAndMax aminmax(const Tensor& x) { return {amin(x), amax(x)}; }
MinAndMax aminmax(const Tensor& x, int64_t dim, bool keepdim) {
  // Here a kept dimension of a number is one, as in PyTorch.
  if (x.dim() == 0 && keepdim) return aminmax(reshape(x, {1}), dim, true);
  return {amin(x, dim, keepdim), amax(x, dim, keepdim)};
}

Tensor argmax(const Tensor& x) { return place<ArgMax>(x, "argmax"); }
Tensor argmax(const Tensor& x, int64_t dim, bool keepdim) {
  return extreme_at<ArgMax>(x.detach(), dim, keepdim, "argmax", "").indices;
}
Tensor argmin(const Tensor& x) { return place<ArgMin>(x, "argmin"); }
Tensor argmin(const Tensor& x, int64_t dim, bool keepdim) {
  return extreme_at<ArgMin>(x.detach(), dim, keepdim, "argmin", "").indices;
}

}  // namespace cresset
