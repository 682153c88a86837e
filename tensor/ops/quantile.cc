#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/histogram.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/sort.h"
#include "cresset/tensor/ops/ternary.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace {

void check(const Tensor& x, const Tensor& q, std::string_view interpolation,
           const char* name) {
  CRESSET_CHECK(x.dtype() == float32 || x.dtype() == float64, kDtype, name,
                ": x must be float32 or float64; got ", x.dtype());
  CRESSET_CHECK(q.dtype() == x.dtype(), kDtype, name,
                ": q must have x's dtype ", x.dtype(), "; got ", q.dtype());
  CRESSET_CHECK(q.dim() <= 1, kShape, name,
                ": q must be a number or have one dimension; got ", q.sizes());
  CRESSET_CHECK(x.numel() != 0, kValue, name, ": x must not be empty");
  // On a device that would wait for its work; PyTorch does not check there.
  CRESSET_CHECK(
      !q.device().is_cpu() || all(logical_and(ge(q, 0), le(q, 1))).item<bool>(),
      kValue, name, ": all elements of q must be in [0, 1]");
  for (const char* known :
       {"linear", "lower", "higher", "midpoint", "nearest"}) {
    if (interpolation == known) return;
  }
  CRESSET_CHECK(false, kValue, name,
                ": interpolation must be linear, lower, higher, midpoint or "
                "nearest; got ",
                interpolation);
}

Tensor quantiles(const Tensor& input, const Tensor& q,
                 std::optional<int64_t> dim, bool keepdim,
                 std::string_view interpolation, bool skip_nan,
                 const char* name) {
  check(input, q, interpolation, name);
  const Tensor x = dim ? input : reshape(input, {-1});
  const int64_t d = wrap_dim(dim.value_or(0), x.dim(), name);
  // Rows of the elements in order; results get the same leading dimensions.
  const Tensor sorted = x.dim() == 0
                            ? sort(reshape(x, {1})).values
                            : sort(transpose(x, d, x.dim() - 1), -1).values;
  const int64_t n = sorted.size(-1);
  const Tensor numbers =
      sum(eq(sorted.detach(), sorted.detach()), -1, true).to(x.dtype());
  // The places between elements, [..., k].
  const Tensor wide_q = reshape(q.detach(), {-1});
  const Tensor top =
      skip_nan ? clamp_min(sub(numbers, 1), 0)
               : where(lt(numbers, n), numbers, static_cast<double>(n - 1));
  Tensor rank = mul(wide_q, top);
  if (!skip_nan) rank = where(lt(numbers, n), top, rank);
  if (interpolation == "lower") rank = floor(rank);
  if (interpolation == "higher") rank = ceil(rank);
  if (interpolation == "nearest") rank = round(rank);
  const Tensor below = floor(rank);
  const Tensor low = gather(sorted, -1, below.to(int64));
  const Tensor high = gather(sorted, -1, ceil(rank).to(int64));
  const Tensor share = interpolation == "midpoint"
                           ? mul(ne(below, rank).to(x.dtype()), 0.5)
                           : sub(rank, below);
  Tensor y = lerp(low, high, share);
  // [..., k] -> [k, ...], with dim back in its place.
  const bool one = q.dim() == 0;
  y = movedim(y, -1, 0);
  if (keepdim) {
    if (dim) {
      y = x.dim() == 0 ? reshape(y, {y.size(0)})
                       : transpose(unsqueeze(y, -1), d + 1, y.dim());
    } else {
      Shape sizes(static_cast<size_t>(input.dim()) + 1, 1);
      sizes[0] = y.size(0);
      y = reshape(y, sizes);
    }
  } else if (x.dim() > 1 && d != x.dim() - 1) {
    // transpose put the last dimension into dim's place.
    y = movedim(y, d + 1, -1);
  }
  return one ? squeeze(y, 0) : y;
}

}  // namespace

Tensor quantile(const Tensor& x, const Tensor& q, std::optional<int64_t> dim,
                bool keepdim, std::string_view interpolation) {
  return quantiles(x, q, dim, keepdim, interpolation, false, "quantile");
}
Tensor quantile(const Tensor& x, double q, std::optional<int64_t> dim,
                bool keepdim, std::string_view interpolation) {
  return quantile(x, full({}, q, {.dtype = x.dtype(), .device = x.device()}),
                  dim, keepdim, interpolation);
}
Tensor nanquantile(const Tensor& x, const Tensor& q, std::optional<int64_t> dim,
                   bool keepdim, std::string_view interpolation) {
  return quantiles(x, q, dim, keepdim, interpolation, true, "nanquantile");
}
Tensor nanquantile(const Tensor& x, double q, std::optional<int64_t> dim,
                   bool keepdim, std::string_view interpolation) {
  return nanquantile(x, full({}, q, {.dtype = x.dtype(), .device = x.device()}),
                     dim, keepdim, interpolation);
}

}  // namespace cresset
