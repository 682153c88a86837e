#include "cresset/tensor/ops/masked.h"

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/division.h"
#include "cresset/tensor/ops/index_places.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

using internal::Places;
using internal::PutOp;

void check_mask(const Tensor& mask, const char* op) {
  CRESSET_CHECK(mask.dtype() == bool_ || mask.dtype() == uint8, kDtype, op,
                ": expected BoolTensor or ByteTensor for mask; got ",
                mask.dtype());
}

// The numbers of the non-zero elements in row-major order.
Tensor nonzero_numbers(const Tensor& x) {
  return internal::true_numbers_kernel(x.device(),
                                       x.detach().to(bool_).contiguous());
}

Places flat_places(const Tensor& flat, const Tensor& mask, IntSpan sizes,
                   const char* op) {
  const Tensor wide = internal::broadcast_alias(mask, sizes, op);
  Places places =
      Places::along(flat, 0, nonzero_numbers(wide.to(flat.device())));
  places.distinct = true;
  return places;
}

Tensor scattered(const Tensor& x, const Tensor& mask, const Tensor& source) {
  check_mask(mask, "masked_scatter");
  CRESSET_CHECK(x.dtype() == source.dtype(), kDtype,
                "masked_scatter: expected self and source to have same dtypes "
                "but got ",
                x.dtype(), " and ", source.dtype());
  const Tensor flat = reshape(x, {-1});
  const Places places = flat_places(flat, mask, x.sizes(), "masked_scatter");
  const int64_t count = places.index[0].numel();
  CRESSET_CHECK(source.numel() >= count, kShape,
                "masked_scatter: expected the number of elements of source to "
                "be at least the number of ones in mask, ",
                count, "; got ", source.numel());
  const Tensor values = narrow(reshape(source, {-1}), 0, 0, count);
  return reshape(internal::put_at("MaskedScatterBackward", flat, places, values,
                                  PutOp::kAssign),
                 x.sizes());
}

}  // namespace

Tensor nonzero(const Tensor& x) {
  Tensor rest = nonzero_numbers(x);
  const Tensor y =
      internal::make_empty({rest.numel(), x.dim()}, int64, x.device());
  for (int64_t d = x.dim(); d-- > 0;) {
    const bool last = d == 0 || rest.numel() == 0;
    select(y, 1, d).copy_(last ? rest : remainder(rest, x.size(d)));
    if (!last) rest = floor_divide(rest, x.size(d));
  }
  return y;
}

Tensor argwhere(const Tensor& x) { return nonzero(x); }

std::vector<Tensor> where(const Tensor& x) {
  return unbind(nonzero(atleast_1d(x)), 1);
}
std::vector<Tensor> nonzero_as_tuple(const Tensor& x) { return where(x); }

Tensor masked_select(const Tensor& x, const Tensor& mask) {
  check_mask(mask, "masked_select");
  const Shape sizes = broadcast_shapes(x.sizes(), mask.sizes());
  const Tensor wide = reshape(expand(x, sizes), {-1});
  return internal::take_at("MaskedSelectBackward", wide,
                           flat_places(wide, mask, sizes, "masked_select"));
}

Tensor masked_scatter(const Tensor& x, const Tensor& mask,
                      const Tensor& source) {
  const Shape sizes = broadcast_shapes(x.sizes(), mask.sizes());
  return scattered(expand(x, sizes), mask, source);
}
const Tensor& masked_scatter_(const Tensor& x, const Tensor& mask,
                              const Tensor& source) {
  internal::check_inplace(x, "masked_scatter_");
  return internal::assign(x, scattered(x, mask, source), "masked_scatter_");
}

}  // namespace cresset
