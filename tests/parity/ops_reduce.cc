// Rows of reductions and scans.

#include "cresset/tensor/ops/distance.h"
#include "cresset/tensor/ops/gradient.h"
#include "cresset/tensor/ops/histogram.h"
#include "cresset/tensor/ops/linalg.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tensor/ops/scan.h"
#include "cresset/tensor/ops/sort.h"
#include "cresset/tensor/ops/triangle.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptDtype = std::optional<Dtype>;
using OptDim = std::optional<int64_t>;
using OptDims = std::optional<Ints>;
using OptTensor = std::optional<Tensor>;

// No dimensions stand for all of them.
Ints dims_of(const OptDims& dim) { return dim.value_or(Ints()); }

Ints ones_like_sizes(const Tensor& x) {
  return Shape(static_cast<size_t>(x.dim()), 1);
}

// The result over all dimensions, with these kept as 1 if asked for.
Tensor kept(const Tensor& y, const Tensor& x, bool keepdim) {
  return keepdim ? view(y, ones_like_sizes(x)) : y;
}
MinAndMax kept(const MinAndMax& y, const Tensor& x, bool keepdim) {
  return {kept(y.min, x, keepdim), kept(y.max, x, keepdim)};
}

// var and its kin; `f` takes (x, dims, options).
template <class F>
void add_spread(OpTable& t, const std::string& name, F f) {
  t.add(name, "input, unbiased", [f](const Tensor& x, bool unbiased) {
    return f(x, Ints(), VarOptions{.correction = unbiased ? 1.0 : 0.0});
  });
  t.add(name, "input, dim=None, unbiased=True, keepdim=False",
        [f](const Tensor& x, const OptDims& dim, bool unbiased, bool keepdim) {
          return f(x, dims_of(dim),
                   VarOptions{.correction = unbiased ? 1.0 : 0.0,
                              .keepdim = keepdim});
        });
  t.add(name, "input, dim=None, *, correction=1, keepdim=False",
        [f](const Tensor& x, const OptDims& dim,
            std::optional<double> correction, bool keepdim) {
          return f(x, dims_of(dim),
                   VarOptions{.correction = correction.value_or(1),
                              .keepdim = keepdim});
        });
}

// trapezoid and its kin; `f` takes (y, x or dx, dim).
template <class F>
void add_trapezoid(OpTable& t, const std::string& name, F f) {
  t.add(name, "y, x, *, dim=-1",
        [f](const Tensor& y, const Tensor& x, int64_t dim) {
          return f(y, x, dim);
        });
  t.add(name, "y, *, dx=1.0, dim=-1",
        [f](const Tensor& y, double dx, int64_t dim) { return f(y, dx, dim); });
}

// quantile and its kin; `f` takes (x, q, dim, keepdim, interpolation).
template <class F>
void add_quantile(OpTable& t, const std::string& name, F f) {
  constexpr char kSignature[] =
      "input, q, dim=None, keepdim=False, *, interpolation='linear'";
  t.add(name, kSignature,
        [f](const Tensor& x, double q, OptDim dim, bool keepdim,
            const std::string& interpolation) {
          return f(x, q, dim, keepdim, interpolation);
        });
  t.add(name, kSignature,
        [f](const Tensor& x, const Tensor& q, OptDim dim, bool keepdim,
            const std::string& interpolation) {
          return f(x, q, dim, keepdim, interpolation);
        });
}

}  // namespace

void add_reduce_ops(OpTable& t) {
  t.add("sum", "input, *, dtype=None",
        [](const Tensor& x, OptDtype dtype) { return sum(x, dtype); });
  t.add("sum", "input, dim, keepdim=False, *, dtype=None",
        [](const Tensor& x, const OptDims& dim, bool keepdim, OptDtype dtype) {
          return sum(x, dims_of(dim), keepdim, dtype);
        });
  t.add("nansum", "input, dim=None, keepdim=False, *, dtype=None",
        [](const Tensor& x, const OptDims& dim, bool keepdim, OptDtype dtype) {
          return nansum(x, dims_of(dim), keepdim, dtype);
        });
  t.add("mean", "input, *, dtype=None",
        [](const Tensor& x, OptDtype dtype) { return mean(x, dtype); });
  t.add("mean", "input, dim, keepdim=False, *, dtype=None",
        [](const Tensor& x, const OptDims& dim, bool keepdim, OptDtype dtype) {
          return mean(x, dims_of(dim), keepdim, dtype);
        });
  t.add("nanmean", "input, dim=None, keepdim=False, *, dtype=None",
        [](const Tensor& x, const OptDims& dim, bool keepdim, OptDtype dtype) {
          return nanmean(x, dims_of(dim), keepdim, dtype);
        });
  t.add("prod", "input, *, dtype=None",
        [](const Tensor& x, OptDtype dtype) { return prod(x, dtype); });
  t.add("prod", "input, dim, keepdim=False, *, dtype=None",
        [](const Tensor& x, int64_t dim, bool keepdim, OptDtype dtype) {
          return prod(x, dim, keepdim, dtype);
        });
  t.add("all", "input", [](const Tensor& x) { return all(x); });
  t.add("all", "input, dim, keepdim=False",
        [](const Tensor& x, int64_t dim, bool keepdim) {
          return all(x, dim, keepdim);
        });
  t.add("any", "input", [](const Tensor& x) { return any(x); });
  t.add("any", "input, dim, keepdim=False",
        [](const Tensor& x, int64_t dim, bool keepdim) {
          return any(x, dim, keepdim);
        });
  t.add("amax", "input, dim=(), keepdim=False",
        [](const Tensor& x, const Ints& dim, bool keepdim) {
          return amax(x, dim, keepdim);
        });
  t.add("amin", "input, dim=(), keepdim=False",
        [](const Tensor& x, const Ints& dim, bool keepdim) {
          return amin(x, dim, keepdim);
        });
  t.add("aminmax", "input, *, dim=None, keepdim=False",
        [](const Tensor& x, OptDim dim, bool keepdim) {
          return dim ? aminmax(x, *dim, keepdim) : kept(aminmax(x), x, keepdim);
        });
  t.add("max", "input", [](const Tensor& x) { return max(x); });
  t.add("max", "input, dim, keepdim=False",
        [](const Tensor& x, int64_t dim, bool keepdim) {
          return max(x, dim, keepdim);
        });
  t.add("min", "input", [](const Tensor& x) { return min(x); });
  t.add("min", "input, dim, keepdim=False",
        [](const Tensor& x, int64_t dim, bool keepdim) {
          return min(x, dim, keepdim);
        });
  t.add("argmax", "input, dim=None, keepdim=False",
        [](const Tensor& x, OptDim dim, bool keepdim) {
          return dim ? argmax(x, *dim, keepdim) : kept(argmax(x), x, keepdim);
        });
  t.add("argmin", "input, dim=None, keepdim=False",
        [](const Tensor& x, OptDim dim, bool keepdim) {
          return dim ? argmin(x, *dim, keepdim) : kept(argmin(x), x, keepdim);
        });
  t.add("median", "input", [](const Tensor& x) { return median(x); });
  t.add("median", "input, dim, keepdim=False",
        [](const Tensor& x, int64_t dim, bool keepdim) {
          return median(x, dim, keepdim);
        });
  t.add("nanmedian", "input", [](const Tensor& x) { return nanmedian(x); });
  t.add("nanmedian", "input, dim, keepdim=False",
        [](const Tensor& x, int64_t dim, bool keepdim) {
          return nanmedian(x, dim, keepdim);
        });
  t.add("mode", "input, dim=-1, keepdim=False",
        [](const Tensor& x, int64_t dim, bool keepdim) {
          return mode(x, dim, keepdim);
        });
  t.add("kthvalue", "input, k, dim=-1, keepdim=False",
        [](const Tensor& x, int64_t k, int64_t dim, bool keepdim) {
          return kthvalue(x, k, dim, keepdim);
        });
  t.add("count_nonzero", "input, dim=None",
        [](const Tensor& x, const OptDims& dim) {
          return count_nonzero(x, dims_of(dim));
        });
  t.add("logsumexp", "input, dim, keepdim=False",
        [](const Tensor& x, const Ints& dim, bool keepdim) {
          return logsumexp(x, dim, keepdim);
        });
  t.add("cumsum", "input, dim, *, dtype=None",
        [](const Tensor& x, int64_t dim, OptDtype dtype) {
          return cumsum(x, dim, dtype);
        });
  t.add("cumprod", "input, dim, *, dtype=None",
        [](const Tensor& x, int64_t dim, OptDtype dtype) {
          return cumprod(x, dim, dtype);
        });
  t.add("cummax", "input, dim",
        [](const Tensor& x, int64_t dim) { return cummax(x, dim); });
  t.add("cummin", "input, dim",
        [](const Tensor& x, int64_t dim) { return cummin(x, dim); });
  t.add("logcumsumexp", "input, dim",
        [](const Tensor& x, int64_t dim) { return logcumsumexp(x, dim); });
  t.add("norm", "input, p='fro', dim=None, keepdim=False, out=None, dtype=None",
        [](const Tensor& x, const std::optional<std::string>& p,
           const OptDims& dim, bool keepdim, Absent, OptDtype dtype) {
          if (p == "nuc") {
            return dim ? nuclear_norm(x, *dim, keepdim)
                       : nuclear_norm(x, keepdim);
          }
          if (p.value_or("fro") != "fro") throw Skip("no norm of order " + *p);
          return norm(x, 2, dims_of(dim), keepdim, dtype);
        });
  t.add(
      "norm", "input, p, dim=None, keepdim=False, out=None, dtype=None",
      [](const Tensor& x, double p, const OptDims& dim, bool keepdim, Absent,
         OptDtype dtype) { return norm(x, p, dims_of(dim), keepdim, dtype); });
  add_spread(t, "var", [](auto&&... a) { return var(a...); });
  add_spread(t, "std", [](auto&&... a) { return cresset::std(a...); });
  add_spread(t, "var_mean", [](auto&&... a) { return var_mean(a...); });
  add_spread(t, "std_mean", [](auto&&... a) { return std_mean(a...); });
  add_trapezoid(t, "trapezoid", [](auto&&... a) { return trapezoid(a...); });
  add_trapezoid(t, "trapz", [](auto&&... a) { return trapz(a...); });
  add_trapezoid(t, "cumulative_trapezoid",
                [](auto&&... a) { return cumulative_trapezoid(a...); });
  t.add("diff", "input, n=1, dim=-1, prepend=None, append=None",
        [](const Tensor& x, int64_t n, int64_t dim, const OptTensor& prepend,
           const OptTensor& append) {
          return diff(x, {.n = n,
                          .dim = dim,
                          .prepend = prepend.value_or(Tensor()),
                          .append = append.value_or(Tensor())});
        });
  t.add(
      "dist", "input, other, p=2",
      [](const Tensor& x, const Tensor& y, double p) { return dist(x, y, p); });
  using Spacing = std::vector<double>;
  t.add("gradient", "input, *, spacing=None, dim=None, edge_order=1",
        [](const Tensor& x, const std::optional<Spacing>& spacing,
           const OptDims& dim, int64_t edge_order) {
          return gradient(x, {.spacing = spacing.value_or(Spacing{1}),
                              .dims = dims_of(dim),
                              .edge_order = edge_order});
        });
  t.add("gradient", "input, *, spacing, dim=None, edge_order=1",
        [](const Tensor& x, const Tensors& spacing, const OptDims& dim,
           int64_t edge_order) {
          return gradient(x, {.coordinates = spacing,
                              .dims = dims_of(dim),
                              .edge_order = edge_order});
        });
  t.add("histc", "input, bins=100, min=0, max=0",
        [](const Tensor& x, int64_t bins, double min, double max) {
          return histc(x, bins, min, max);
        });
  t.add("bincount", "input, weights=None, minlength=0",
        [](const Tensor& x, const OptTensor& weights, int64_t minlength) {
          return bincount(x, weights.value_or(Tensor()), minlength);
        });
  add_quantile(t, "quantile", [](auto&&... a) { return quantile(a...); });
  add_quantile(t, "nanquantile", [](auto&&... a) { return nanquantile(a...); });
  t.add("renorm", "input, p, dim, maxnorm",
        [](const Tensor& x, double p, int64_t dim, double maxnorm) {
          return renorm(x, p, dim, maxnorm);
        });
  t.add("trace", "input", [](const Tensor& x) { return trace(x); });
  t.add("sum_to_size", "input, *size",
        [](const Tensor& x, const Ints& size) { return sum_to_size(x, size); });
}

}  // namespace cresset::parity
