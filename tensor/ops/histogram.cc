#include "cresset/tensor/ops/histogram.h"

#include <algorithm>
#include <cmath>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/data_kernels.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {
namespace {

void count_cpu(const Tensor& values, const Tensor& counts) {
  const int64_t* value = values.data<int64_t>();
  int64_t* to = counts.data<int64_t>();
  for (int64_t i = 0; i < values.numel(); ++i) {
    if (value[i] >= 0 && value[i] < counts.numel()) ++to[value[i]];
  }
}

// How often each of the numbers below `size` is among the int64 `values`.
Tensor counted(const Tensor& values, int64_t size) {
  const Tensor counts = filled({size}, 0, int64, values.device());
  if (values.numel() != 0) {
    count_kernel(values.device(), values.contiguous(), counts);
  }
  return counts;
}

}  // namespace

constinit CountKernel count_kernel{"bincount", count_cpu};

}  // namespace internal

using internal::counted;

Tensor histc(const Tensor& x, int64_t bins, double min, double max) {
  CRESSET_CHECK(is_floating(x.dtype()), kDtype,
                "histc: x must be of a floating dtype; got ", x.dtype());
  CRESSET_CHECK(bins > 0, kValue, "histc: bins must be positive; got ", bins);
  if (min == max && x.numel() != 0) {
    const MinAndMax range = aminmax(x.detach());
    min = range.min.item<double>();
    max = range.max.item<double>();
  }
  if (min == max) {
    min -= 1;
    max += 1;
  }
  CRESSET_CHECK(std::isfinite(min) && std::isfinite(max) && min < max, kValue,
                "histc: max must be larger than min, both finite; got min ",
                min, " and max ", max);
  // NaN and what lies outside go to no bin, the largest number to the last.
  const Tensor in = x.detach().to(float64);
  const Tensor inside = logical_and(ge(in, min), le(in, max));
  const Tensor place =
      mul(div(sub(masked_fill(in, logical_not(inside), min), min), max - min),
          static_cast<double>(bins));
  const Tensor bin = masked_fill(clamp_max(place.to(int64), bins - 1),
                                 logical_not(inside), -1);
  return counted(bin, bins).to(x.dtype());
}

Tensor bincount(const Tensor& x, const Tensor& weights, int64_t minlength) {
  CRESSET_CHECK(x.dim() == 1 && is_integral(x.dtype()), kShape,
                "bincount: x must be integers in one dimension; got ",
                x.dtype(), " of shape ", x.sizes());
  CRESSET_CHECK(minlength >= 0, kValue,
                "bincount: minlength must not be negative; got ", minlength);
  CRESSET_CHECK(!weights.defined() || weights.shape() == x.shape(), kShape,
                "bincount: x and weights must have one shape; got ", x.sizes(),
                " and ", weights.defined() ? weights.sizes() : IntSpan());
  const Tensor in = x.to(int64);
  int64_t size = minlength;
  if (in.numel() != 0) {
    const MinAndMax range = aminmax(in);
    CRESSET_CHECK(range.min.item<int64_t>() >= 0, kValue,
                  "bincount: elements must not be negative; got ",
                  range.min.item<int64_t>());
    size = std::max(size, range.max.item<int64_t>() + 1);
  }
  if (!weights.defined()) return counted(in, size);
  const Tensor zero = zeros({size}, {.dtype = float64, .device = x.device()});
  return index_add(zero, 0, in, weights.detach().to(x.device(), float64))
      .to(weights.dtype() == float32 ? float32 : float64);
}

}  // namespace cresset
