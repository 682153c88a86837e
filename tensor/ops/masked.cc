#include "cresset/tensor/ops/masked.h"

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/ops/combine.h"
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

// The numbers of the non-zero elements in row-major order, on the CPU.
Tensor nonzero_numbers(const Tensor& x) {
  const Tensor truth = x.detach().cpu().to(bool_).contiguous();
  const bool* values = truth.data<bool>();
  int64_t count = 0;
  for (int64_t i = 0; i < truth.numel(); ++i) count += values[i];
  Tensor y = internal::make_empty({count}, int64, Device());
  int64_t* out = y.data<int64_t>();
  // A branch-free write keeps random masks fast; the last write may fall one
  // past the end, so it is not made.
  int64_t k = 0;
  for (int64_t i = 0; k < count; ++i) {
    out[k] = i;
    k += values[i];
  }
  return y;
}

Places flat_places(const Tensor& mask, IntSpan sizes, const char* op) {
  return Places::along(
      1, 0, nonzero_numbers(internal::broadcast_alias(mask, sizes, op)));
}

Tensor scattered(const Tensor& x, const Tensor& mask, const Tensor& source) {
  check_mask(mask, "masked_scatter");
  CRESSET_CHECK(x.dtype() == source.dtype(), kDtype,
                "masked_scatter: expected self and source to have same dtypes "
                "but got ",
                x.dtype(), " and ", source.dtype());
  const Places places = flat_places(mask, x.sizes(), "masked_scatter");
  const int64_t count = places.index[0].numel();
  CRESSET_CHECK(source.numel() >= count, kShape,
                "masked_scatter: expected the number of elements of source to "
                "be at least the number of ones in mask, ",
                count, "; got ", source.numel());
  const Tensor values = narrow(reshape(source, {-1}), 0, 0, count);
  return reshape(internal::put_at("MaskedScatterBackward", reshape(x, {-1}),
                                  places, values, PutOp::kAssign),
                 x.sizes());
}

}  // namespace

Tensor nonzero(const Tensor& x) {
  const Tensor numbers = nonzero_numbers(x);
  const auto rank = static_cast<size_t>(x.dim());
  const int64_t count = numbers.numel();
  Tensor y = internal::make_empty({count, x.dim()}, int64, Device());
  int64_t* out = y.data<int64_t>();
  const int64_t* number = numbers.data<int64_t>();
  for (int64_t i = 0; i < count; ++i, out += rank) {
    int64_t rest = number[i];
    for (size_t d = rank; d-- > 0;) {
      out[d] = rest % x.sizes()[d];
      rest /= x.sizes()[d];
    }
  }
  return y.to(x.device());
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
                           flat_places(mask, sizes, "masked_select"));
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
