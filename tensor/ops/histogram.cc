#include "cresset/tensor/ops/histogram.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {

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
  const Tensor in = x.detach().cpu().to(float64).contiguous();
  std::vector<double> counts(static_cast<size_t>(bins));
  for (int64_t i = 0; i < in.numel(); ++i) {
    const double value = in.data<double>()[i];
    if (!(value >= min && value <= max)) continue;
    const auto bin = static_cast<int64_t>((value - min) / (max - min) *
                                          static_cast<double>(bins));
    counts[static_cast<size_t>(std::min(bin, bins - 1))] += 1;
  }
  const Tensor y = tensor(counts, {.dtype = float64, .device = Device()});
  return y.to(x.device(), x.dtype());
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
  const Tensor in = x.cpu().to(int64).contiguous();
  const int64_t* values = in.data<int64_t>();
  int64_t size = minlength;
  for (int64_t i = 0; i < in.numel(); ++i) {
    CRESSET_CHECK(values[i] >= 0, kValue,
                  "bincount: elements must not be negative; got ", values[i]);
    size = std::max(size, values[i] + 1);
  }
  if (!weights.defined()) {
    const Tensor y = zeros({size}, {.dtype = int64, .device = Device()});
    for (int64_t i = 0; i < in.numel(); ++i) ++y.data<int64_t>()[values[i]];
    return y.to(x.device());
  }
  const Tensor w = weights.detach().cpu().to(float64).contiguous();
  const Tensor y = zeros({size}, {.dtype = float64, .device = Device()});
  for (int64_t i = 0; i < in.numel(); ++i) {
    y.data<double>()[values[i]] += w.data<double>()[i];
  }
  return y.to(x.device(), weights.dtype() == float32 ? float32 : float64);
}

}  // namespace cresset
