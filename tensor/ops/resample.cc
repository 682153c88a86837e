// Every mode is linear in x and separable: along each dimension the result is a
// sparse matrix times x, and the gradient its transpose.

#include "cresset/tensor/ops/resample.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/pool.h"

namespace cresset {
namespace internal {
namespace {

using SharedTaps = std::shared_ptr<const Taps>;

template <class T>
void mix_rows(const Taps& taps, const Tensor& x, const Tensor& y, int64_t outer,
              int64_t inner) {
  const T* from = x.data<T>();
  T* to = y.data<T>();
  const int64_t work = std::max<int64_t>(1, 2 * inner);
  parallel_for(0, outer * taps.out, std::max<int64_t>(1, (1 << 14) / work),
               [&](int64_t begin, int64_t end) {
                 for (int64_t r = begin; r < end; ++r) {
                   const auto i = static_cast<size_t>(r % taps.out);
                   const T* plane = from + r / taps.out * taps.in * inner;
                   T* row = to + r * inner;
                   std::fill(row, row + inner, T(0));
                   for (int64_t k = taps.first[i]; k < taps.first[i + 1]; ++k) {
                     const auto at = static_cast<size_t>(k);
                     const T w = static_cast<T>(taps.weight[at]);
                     const T* source = plane + taps.index[at] * inner;
                     for (int64_t j = 0; j < inner; ++j)
                       row[j] += w * source[j];
                   }
                 }
               });
}

void mix_cpu(const Taps& taps, const Tensor& x, const Tensor& y, int64_t outer,
             int64_t inner) {
  if (x.dtype() == float64) {
    mix_rows<double>(taps, x, y, outer, inner);
  } else {
    mix_rows<float>(taps, x, y, outer, inner);
  }
}

Tensor mix(const Tensor& x, int64_t dim, const SharedTaps& taps) {
  Shape sizes = x.shape();
  sizes[static_cast<size_t>(dim)] = taps->out;
  int64_t outer = 1, inner = 1;
  for (int64_t d = 0; d < dim; ++d) outer *= x.size(d);
  for (int64_t d = dim + 1; d < x.dim(); ++d) inner *= x.size(d);
  Tensor y = make_empty(sizes, x.dtype(), x.device());
  if (y.numel() != 0) {
    mix_kernel(x.device(), *taps, x.is_contiguous() ? x : dense_copy(x), y,
               outer, inner);
  }
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad(
      "UpsampleBackward", std::move(y), {x}, [dim, taps](const Tensor& g) {
        return mix(g, dim, std::make_shared<Taps>(taps->transposed()));
      });
}

// One axis of a call: sizes, and input steps for one output step. T is the type
// in which PyTorch computes positions, which decides how halves round.
template <class T>
struct Axis {
  int64_t in, out;
  T scale;
  bool align_corners;

  Axis(int64_t from, int64_t to, double factor, bool align)
      : in(from), out(to), align_corners(align) {
    if (align) {
      scale = to > 1 ? static_cast<T>(from - 1) / static_cast<T>(to - 1) : T(0);
    } else {
      scale = factor > 0 ? static_cast<T>(1.0 / factor)
                         : static_cast<T>(from) / static_cast<T>(to);
    }
  }
  T at(int64_t i) const {
    const T position = static_cast<T>(i);
    return align_corners ? scale * position
                         : scale * (position + T(0.5)) - T(0.5);
  }
};

class TapsBuilder {
 public:
  explicit TapsBuilder(int64_t in) { taps_.in = in; }
  void add(int64_t index, double weight) {
    taps_.index.push_back(std::clamp<int64_t>(index, 0, taps_.in - 1));
    taps_.weight.push_back(weight);
  }
  void end_row() {
    ++taps_.out;
    taps_.first.push_back(static_cast<int64_t>(taps_.index.size()));
  }
  SharedTaps finish() {
    taps_.first.insert(taps_.first.begin(), 0);
    return std::make_shared<const Taps>(std::move(taps_));
  }

 private:
  Taps taps_;
};

// The cubic convolution kernel at distance |t| <= 2.
template <class T>
T cubic(T t, T a) {
  t = std::fabs(t);
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  if (t < 2) return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  return 0;
}

enum class Filter { kNearest, kNearestExact, kLinear, kCubic };

template <class T>
SharedTaps point_taps(const Axis<T>& axis, Filter filter) {
  TapsBuilder taps(axis.in);
  for (int64_t i = 0; i < axis.out; ++i) {
    const T position = static_cast<T>(i);
    if (filter == Filter::kNearest) {
      taps.add(static_cast<int64_t>(std::floor(position * axis.scale)), 1);
    } else if (filter == Filter::kNearestExact) {
      taps.add(
          static_cast<int64_t>(std::floor((position + T(0.5)) * axis.scale)),
          1);
    } else if (filter == Filter::kLinear) {
      const T at = std::max(axis.at(i), T(0));
      const int64_t low =
          std::min(static_cast<int64_t>(std::floor(at)), axis.in - 1);
      const T t = std::clamp(at - static_cast<T>(low), T(0), T(1));
      taps.add(low, T(1) - t);
      taps.add(low + 1, t);
    } else {
      const T at = axis.at(i), low = std::floor(at), t = at - low;
      for (int64_t k = -1; k <= 2; ++k) {
        taps.add(static_cast<int64_t>(low) + k,
                 cubic(t - static_cast<T>(k), T(-0.75)));
      }
    }
    taps.end_row();
  }
  return taps.finish();
}

// Filters as wide as the step between outputs.
template <class T>
SharedTaps antialiased_taps(const Axis<T>& axis, Filter filter) {
  const T radius = filter == Filter::kLinear ? 1 : 2;
  const T stretch = std::max(axis.scale, T(1));
  const T support = radius * stretch;
  TapsBuilder taps(axis.in);
  std::vector<T> weights;
  for (int64_t i = 0; i < axis.out; ++i) {
    const T center = axis.scale * (static_cast<T>(i) + T(0.5));
    const int64_t first =
        std::max<int64_t>(static_cast<int64_t>(center - support + T(0.5)), 0);
    const int64_t last =
        std::min(static_cast<int64_t>(center + support + T(0.5)), axis.in);
    weights.clear();
    T sum = 0;
    for (int64_t k = first; k < last; ++k) {
      const T t = (static_cast<T>(k) - center + T(0.5)) / stretch;
      const T w = filter == Filter::kLinear
                      ? std::max(T(1) - std::fabs(t), T(0))
                      : cubic(t, T(-0.5));
      weights.push_back(w);
      sum += w;
    }
    for (size_t k = 0; k < weights.size(); ++k) {
      taps.add(first + static_cast<int64_t>(k),
               sum == 0 ? weights[k] : weights[k] / sum);
    }
    taps.end_row();
  }
  return taps.finish();
}

template <class T>
SharedTaps axis_taps(const Axis<T>& axis, Filter filter, bool antialias) {
  return antialias ? antialiased_taps(axis, filter) : point_taps(axis, filter);
}

struct Mode {
  Filter filter;
  int64_t rank;  // spatial dimensions it is for; 0 for any
};

Mode mode_of(std::string_view name) {
  if (name == "nearest" || name == "area") return {Filter::kNearest, 0};
  if (name == "nearest-exact") return {Filter::kNearestExact, 0};
  if (name == "linear") return {Filter::kLinear, 1};
  if (name == "bilinear") return {Filter::kLinear, 2};
  if (name == "bicubic") return {Filter::kCubic, 2};
  if (name == "trilinear") return {Filter::kLinear, 3};
  CRESSET_CHECK(false, kValue, "interpolate: unknown mode; got '", name, "'");
}

// The sizes of the result, and the factors that count, 0 where sizes do.
struct Target {
  Shape sizes;
  std::vector<double> factors;
};

Target target_of(const Tensor& x, const InterpolateOptions& options) {
  const auto rank = static_cast<size_t>(x.dim() - 2);
  CRESSET_CHECK(options.size.empty() != options.scale_factor.empty(), kValue,
                "interpolate: exactly one of size and scale_factor is needed; "
                "got ",
                options.size.empty() ? "neither" : "both");
  Target target{Shape(rank), std::vector<double>(rank, 0.0)};
  if (!options.size.empty()) {
    target.sizes = options.size.expanded(rank, {}, "interpolate", "size");
    return target;
  }
  std::vector<double> factors = options.scale_factor;
  if (factors.size() == 1) factors.resize(rank, factors[0]);
  CRESSET_CHECK(factors.size() == rank, kValue,
                "interpolate: scale_factor needs 1 or ", rank, " numbers; got ",
                factors.size());
  for (size_t d = 0; d < rank; ++d) {
    const auto in = static_cast<double>(x.size(static_cast<int64_t>(d) + 2));
    target.sizes[d] = static_cast<int64_t>(std::floor(in * factors[d]));
  }
  if (!options.recompute_scale_factor) target.factors = factors;
  return target;
}

Tensor area(const Tensor& x, const Shape& sizes) {
  if (sizes.size() == 1) return adaptive_avg_pool1d(x, sizes);
  if (sizes.size() == 2) return adaptive_avg_pool2d(x, sizes);
  return adaptive_avg_pool3d(x, sizes);
}

}  // namespace

constinit MixKernel mix_kernel{"interpolate", mix_cpu};

Taps Taps::transposed() const {
  Taps t;
  t.in = out;
  t.out = in;
  t.first.assign(static_cast<size_t>(in) + 1, 0);
  for (const int64_t k : index) ++t.first[static_cast<size_t>(k) + 1];
  for (size_t i = 1; i < t.first.size(); ++i) t.first[i] += t.first[i - 1];
  std::vector<int64_t> next(t.first.begin(), t.first.end() - 1);
  t.index.resize(index.size());
  t.weight.resize(index.size());
  for (int64_t i = 0; i < out; ++i) {
    const auto row = static_cast<size_t>(i);
    for (auto k = static_cast<size_t>(first[row]);
         k < static_cast<size_t>(first[row + 1]); ++k) {
      const auto to =
          static_cast<size_t>(next[static_cast<size_t>(index[k])]++);
      t.index[to] = i;
      t.weight[to] = weight[k];
    }
  }
  return t;
}

}  // namespace internal

Tensor interpolate(const Tensor& x, const InterpolateOptions& options) {
  using namespace internal;  // NOLINT: this file defines what it declares
  CRESSET_CHECK(x.dim() >= 3 && x.dim() <= 5, kShape,
                "interpolate: Only 3D, 4D and 5D input Tensors supported; got ",
                x.sizes());
  const Mode mode = mode_of(options.mode);
  const int64_t rank = x.dim() - 2;
  CRESSET_CHECK(mode.rank == 0 || mode.rank == rank, kValue,
                "interpolate: mode '", options.mode, "' is for ", mode.rank,
                " spatial dimensions; got ", x.sizes());
  CRESSET_CHECK(!options.antialias || mode.rank == 2, kValue,
                "interpolate: antialias is for modes 'bilinear' and 'bicubic'; "
                "got '",
                options.mode, "'");
  const bool nearest = mode.rank == 0 && options.mode != "area";
  CRESSET_CHECK(is_floating(x.dtype()) || (nearest && x.dtype() == uint8),
                kDtype, "interpolate: mode '", options.mode,
                "' needs a floating input; got ", x.dtype());
  const Target target = target_of(x, options);
  for (int64_t d = 0; d < rank; ++d) {
    CRESSET_CHECK(
        x.size(d + 2) > 0 && target.sizes[static_cast<size_t>(d)] > 0, kShape,
        "interpolate: input and output sizes should be greater than 0; got ",
        x.sizes(), " to ", IntSpan(target.sizes));
  }
  if (options.mode == "area") return area(x, target.sizes);
  const Dtype dtype = x.dtype() == float64 ? float64 : float32;
  Tensor y = x.to(dtype);
  for (int64_t d = 0; d < rank; ++d) {
    const auto at = static_cast<size_t>(d);
    const bool align = options.align_corners && !nearest;
    const int64_t in = x.size(d + 2), out = target.sizes[at];
    const double factor = target.factors[at];
    y = mix(y, d + 2,
            dtype == float64 ? axis_taps(Axis<double>(in, out, factor, align),
                                         mode.filter, options.antialias)
                             : axis_taps(Axis<float>(in, out, factor, align),
                                         mode.filter, options.antialias));
  }
  return y.to(x.dtype());
}

}  // namespace cresset
