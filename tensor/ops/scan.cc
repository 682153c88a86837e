#include "cresset/tensor/ops/scan.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/rearrange.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/scan_run.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {
namespace {

constexpr int64_t kGrain = 1 << 14;

void scan_cpu(const ScanCall& call) {
  int64_t outer = 1, inner = 1;
  for (int64_t d = 0; d < call.x.dim(); ++d) {
    if (d != call.dim) (d < call.dim ? outer : inner) *= call.x.size(d);
  }
  const int64_t n = call.x.dim() == 0 ? 1 : call.x.size(call.dim);
  const auto item = static_cast<int64_t>(call.x.itemsize());
  const int column = column_of(call.x.dtype());
  const ScanFunctions& f = scan_functions()()[static_cast<int>(call.scan)];
  const char* x = static_cast<const char*>(call.x.raw_data());
  char* y = static_cast<char*>(call.y.raw_data());
  int64_t* index = call.index.defined() ? call.index.data<int64_t>() : nullptr;
  const auto at = [&](int64_t block) {
    return index == nullptr ? nullptr : index + block * n * inner;
  };
  if (inner == 1) {
    parallel_for(0, outer, std::max<int64_t>(1, kGrain / n),
                 [&](int64_t first, int64_t last) {
                   f.rows[column](x + first * n * item, y + first * n * item,
                                  at(first), last - first, n, call.reverse);
                 });
    return;
  }
  // Pieces of 64 columns or more, several to a block.
  const int64_t width =
      std::min<int64_t>(inner, std::max<int64_t>(64, kGrain / n / 64 * 64));
  const int64_t tiles = (inner + width - 1) / width;
  parallel_for(0, outer * tiles, std::max<int64_t>(1, kGrain / (n * width)),
               [&](int64_t first, int64_t last) {
                 for (int64_t task = first; task < last; ++task) {
                   const int64_t block = task / tiles;
                   const int64_t start = task % tiles * width;
                   f.columns[column](
                       x + block * n * inner * item,
                       y + block * n * inner * item, at(block), n, inner, start,
                       std::min(inner, start + width), call.reverse);
                 }
               });
}

// The scan in its compute type, converted to `dtype`; not recorded.
Tensor scan_value(Scan scan, const Tensor& x, int64_t dim, bool reverse,
                  Dtype dtype, const char* name, Tensor* index = nullptr) {
  const Dtype compute = compute_type(dtype, name);
  Tensor y = make_empty(x.sizes(), compute, x.device());
  if (index != nullptr) *index = make_empty(x.sizes(), int64, x.device());
  if (y.numel() == 0 || y.device().is_meta()) return y.to(dtype);
  const Tensor dense = x.detach().to(compute).contiguous();
  scan_kernel(x.device(), ScanCall{scan, dense, dim, reverse, y,
                                   index == nullptr ? Tensor() : *index});
  return y.to(dtype);
}

Dtype scan_dtype(const Tensor& x, std::optional<Dtype> dtype) {
  if (dtype) return *dtype;
  return is_integral(x.dtype(), true) ? int64 : x.dtype();
}

Tensor running_sum(const Tensor& x, int64_t dim, bool reverse) {
  Tensor y = scan_value(Scan::kSum, x, dim, reverse, x.dtype(), "cumsum");
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad("CumsumBackward", std::move(y), {x},
                   [dim, reverse](const Tensor& g) {
                     return running_sum(g, dim, !reverse);
                   });
}

bool has_zero(const Tensor& x) { return !all(x.detach()).item<bool>(); }

// The gradient whether there are zeros or not, without a look at x on the host:
// before the first zero the sum over i >= k of g[i] * y[i] / x[k], at it the
// sum of g[i] times the products that leave it out, behind it 0. Its own
// gradient would be wrong behind the first zero.
Tensor cumprod_grad_once(const Tensor& g, const Tensor& x, const Tensor& y,
                         int64_t dim) {
  const Tensor is_zero = eq(x, 0), zeros = cumsum(is_zero, dim);
  const Tensor first = logical_and(is_zero, eq(zeros, 1));
  const Tensor others = cumprod(masked_fill(x, first, 1), dim);
  const Tensor before =
      div(cumsum_from_end(mul(g, y), dim), masked_fill(x, is_zero, 1));
  const Tensor at = cumsum_from_end(mul(g, others), dim);
  return where(eq(zeros, 0), before, where(first, at, 0));
}

// Without zeros: sum over i >= k of g[i] * y[i] / x[k]. With them, each k
// needs its own products.
Tensor cumprod_grad(const Tensor& g, const Tensor& x, const Tensor& y,
                    int64_t dim) {
  if (!x.device().is_cpu() && !recording()) {
    return cumprod_grad_once(g, x, y, dim);
  }
  if (!has_zero(x)) return div(cumsum_from_end(mul(g, y), dim), x);
  const int64_t n = x.size(dim);
  std::vector<Tensor> parts;
  for (int64_t k = 0; k < n; ++k) {
    const Tensor before = k == 0 ? ones_like(narrow(x, dim, 0, 1))
                                 : prod(narrow(x, dim, 0, k), dim, true);
    Tensor others = before;
    if (k + 1 < n) {
      const Tensor after = cumprod(narrow(x, dim, k + 1, n - k - 1), dim);
      others = cat({before, mul(before, after)}, dim);
    }
    parts.push_back(sum(mul(narrow(g, dim, k, n - k), others), dim, true));
  }
  return cat(parts, dim);
}

// exp(x[k]) * sum over i >= k of g[i] * exp(-y[i]) for the positive g, in
// logarithms, so that nothing overflows where the result does not.
Tensor logcumsumexp_part(const Tensor& g, const Tensor& x, const Tensor& y,
                         int64_t dim) {
  const Tensor positive = gt(g.detach(), 0);
  const Tensor log_g =
      masked_fill(log(masked_fill(g, logical_not(positive), 1)),
                  logical_not(positive), -INFINITY);
  const Tensor terms = flip(sub(log_g, y), dim);
  return exp(add(flip(logcumsumexp(terms, dim), dim), x));
}

ValuesAndIndices running_extreme(Scan scan, const Tensor& x, int64_t dim,
                                 const char* name, const char* grad_name) {
  dim = wrap_dim(dim, x.dim(), name);
  ValuesAndIndices y;
  y.values = scan_value(scan, x, dim, false, x.dtype(), name, &y.indices);
  if (!any_wants_grad(TensorRefs{x})) return y;
  with_grads(grad_name, {&y.values, 1}, {x},
             [dim, at = y.indices](std::span<const Tensor> g, Grads& grads) {
               grads[0] = at.dim() == 0
                              ? g[0]
                              : scatter_add(zeros_like(g[0]), dim, at, g[0]);
             });
  return y;
}

// The sides of each piece along dim.
Tensor but_first(const Tensor& x, int64_t dim) {
  return narrow(x, dim, 1, x.size(dim) - 1);
}
Tensor but_last(const Tensor& x, int64_t dim) {
  return narrow(x, dim, 0, x.size(dim) - 1);
}

// The areas of the trapezia; `width` is a tensor or a number.
template <class Width>
Tensor areas(const Tensor& y, const Width& width, int64_t dim) {
  return mul(mul(add(but_first(y, dim), but_last(y, dim)), width), 0.5);
}

Tensor widths(const Tensor& y, const Tensor& x, int64_t dim) {
  if (x.dim() != 1) return diff(x, {.dim = dim});
  CRESSET_CHECK(x.size(0) == y.size(dim), kShape,
                "trapezoid: there must be one x value for each sample point; "
                "got ",
                x.sizes(), " for ", y.sizes());
  Shape sizes(static_cast<size_t>(y.dim()), 1);
  sizes[static_cast<size_t>(wrap_dim(dim, y.dim(), "trapezoid"))] =
      x.size(0) - 1;
  return reshape(diff(x), sizes);
}

}  // namespace

constinit ScanKernel scan_kernel{"scan", scan_cpu};

Tensor cumsum_from_end(const Tensor& x, int64_t dim) {
  return running_sum(x, dim, true);
}

}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor cumsum(const Tensor& x, int64_t dim, std::optional<Dtype> dtype) {
  if (!dtype && autocast_raises_on_cuda(x))
    return cumsum(raised(x), dim, dtype);
  return running_sum(x.to(scan_dtype(x, dtype)),
                     wrap_dim(dim, x.dim(), "cumsum"), false);
}

Tensor cumprod(const Tensor& input, int64_t dim, std::optional<Dtype> dtype) {
  if (!dtype && autocast_raises_on_cuda(input)) {
    return cumprod(raised(input), dim, dtype);
  }
  const Tensor x = input.to(scan_dtype(input, dtype));
  dim = wrap_dim(dim, x.dim(), "cumprod");
  const Tensor y = scan_value(Scan::kProd, x, dim, false, x.dtype(), "cumprod");
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad("CumprodBackward", y, {x},
                   [x = keep(x), y = keep_output(y), dim](const Tensor& g) {
                     if (g.dim() == 0) return g;
                     return cumprod_grad(g, x(), y(), dim);
                   });
}

Tensor logcumsumexp(const Tensor& x, int64_t dim) {
  CRESSET_CHECK(is_floating(x.dtype()), kDtype,
                "logcumsumexp: x must be of a floating dtype; got ", x.dtype());
  dim = wrap_dim(dim, x.dim(), "logcumsumexp");
  const Tensor y =
      scan_value(Scan::kLogSumExp, x, dim, false, x.dtype(), "logcumsumexp");
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad("LogcumsumexpBackward", y, {x},
                   [x = keep(x), y = keep_output(y), dim](const Tensor& g) {
                     if (g.dim() == 0) return g;
                     const Tensor in = x(), out = y();
                     if (recording()) {
                       // Differentiable everywhere, but not safe for a range
                       // above 700.
                       const Tensor top = amax(out.detach(), dim, true);
                       return mul(
                           exp(sub(in, top)),
                           cumsum_from_end(mul(g, exp(sub(top, out))), dim));
                     }
                     return sub(logcumsumexp_part(g, in, out, dim),
                                logcumsumexp_part(neg(g), in, out, dim));
                   });
}

ValuesAndIndices cummax(const Tensor& x, int64_t dim) {
  return running_extreme(Scan::kMax, x, dim, "cummax", "CummaxBackward");
}
ValuesAndIndices cummin(const Tensor& x, int64_t dim) {
  return running_extreme(Scan::kMin, x, dim, "cummin", "CumminBackward");
}

Tensor diff(const Tensor& x, const DiffOptions& options) {
  CRESSET_CHECK(x.dim() > 0, kShape,
                "diff: expected at least one dimension; got ", x.sizes());
  CRESSET_CHECK(options.n >= 0, kValue, "diff: n must not be negative; got ",
                options.n);
  const int64_t dim = wrap_dim(options.dim, x.dim(), "diff");
  if (options.n == 0) return x.clone();
  std::vector<Tensor> parts;
  if (options.prepend.defined()) parts.push_back(options.prepend);
  parts.push_back(x);
  if (options.append.defined()) parts.push_back(options.append);
  Tensor y = parts.size() == 1 ? x : cat(parts, dim);
  for (int64_t i = std::min(options.n, y.size(dim)); i > 0; --i) {
    if (y.size(dim) == 0) break;
    y = y.dtype() == bool_ ? logical_xor(but_first(y, dim), but_last(y, dim))
                           : sub(but_first(y, dim), but_last(y, dim));
  }
  return y;
}

Tensor trapezoid(const Tensor& y, const Tensor& x, int64_t dim) {
  return sum(areas(y, widths(y, x, dim), dim), dim);
}
Tensor trapezoid(const Tensor& y, double dx, int64_t dim) {
  return sum(areas(y, dx, dim), dim);
}
Tensor trapz(const Tensor& y, const Tensor& x, int64_t dim) {
  return trapezoid(y, x, dim);
}
Tensor trapz(const Tensor& y, double dx, int64_t dim) {
  return trapezoid(y, dx, dim);
}
Tensor cumulative_trapezoid(const Tensor& y, const Tensor& x, int64_t dim) {
  return cumsum(areas(y, widths(y, x, dim), dim), dim);
}
Tensor cumulative_trapezoid(const Tensor& y, double dx, int64_t dim) {
  return cumsum(areas(y, dx, dim), dim);
}

}  // namespace cresset
