#include "cresset/tensor/ops/pad.h"

#include <algorithm>
#include <vector>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

// The position in [0, size) that place i of a padded dimension shows.
int64_t source_of(int64_t i, int64_t size, std::string_view mode) {
  if (mode == "replicate") return std::clamp<int64_t>(i, 0, size - 1);
  if (mode == "circular") return (i % size + size) % size;
  if (i < 0) i = -i;
  return i >= size ? 2 * (size - 1) - i : i;
}

// The part of a dimension that positive numbers of padding add to, and where
// it lies in the result.
struct Cut {
  int64_t from, length, to;
};

}  // namespace

Tensor constant_pad_nd(const Tensor& x, IntSpan padding, const Scalar& value) {
  CRESSET_CHECK(padding.size() % 2 == 0, kShape,
                "pad: Padding length must be divisible by 2; got ", padding);
  CRESSET_CHECK(static_cast<int64_t>(padding.size()) <= 2 * x.dim(), kShape,
                "pad: Padding length should be less than or equal to two times "
                "the input dimension; got ",
                padding, " for ", x.sizes());
  Shape sizes = x.shape();
  std::vector<Cut> cuts(sizes.size());
  for (size_t d = 0; d < sizes.size(); ++d) {
    const size_t pair = sizes.size() - 1 - d;
    const bool padded = 2 * pair < padding.size();
    const int64_t before = padded ? padding[2 * pair] : 0;
    const int64_t after = padded ? padding[2 * pair + 1] : 0;
    const int64_t size = sizes[d];
    sizes[d] += before + after;
    CRESSET_CHECK(sizes[d] >= 0, kShape, "pad: The input size ", size,
                  ", plus negative padding ", before, " and ", after,
                  ", resulted in a negative output size, which is invalid. "
                  "Check dimension ",
                  d, " of your input.");
    cuts[d].from = std::max<int64_t>(0, -before);
    cuts[d].to = std::max<int64_t>(0, before);
    cuts[d].length = std::max<int64_t>(
        0, size - cuts[d].from - std::max<int64_t>(0, -after));
  }
  const Tensor y = internal::filled(sizes, value, x.dtype(), x.device());
  {
    const NoGradGuard guard;
    Tensor from = x, to = y;
    for (size_t d = 0; d < cuts.size(); ++d) {
      const auto dim = static_cast<int64_t>(d);
      const int64_t length =
          std::min(cuts[d].length, sizes[d] - std::min(sizes[d], cuts[d].to));
      from = slice(from, dim, cuts[d].from, cuts[d].from + length);
      to = slice(to, dim, cuts[d].to, cuts[d].to + length);
    }
    if (from.numel() != 0) internal::copy_elements(from, to);
  }
  Shape back;
  for (const int64_t n : padding) back.push_back(-n);
  return internal::with_grad(
      "ConstantPadNdBackward", y, {x},
      [back](const Tensor& g) { return constant_pad_nd(g, back); });
}

Tensor pad(const Tensor& x, IntSpan padding, std::string_view mode,
           const Scalar& value) {
  if (mode == "constant") return constant_pad_nd(x, padding, value);
  CRESSET_CHECK(mode == "reflect" || mode == "replicate" || mode == "circular",
                kValue, "pad: Unrecognised padding mode ", mode);
  const size_t pairs = padding.size() / 2;
  CRESSET_CHECK(padding.size() % 2 == 0 && pairs >= 1 &&
                    static_cast<int64_t>(pairs) < std::max<int64_t>(x.dim(), 2),
                kShape, "pad: padding of ", padding.size(), " numbers in mode ",
                mode, " is not implemented for ", x.sizes());
  if (mode == "circular" && std::any_of(padding.begin(), padding.end(),
                                        [](int64_t n) { return n < 0; })) {
    // What goes around is what is left after cutting.
    Shape cut, rest;
    for (const int64_t n : padding) {
      cut.push_back(std::min<int64_t>(n, 0));
      rest.push_back(std::max<int64_t>(n, 0));
    }
    return pad(constant_pad_nd(x, cut), rest, mode);
  }
  Tensor y = x;
  for (size_t pair = 0; pair < pairs; ++pair) {
    const int64_t dim = x.dim() - 1 - static_cast<int64_t>(pair);
    const int64_t before = padding[2 * pair], after = padding[2 * pair + 1];
    const int64_t size = x.size(dim);
    const int64_t widest = mode == "reflect"    ? size - 1
                           : mode == "circular" ? size
                                                : INT64_MAX;
    CRESSET_CHECK(size > 0 && before <= widest && after <= widest, kShape,
                  "pad: Padding size should be less than the corresponding "
                  "input dimension in mode ",
                  mode, ", but got: padding (", before, ", ", after,
                  ") at dimension ", dim, " of input ", x.sizes());
    CRESSET_CHECK(before + after + size >= 0, kShape,
                  "pad: negative padding leaves nothing of dimension ", dim,
                  "; got ", padding);
    if (before == 0 && after == 0) continue;
    std::vector<int64_t> positions;
    for (int64_t i = -before; i < size + after; ++i) {
      positions.push_back(source_of(i, size, mode));
    }
    y = index_select(y, dim, tensor(positions, {.device = x.device()}));
  }
  return y.is_same(x) ? x.clone() : y;
}

}  // namespace cresset
