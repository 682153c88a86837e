// Written with public ops, so that gradients of any order come from these.

#include <cmath>
#include <vector>

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/division.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/resample.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace {

enum class Padding { kZeros, kBorder, kReflection };

// What all steps share: x as planes, and the sizes of its spatial dimensions
// in the order of a grid point, the last one first.
struct Source {
  Tensor planes;  // [N, C, points]
  std::vector<int64_t> sizes;
  Padding padding;
  bool align_corners;
};

using Coordinates = std::vector<Tensor>;  // [N, points] for each dimension

// From [-1, 1] to positions of points.
Tensor unnormalised(const Tensor& c, int64_t size, bool align_corners) {
  const auto n = static_cast<double>(size);
  if (align_corners) return mul(div(add(c, 1), 2), n - 1);
  return div(sub(mul(add(c, 1), n), 1), 2);
}

// Mirrored at the bounds, which are given doubled.
Tensor reflected(const Tensor& c, int64_t low2, int64_t high2) {
  if (low2 == high2) return mul(c, 0);
  const double low = static_cast<double>(low2) / 2;
  const double span = static_cast<double>(high2 - low2) / 2;
  const Tensor distance = abs(sub(c, low));
  const Tensor rest = fmod(distance, span);
  const Tensor flips = floor(div(distance.detach(), span));
  return where(eq(remainder(flips, 2), 0), add(rest, low),
               rsub(rest, span + low));
}

Tensor padded(const Tensor& c, int64_t size, const Source& source) {
  if (source.padding == Padding::kZeros) return c;
  const Tensor inside = source.padding == Padding::kBorder ? c
                        : source.align_corners ? reflected(c, 0, 2 * (size - 1))
                                               : reflected(c, -1, 2 * size - 1);
  return clamp(inside, Scalar(0), Scalar(size - 1));
}

// x at points of whole positions, zero outside: [N, C, points].
Tensor fetch(const Source& source, const Coordinates& at) {
  Tensor place, inside;
  for (size_t d = at.size(); d-- > 0;) {
    const int64_t size = source.sizes[d];
    const Tensor k = at[d].detach().to(int64);
    const Tensor here = logical_and(ge(k, 0), lt(k, size));
    inside = inside.defined() ? logical_and(inside, here) : here;
    const Tensor near = clamp(k, Scalar(0), Scalar(size - 1));
    place = place.defined() ? add(mul(place, size), near) : near;
  }
  const Tensor index =
      expand(unsqueeze(place, 1),
             {place.size(0), source.planes.size(1), place.size(1)});
  return mul(gather(source.planes, 2, index),
             unsqueeze(inside, 1).to(source.planes.dtype()));
}

// The corners of the cell around each point, by their distances.
Tensor linear_sample(const Source& source, const Coordinates& at) {
  const size_t rank = at.size();
  Coordinates low, upper_share;
  for (const Tensor& c : at) {
    low.push_back(floor(c.detach()));
    upper_share.push_back(sub(c, low.back()));
  }
  Tensor y;
  for (unsigned corner = 0; corner < 1u << rank; ++corner) {
    Coordinates place;
    Tensor weight;
    for (size_t d = 0; d < rank; ++d) {
      const bool upper = (corner >> d & 1) != 0;
      place.push_back(upper ? add(low[d], 1) : low[d]);
      const Tensor share = upper ? upper_share[d] : rsub(upper_share[d], 1);
      weight = weight.defined() ? mul(weight, share) : share;
    }
    const Tensor part = mul(fetch(source, place), unsqueeze(weight, 1));
    y = y.defined() ? add(y, part) : part;
  }
  return y;
}

Tensor nearest_sample(const Source& source, const Coordinates& at) {
  Coordinates place;
  for (const Tensor& c : at) place.push_back(round(c.detach()));
  Tensor y = fetch(source, place);
  // PyTorch gives the grid a gradient of zeros.
  if (at[0].requires_grad()) y = add(y, unsqueeze(mul(at[0], 0), 1));
  return y;
}

// Weights of the four neighbours of a point t behind the second of them.
Coordinates cubic_weights(const Tensor& t) {
  constexpr double kA = -0.75;
  const auto inner = [](const Tensor& d) {
    return add(mul(mul(sub(mul(d, kA + 2), kA + 3), d), d), 1);
  };
  const auto outer = [](const Tensor& d) {
    return sub(mul(add(mul(sub(mul(d, kA), 5 * kA), d), 8 * kA), d), 4 * kA);
  };
  return {outer(add(t, 1)), inner(t), inner(rsub(t, 1)), outer(rsub(t, 2))};
}

Tensor cubic_sample(const Source& source, const Coordinates& at) {
  const Tensor left = floor(at[0].detach()), top = floor(at[1].detach());
  const Coordinates across = cubic_weights(sub(at[0], left));
  const Coordinates down = cubic_weights(sub(at[1], top));
  Tensor y;
  for (int64_t i = 0; i < 4; ++i) {
    const Tensor row = padded(add(top, i - 1), source.sizes[1], source);
    for (int64_t j = 0; j < 4; ++j) {
      const Tensor column = padded(add(left, j - 1), source.sizes[0], source);
      const Tensor weight =
          mul(down[static_cast<size_t>(i)], across[static_cast<size_t>(j)]);
      const Tensor part =
          mul(fetch(source, {column, row}), unsqueeze(weight, 1));
      y = y.defined() ? add(y, part) : part;
    }
  }
  return y;
}

Padding padding_of(std::string_view name) {
  if (name == "zeros") return Padding::kZeros;
  if (name == "border") return Padding::kBorder;
  CRESSET_CHECK(name == "reflection", kValue,
                "grid_sample: unknown padding_mode; got '", name, "'");
  return Padding::kReflection;
}

void check_shapes(const Tensor& x, const Tensor& grid) {
  const int64_t rank = x.dim() - 2;
  CRESSET_CHECK(
      (rank == 2 || rank == 3) && grid.dim() == x.dim() &&
          grid.size(0) == x.size(0) && grid.size(-1) == rank,
      kShape,
      "grid_sample: expected input [N, C, H, W] and grid [N, h, w, 2], or the "
      "same with depth; got ",
      x.sizes(), " and ", grid.sizes());
  for (int64_t d = 2; d < x.dim(); ++d) {
    CRESSET_CHECK(x.size(d) > 0, kShape,
                  "grid_sample: expected input to have non-empty spatial "
                  "dimensions; got ",
                  x.sizes());
  }
  CRESSET_CHECK(is_floating(x.dtype()) && x.dtype() == grid.dtype(), kDtype,
                "grid_sample: expected input and grid to have one floating "
                "dtype; got ",
                x.dtype(), " and ", grid.dtype());
}

}  // namespace

Tensor grid_sample(const Tensor& x, const Tensor& grid,
                   const GridSampleOptions& options) {
  check_shapes(x, grid);
  const int64_t rank = x.dim() - 2, n = x.size(0), channels = x.size(1);
  Source source{
      reshape(x, {n, channels,
                  numel_of({x.sizes().data() + 2, static_cast<size_t>(rank)})}),
      {},
      padding_of(options.padding_mode),
      options.align_corners};
  const bool cubic = options.mode == "bicubic";
  CRESSET_CHECK(options.mode == "bilinear" || options.mode == "nearest" ||
                    (cubic && rank == 2),
                kValue, "grid_sample: mode '", options.mode,
                "' is unknown for ", rank, " spatial dimensions");
  Shape sizes{n, channels};
  for (int64_t d = 0; d < rank; ++d) sizes.push_back(grid.size(d + 1));
  const int64_t points =
      numel_of({sizes.data() + 2, static_cast<size_t>(rank)});
  Coordinates at;
  for (int64_t d = 0; d < rank; ++d) {
    source.sizes.push_back(x.size(-1 - d));
    const Tensor c = unnormalised(reshape(select(grid, -1, d), {n, points}),
                                  source.sizes.back(), options.align_corners);
    at.push_back(cubic ? c : padded(c, source.sizes.back(), source));
  }
  const Tensor y = cubic                       ? cubic_sample(source, at)
                   : options.mode == "nearest" ? nearest_sample(source, at)
                                               : linear_sample(source, at);
  return reshape(y, sizes);
}

}  // namespace cresset
