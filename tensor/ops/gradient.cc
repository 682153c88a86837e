#include "cresset/tensor/ops/gradient.h"

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

Shape dims_of(const Tensor& x, IntSpan dims, int64_t edge_order) {
  CRESSET_CHECK(edge_order == 1 || edge_order == 2, kValue,
                "gradient: edge_order must be 1 or 2; got ", edge_order);
  Shape result;
  for (int64_t d = 0; d < x.dim() && dims.empty(); ++d) result.push_back(d);
  for (const int64_t d : dims) {
    result.push_back(wrap_dim(d, x.dim(), "gradient"));
  }
  for (const int64_t d : result) {
    CRESSET_CHECK(x.dim() > 0 && x.size(d) > edge_order, kShape,
                  "gradient: each dimension size must be at least "
                  "edge_order+1 = ",
                  edge_order + 1, "; got ", x.sizes());
  }
  return result;
}

// Points first, first + 1, ... along a dimension, which may be counted from
// the end.
Tensor point(const Tensor& x, int64_t dim, int64_t place) {
  const int64_t n = x.size(dim);
  return narrow(x, dim, place < 0 ? n + place : place, 1);
}
Tensor inside(const Tensor& x, int64_t dim, int64_t first) {
  return narrow(x, dim, first, x.size(dim) - 2);
}

Tensor even_slopes(const Tensor& x, int64_t dim, double step, int64_t order) {
  const auto at = [&](int64_t place) { return point(x, dim, place); };
  Tensor first = sub(at(1), at(0)), last = sub(at(-1), at(-2));
  if (order == 2) {
    first = add(add(mul(at(0), -1.5), mul(at(1), 2.0)), mul(at(2), -0.5));
    last = add(add(mul(at(-3), 0.5), mul(at(-2), -2.0)), mul(at(-1), 1.5));
  }
  first = div(first, step);
  last = div(last, step);
  if (x.size(dim) == 2) return cat({first, last}, dim);
  const Tensor middle =
      div(div(sub(inside(x, dim, 2), inside(x, dim, 0)), step), 2.0);
  return cat({first, middle, last}, dim);
}

// a p + b q + c r, the weights of three neighbours.
Tensor weighted(const Tensor& a, const Tensor& p, const Tensor& b,
                const Tensor& q, const Tensor& c, const Tensor& r) {
  return add(add(mul(a, p), mul(b, q)), mul(c, r));
}

// `gaps` are the distances of neighbours, shaped to broadcast against x.
Tensor uneven_slopes(const Tensor& x, int64_t dim, const Tensor& gaps,
                     int64_t order) {
  const auto at = [&](int64_t place) { return point(x, dim, place); };
  Tensor first = div(sub(at(1), at(0)), point(gaps, dim, 0));
  Tensor last = div(sub(at(-1), at(-2)), point(gaps, dim, -1));
  if (order == 2) {
    Tensor h = point(gaps, dim, 0), k = point(gaps, dim, 1), both = add(h, k);
    first =
        weighted(div(neg(add(both, h)), mul(h, both)), at(0),
                 div(both, mul(h, k)), at(1), div(neg(h), mul(k, both)), at(2));
    h = point(gaps, dim, -2), k = point(gaps, dim, -1), both = add(h, k);
    last = weighted(div(k, mul(h, both)), at(-3), div(neg(both), mul(h, k)),
                    at(-2), div(add(both, k), mul(k, both)), at(-1));
  }
  if (x.size(dim) == 2) return cat({first, last}, dim);
  const int64_t inner = x.size(dim) - 2;
  const Tensor h = narrow(gaps, dim, 0, inner), k = narrow(gaps, dim, 1, inner);
  const Tensor both = add(h, k);
  const Tensor middle = weighted(div(neg(k), mul(h, both)), inside(x, dim, 0),
                                 div(sub(k, h), mul(h, k)), inside(x, dim, 1),
                                 div(h, mul(k, both)), inside(x, dim, 2));
  return cat({first, middle, last}, dim);
}

// The distances of neighbours along `dim` of x.
Tensor gaps_of(const Tensor& x, int64_t dim, const Tensor& at) {
  const int64_t n = x.size(dim);
  CRESSET_CHECK(at.dim() == 1 && at.size(0) == n, kShape, "gradient: expected ",
                n, " coordinates for dimension ", dim, "; got ", at.sizes());
  Shape line(static_cast<size_t>(x.dim()), 1);
  line[static_cast<size_t>(dim)] = n - 1;
  return reshape(sub(narrow(at, 0, 1, n - 1), narrow(at, 0, 0, n - 1)), line);
}

}  // namespace

std::vector<Tensor> gradient(const Tensor& x, const GradientOptions& options) {
  const int64_t order = options.edge_order;
  const Shape dims = dims_of(x, options.dims, order);
  const std::vector<double>& steps = options.spacing;
  const std::vector<Tensor>& places = options.coordinates;
  CRESSET_CHECK(steps.size() == 1 || steps.size() == dims.size(), kValue,
                "gradient: expected spacing to be one number or one for each "
                "of ",
                dims.size(), " dimensions; got ", steps.size());
  CRESSET_CHECK(places.empty() || places.size() == dims.size(), kValue,
                "gradient: expected coordinates for each of ", dims.size(),
                " dimensions; got ", places.size());
  std::vector<Tensor> slopes;
  for (size_t i = 0; i < dims.size(); ++i) {
    const int64_t d = dims[i];
    const double step = steps.size() == 1 ? steps[0] : steps[i];
    slopes.push_back(
        places.empty() ? even_slopes(x, d, step, order)
                       : uneven_slopes(x, d, gaps_of(x, d, places[i]), order));
  }
  return slopes;
}

}  // namespace cresset
