#include "cresset/tensor/ops/combine.h"

#include <algorithm>
#include <string_view>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

using Tensors = std::vector<Tensor>;

template <class F>
Tensors mapped(const Tensors& tensors, F&& f) {
  Tensors result;
  result.reserve(tensors.size());
  for (const Tensor& x : tensors) result.push_back(f(x));
  return result;
}

}  // namespace

Tensor hstack(const Tensors& tensors) {
  const Tensors all = mapped(tensors, atleast_1d);
  return cat(all, !all.empty() && all[0].dim() == 1 ? 0 : 1);
}
Tensor vstack(const Tensors& tensors) {
  return cat(mapped(tensors, atleast_2d), 0);
}
Tensor row_stack(const Tensors& tensors) { return vstack(tensors); }
Tensor dstack(const Tensors& tensors) {
  return cat(mapped(tensors, atleast_3d), 2);
}
Tensor column_stack(const Tensors& tensors) {
  return hstack(mapped(tensors, [](const Tensor& x) {
    return x.dim() <= 1 ? reshape(x, {x.numel(), 1}) : x;
  }));
}

Tensor block_diag(const Tensors& tensors) {
  CRESSET_CHECK(!tensors.empty(), kValue,
                "block_diag: expected a non-empty list of Tensors; got none");
  int64_t columns = 0;
  for (const Tensor& x : tensors) {
    CRESSET_CHECK(x.dim() <= 2, kShape,
                  "block_diag: Input tensors must have 2 or fewer dimensions; "
                  "got ",
                  x.sizes());
    columns += x.dim() == 0 ? 1 : x.size(-1);
  }
  // Each block gets its zeros left and right; then the rows are joined.
  Tensors rows;
  int64_t left = 0;
  for (const Tensor& x : tensors) {
    const Tensor block = atleast_2d(x);
    const int64_t n = block.size(0), right = columns - left - block.size(1);
    rows.push_back(cat(
        {new_zeros(block, {n, left}), block, new_zeros(block, {n, right})}, 1));
    left += block.size(1);
  }
  return cat(rows, 0);
}

Tensors broadcast_tensors(const Tensors& tensors) {
  Shape sizes;
  for (const Tensor& x : tensors) sizes = broadcast_shapes(sizes, x.sizes());
  return mapped(tensors, [&](const Tensor& x) { return expand(x, sizes); });
}

Tensors meshgrid(const Tensors& tensors, const char* indexing) {
  const std::string_view order = indexing;
  CRESSET_CHECK(order == "ij" || order == "xy", kValue,
                "meshgrid: torch.meshgrid: indexing must be one of \"xy\" or "
                "\"ij\", but received: ",
                order);
  CRESSET_CHECK(!tensors.empty(), kValue,
                "meshgrid: meshgrid expects a non-empty TensorList");
  const bool exchange = order == "xy" && tensors.size() >= 2;
  Tensors vectors = tensors;
  if (exchange) std::swap(vectors[0], vectors[1]);
  const size_t n = vectors.size();
  Shape sizes(n);
  for (size_t i = 0; i < n; ++i) {
    const Tensor& x = vectors[i];
    CRESSET_CHECK(x.dim() <= 1, kShape,
                  "meshgrid: torch.meshgrid: Expected 0D or 1D tensor in the "
                  "tensor list but got: ",
                  x.sizes());
    CRESSET_CHECK(x.dtype() == vectors[0].dtype(), kDtype,
                  "meshgrid: torch.meshgrid expects all tensors to have the "
                  "same dtype; got ",
                  vectors[0].dtype(), " and ", x.dtype());
    sizes[i] = x.numel();
  }
  for (size_t i = 0; i < n; ++i) {
    Shape own(n, 1);
    own[i] = sizes[i];
    vectors[i] = expand(reshape(vectors[i], own), sizes);
  }
  if (exchange) std::swap(vectors[0], vectors[1]);
  return vectors;
}

Tensor cartesian_prod(const Tensors& tensors) {
  for (const Tensor& x : tensors) {
    CRESSET_CHECK(x.dim() == 1, kShape,
                  "cartesian_prod: Expect a 1D vector, but got shape ",
                  x.sizes());
  }
  if (tensors.size() == 1) return tensors[0];
  return stack(mapped(meshgrid(tensors), ravel), 1);
}

Tensor combinations(const Tensor& x, int64_t r, bool with_replacement) {
  CRESSET_CHECK(x.dim() == 1, kShape,
                "combinations: Expect a 1D vector, but got shape ", x.sizes());
  CRESSET_CHECK(r >= 0, kValue,
                "combinations: Expect a non-negative number, but got ", r);
  if (r == 0) return new_empty(x, {0});
  const auto n = x.numel();
  std::vector<int64_t> chosen(static_cast<size_t>(r)), rows;
  for (size_t i = 0; i < chosen.size(); ++i) {
    chosen[i] = with_replacement ? 0 : static_cast<int64_t>(i);
  }
  // Counts up the tuples in lexical order.
  bool more = with_replacement ? n > 0 : r <= n;
  while (more) {
    rows.insert(rows.end(), chosen.begin(), chosen.end());
    more = false;
    for (size_t i = chosen.size(); i-- > 0 && !more;) {
      const int64_t left = r - 1 - static_cast<int64_t>(i);
      const int64_t last = with_replacement ? n - 1 : n - 1 - left;
      if (chosen[i] >= last) continue;
      more = true;
      ++chosen[i];
      for (size_t k = i + 1; k < chosen.size(); ++k) {
        chosen[k] = chosen[k - 1] + (with_replacement ? 0 : 1);
      }
    }
  }
  return reshape(index_select(x, 0, tensor(rows, {.device = x.device()})),
                 {-1, r});
}

}  // namespace cresset
