#include "cresset/tensor/ops/rearrange.h"

#include <algorithm>
#include <vector>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {

Tensor repeat(const Tensor& x, IntSpan repeats) {
  CRESSET_CHECK(static_cast<int64_t>(repeats.size()) >= x.dim(), kShape,
                "repeat: Number of dimensions of repeat dims can not be "
                "smaller than number of dimensions of tensor; got ",
                repeats, " for ", x.sizes());
  // Each dimension of size s, repeated r times, is [r, s] with stride 0 for r.
  const size_t extra = repeats.size() - x.sizes().size();
  Shape split, wide, result;
  for (size_t i = 0; i < repeats.size(); ++i) {
    CRESSET_CHECK(repeats[i] >= 0, kValue,
                  "repeat: Trying to create tensor with negative dimension ",
                  repeats[i], "; got ", repeats);
    const int64_t size = i < extra ? 1 : x.sizes()[i - extra];
    split.push_back(1);
    split.push_back(size);
    wide.push_back(repeats[i]);
    wide.push_back(size);
    result.push_back(repeats[i] * size);
  }
  const Tensor y = internal::dense_copy(internal::broadcast_alias(
      [&] {
        const NoGradGuard guard;
        return reshape(x, split);
      }(),
      wide, "repeat"));
  return internal::with_grad(
      "RepeatBackward",
      internal::alias(y, result, contiguous_strides(result), 0), {x},
      [split, wide, sizes = x.shape()](const Tensor& g) {
        return reshape(sum_to_size(reshape(g, wide), split), sizes);
      });
}

Tensor tile(const Tensor& x, IntSpan repeats) {
  Shape all = repeats.shape();
  while (static_cast<int64_t>(all.size()) < x.dim()) all.insert(0, 1);
  return repeat(x, all);
}

Tensor roll(const Tensor& x, IntSpan shifts, IntSpan dims) {
  CRESSET_CHECK(shifts.size() > 0, kShape, "roll: `shifts` required");
  if (dims.empty() && shifts.size() == 1) {
    return reshape(roll(reshape(x, {-1}), shifts, {0}), x.sizes());
  }
  CRESSET_CHECK(shifts.size() == dims.size(), kShape,
                "roll: shifts and dimensions must align. shifts: ",
                shifts.size(), ", dims:", dims.size());
  Tensor y = x;
  for (size_t i = 0; i < dims.size(); ++i) {
    const int64_t size = x.dim() == 0 ? 1 : x.size(dims[i]);
    if (size == 0) continue;
    const int64_t shift = (shifts[i] % size + size) % size;
    if (shift == 0) continue;
    const int64_t start = size - shift;
    y = cat({narrow(y, dims[i], start, shift), narrow(y, dims[i], 0, start)},
            dims[i]);
  }
  return y.is_same(x) ? x.clone() : y;
}

Tensor flip(const Tensor& x, IntSpan dims) {
  Shape strides = x.strides().shape();
  int64_t offset = x.storage_offset();
  std::vector<bool> seen(static_cast<size_t>(x.dim()) + 1, false);
  for (const int64_t dim : dims) {
    const auto d = static_cast<size_t>(wrap_dim(dim, x.dim(), "flip"));
    CRESSET_CHECK(!seen[d], kShape, "flip: dim ", d,
                  " appears multiple times in the list of dims");
    seen[d] = true;
    if (x.dim() == 0 || x.numel() == 0) continue;
    offset += (x.sizes()[d] - 1) * strides[d];
    strides[d] = -strides[d];
  }
  // Tensors never have negative strides; the copy that reads them may.
  return internal::with_grad(
      "FlipBackward",
      internal::dense_copy(internal::alias(x, x.sizes(), strides, offset)), {x},
      [list = dims.shape()](const Tensor& g) { return flip(g, list); });
}
Tensor fliplr(const Tensor& x) {
  CRESSET_CHECK(x.dim() >= 2, kShape, "fliplr: Input must be >= 2-d.; got ",
                x.sizes());
  return flip(x, {1});
}
Tensor flipud(const Tensor& x) {
  CRESSET_CHECK(x.dim() >= 1, kShape, "flipud: Input must be >= 1-d.; got ",
                x.sizes());
  return flip(x, {0});
}

Tensor rot90(const Tensor& x, int64_t k, IntSpan dims) {
  CRESSET_CHECK(
      dims.size() == 2, kShape,
      "rot90: expected total rotation dims == 2, but got dims = ", dims.size());
  CRESSET_CHECK(
      x.dim() >= 2, kShape,
      "rot90: expected total dims >= 2, but got total dims = ", x.dim());
  const int64_t a = wrap_dim(dims[0], x.dim(), "rot90");
  const int64_t b = wrap_dim(dims[1], x.dim(), "rot90");
  CRESSET_CHECK(a != b, kValue,
                "rot90: expected rotation dims to be different, but got dim0 "
                "= ",
                dims[0], " and dim1 = ", dims[1]);
  switch ((k % 4 + 4) % 4) {
    case 1:
      return transpose(flip(x, {b}), a, b).contiguous();
    case 2:
      return flip(x, {a, b});
    case 3:
      return transpose(flip(x, {a}), a, b).contiguous();
    default:
      return x.clone();
  }
}

}  // namespace cresset
