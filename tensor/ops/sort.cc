#include "cresset/tensor/ops/sort.h"

#include <cmath>
#include <utility>

#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/division.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/scan.h"
#include "cresset/tensor/ops/sort_ties.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {
namespace {

// The first k along dim in order.
ValuesAndIndices select_sorted(const Tensor& x, int64_t k, int64_t dim,
                               bool descending, const char* name,
                               const char* grad_name,
                               void (*settle)(const SortCall&) = nullptr) {
  const Dtype compute = compute_type(x.dtype(), name);
  if (x.dim() == 0) {
    const Tensor one = select_sorted(reshape(x.detach(), {1}), k, 0, descending,
                                     name, grad_name)
                           .indices;
    return {k == 1 ? x.clone() : reshape(x, {1}), reshape(one, {})};
  }
  const int64_t last = x.dim() - 1;
  const Tensor rows = transpose(x.detach(), dim, last).to(compute).contiguous();
  Shape sizes = rows.shape();
  sizes.back() = k;
  Tensor values = make_empty(sizes, compute, x.device());
  Tensor indices = make_empty(sizes, int64, x.device());
  if (values.numel() != 0 && !x.device().is_meta()) {
    const int64_t n = rows.size(last);
    const Tensor flat = reshape(rows, {rows.numel() / n, n});
    const Tensor flat_values = reshape(values, {values.numel() / k, k});
    const Tensor flat_indices = reshape(indices, {values.numel() / k, k});
    const SortCall call{flat, k, descending, flat_values, flat_indices};
    sort_kernel(x.device(), call);
    if (settle != nullptr && x.device().is_cpu()) settle(call);
  }
  ValuesAndIndices y;
  y.values = transpose(values.to(x.dtype()), dim, last).contiguous();
  y.indices = transpose(indices, dim, last).contiguous();
  if (!any_wants_grad(TensorRefs{x})) return y;
  with_grads(grad_name, {&y.values, 1}, {x},
             [dim, at = y.indices, shape = x.shape()](std::span<const Tensor> g,
                                                      Grads& grads) {
               grads[0] = scatter(new_zeros(g[0], shape), dim, at, g[0]);
             });
  return y;
}

void settle_sorted(const SortCall& call) { settle_topk(call, true); }
void settle_unsorted(const SortCall& call) { settle_topk(call, false); }

int64_t size_along(const Tensor& x, int64_t dim) {
  return x.dim() == 0 ? 1 : x.size(dim);
}

// `index` of size 1 along dim, after `settle` has seen x as rows and the value
// and index of each.
template <class F>
Tensor settled(const Tensor& x, const Tensor& index, int64_t dim,
               const char* name, F&& settle) {
  if (!x.device().is_cpu() || index.numel() == 0) return index;
  const int64_t n = x.size(dim), last = x.dim() - 1;
  const Dtype compute = compute_type(x.dtype(), name);
  const Tensor rows = reshape(
      transpose(x.detach(), dim, last).to(compute).contiguous(), {-1, n});
  const Tensor moved = transpose(index, dim, last).clone().contiguous();
  const Tensor flat = reshape(moved, {-1});
  settle(rows, reshape(gather(rows, 1, unsqueeze(flat, 1)), {-1}), flat);
  return transpose(moved, dim, last).contiguous();
}

// The elements of x at `index`, which has size 1 along dim.
ValuesAndIndices pick(const Tensor& x, const Tensor& index, int64_t dim,
                      bool keepdim) {
  if (x.dim() == 0) return {x.clone(), index};
  const Tensor values = gather(x, dim, index);
  if (keepdim) return {values, index};
  return {squeeze(values, dim), squeeze(index, dim)};
}

void check_not_empty(const Tensor& x, int64_t dim, const char* name) {
  CRESSET_CHECK(size_along(x, dim) != 0, kShape, name, ": expected dim ", dim,
                " to have non-zero size; got shape ", x.sizes());
}

// The middle of the elements that count along dim. NaN is last in order; with
// `skip_nan` it does not count, otherwise it wins.
ValuesAndIndices middle(const Tensor& x, int64_t dim, bool keepdim,
                        bool skip_nan, const char* name) {
  dim = wrap_dim(dim, x.dim(), name);
  check_not_empty(x, dim, name);
  if (x.dim() == 0)
    return {x.clone(), zeros({}, {.dtype = int64, .device = x.device()})};
  const ValuesAndIndices sorted = sort(x.detach(), dim);
  const int64_t n = x.size(dim);
  Tensor rank = full({}, (n - 1) / 2, {.dtype = int64, .device = x.device()});
  if (is_floating(x.dtype())) {
    const Tensor numbers = sum(eq(x.detach(), x.detach()), dim, true);
    if (skip_nan) {
      const Tensor last = clamp_min(sub(numbers, 1), 0);
      rank = floor_divide(last, 2);
    } else {
      rank = where(lt(numbers, n), numbers, rank);
    }
  }
  Shape sizes = x.shape();
  sizes[static_cast<size_t>(dim)] = 1;
  const Tensor index =
      gather(sorted.indices, dim, expand(rank, sizes).contiguous());
  return pick(x, index, dim, keepdim);
}

}  // namespace

constinit SortKernel sort_kernel{"sort", sort_cpu};

}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

ValuesAndIndices sort(const Tensor& x, int64_t dim, bool descending) {
  dim = wrap_dim(dim, x.dim(), "sort");
  return select_sorted(x, size_along(x, dim), dim, descending, "sort",
                       "SortBackward");
}
ValuesAndIndices sort(const Tensor& x, const SortOptions& options) {
  return sort(x, options.dim, options.descending);
}

Tensor argsort(const Tensor& x, int64_t dim, bool descending) {
  return sort(x.detach(), dim, descending).indices;
}

Tensor msort(const Tensor& x) { return sort(x, 0).values; }

ValuesAndIndices topk(const Tensor& x, int64_t k, int64_t dim, bool largest,
                      bool sorted) {
  dim = wrap_dim(dim, x.dim(), "topk");
  CRESSET_CHECK(k >= 0 && k <= size_along(x, dim), kIndex,
                "topk: selected index k out of range; got k ", k, " for size ",
                size_along(x, dim));
  return select_sorted(x, k, dim, largest, "topk", "TopkBackward",
                       sorted ? settle_sorted : settle_unsorted);
}

ValuesAndIndices kthvalue(const Tensor& x, int64_t k, int64_t dim,
                          bool keepdim) {
  dim = wrap_dim(dim, x.dim(), "kthvalue");
  CRESSET_CHECK(k >= 1 && k <= size_along(x, dim), kIndex,
                "kthvalue: selected number k out of range for dimension ", dim,
                "; got k ", k, " for size ", size_along(x, dim));
  if (x.dim() == 0)
    return {x.clone(), zeros({}, {.dtype = int64, .device = x.device()})};
  const Tensor index =
      narrow(sort(x.detach(), dim).indices, dim, k - 1, 1).contiguous();
  const auto settle = [k](const Tensor& rows, const Tensor& values,
                          const Tensor& indices) {
    settle_kthvalue(rows, k, values, indices);
  };
  return pick(x, settled(x, index, dim, "kthvalue", settle), dim, keepdim);
}

Tensor median(const Tensor& x) {
  if (x.numel() == 0) {
    return full({}, NAN, {.dtype = x.dtype(), .device = x.device()});
  }
  return median(reshape(x, {-1}), 0).values;
}
ValuesAndIndices median(const Tensor& x, int64_t dim, bool keepdim) {
  return middle(x, dim, keepdim, false, "median");
}

Tensor nanmedian(const Tensor& x) {
  if (x.numel() == 0) return median(x);
  return nanmedian(reshape(x, {-1}), 0).values;
}
ValuesAndIndices nanmedian(const Tensor& x, int64_t dim, bool keepdim) {
  return middle(x, dim, keepdim, true, "nanmedian");
}

ValuesAndIndices mode(const Tensor& x, int64_t dim, bool keepdim) {
  dim = wrap_dim(dim, x.dim(), "mode");
  check_not_empty(x, dim, "mode");
  if (x.dim() == 0)
    return {x.clone(), zeros({}, {.dtype = int64, .device = x.device()})};
  // In order, equal elements stand together: the place of each minus that of
  // the first of its kind is largest where the longest run ends.
  const ValuesAndIndices sorted = sort(x.detach(), dim);
  const int64_t n = x.size(dim);
  Shape line(static_cast<size_t>(x.dim()), 1);
  line[static_cast<size_t>(dim)] = n;
  const Tensor places =
      expand(reshape(arange(n, {.device = x.device()}), line), x.sizes());
  Tensor starts = zeros_like(sorted.indices);
  if (n > 1) {
    const Tensor changed = ne(narrow(sorted.values, dim, 1, n - 1),
                              narrow(sorted.values, dim, 0, n - 1));
    const Tensor first = mul(changed, narrow(places, dim, 1, n - 1));
    narrow(starts, dim, 1, n - 1).copy_(first);
  }
  starts = cummax(starts, dim).values;
  const Tensor end = argmax(sub(places, starts), dim, true);
  const Tensor index = gather(sorted.indices, dim, end);
  return pick(x, settled(x, index, dim, "mode", settle_mode), dim, keepdim);
}

}  // namespace cresset
