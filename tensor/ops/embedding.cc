#include "cresset/tensor/ops/embedding.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/index_places.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {
namespace {

void check_range(const Tensor& indices, int64_t rows, const char* op) {
  const int64_t* at = indices.data<int64_t>();
  for (int64_t i = 0; i < indices.numel(); ++i) {
    CRESSET_CHECK(at[i] >= 0 && at[i] < rows, kIndex, op,
                  ": index out of range in self; got ", at[i], " for ", rows,
                  " rows");
  }
}

void row_gather_cpu(const Tensor& weight, const Tensor& indices,
                    const Tensor& y) {
  check_range(indices, weight.size(0), "embedding");
  const auto bytes = static_cast<size_t>(weight.size(1)) * weight.itemsize();
  const auto* from = static_cast<const char*>(weight.raw_data());
  auto* to = static_cast<char*>(y.raw_data());
  const int64_t* at = indices.data<int64_t>();
  const int64_t grain = std::max<int64_t>(
      1, (1 << 16) / static_cast<int64_t>(std::max<size_t>(bytes, 1)));
  parallel_for(0, indices.numel(), grain, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      std::memcpy(to + static_cast<size_t>(i) * bytes,
                  from + static_cast<size_t>(at[i]) * bytes, bytes);
    }
  });
}

// Each thread owns a range of columns, so rows named twice need no lock and
// the order of additions is that of the indices.
template <class T>
void add_rows(const Tensor& g, const Tensor& indices, int64_t skip,
              const std::vector<int64_t>& counts, const Tensor& gw) {
  const int64_t n = indices.numel(), width = gw.size(1);
  const int64_t* at = indices.data<int64_t>();
  const T* from = g.data<T>();
  T* to = gw.data<T>();
  const int64_t grain =
      std::max<int64_t>(16, (1 << 14) / std::max<int64_t>(n, 1));
  parallel_for(0, width, grain, [&](int64_t first, int64_t last) {
    for (int64_t i = 0; i < n; ++i) {
      if (at[i] == skip) continue;
      const T* source = from + i * width;
      T* row = to + at[i] * width;
      if (counts.empty()) {
        for (int64_t j = first; j < last; ++j) row[j] += source[j];
      } else {
        const T scale =
            T(1) / static_cast<T>(counts[static_cast<size_t>(at[i])]);
        for (int64_t j = first; j < last; ++j) row[j] += source[j] * scale;
      }
    }
  });
}

void row_add_cpu(const Tensor& g, const Tensor& indices, int64_t skip,
                 bool scale_by_count, const Tensor& gw) {
  if (g.dtype() == float16 || g.dtype() == bfloat16) {
    const Tensor wide = filled(gw.sizes(), 0, float32, gw.device());
    row_add_cpu(g.detach().to(float32), indices, skip, scale_by_count, wide);
    copy_elements(wide, gw);
    return;
  }
  std::vector<int64_t> counts;
  if (scale_by_count) {
    counts.assign(static_cast<size_t>(gw.size(0)), 0);
    for (int64_t i = 0; i < indices.numel(); ++i) {
      ++counts[static_cast<size_t>(indices.data<int64_t>()[i])];
    }
  }
  if (g.dtype() == float64) {
    add_rows<double>(g, indices, skip, counts, gw);
  } else {
    add_rows<float>(g, indices, skip, counts, gw);
  }
}

Tensor flat_indices(const Tensor& indices, const char* op) {
  CRESSET_CHECK(indices.dtype() == int64 || indices.dtype() == int32, kDtype,
                op, ": indices must be int32 or int64; got ", indices.dtype());
  const Tensor wide = indices.to(int64).contiguous();
  return alias(wide, {wide.numel()}, {1}, wide.storage_offset());
}

Tensor lookup(const Tensor& weight, const Tensor& flat, int64_t skip,
              bool scale_by_count);

// The gradient of a lookup, itself differentiable: reading the rows again.
Tensor add_to_rows(const Tensor& g, const Tensor& flat, const Shape& shape,
                   int64_t skip, bool scale_by_count) {
  Tensor gw = filled(shape, 0, g.dtype(), g.device());
  if (g.numel() != 0) {
    row_add_kernel(g.device(), g.contiguous(), flat, skip, scale_by_count, gw);
  }
  if (!any_wants_grad(TensorRefs{g})) return gw;
  CRESSET_CHECK(!scale_by_count, kUnsupported,
                "embedding: double backward is not supported with "
                "scale_grad_by_freq");
  return with_grad("EmbeddingDenseBackward", std::move(gw), {g},
                   [flat = keep(flat), skip](const Tensor& gg) {
                     const Tensor rows = lookup(gg, flat(), skip, false);
                     if (skip < 0) return rows;
                     // Rows of the padding index did not take part.
                     const Tensor mask = ne(flat(), skip).to(rows.dtype());
                     return mul(rows, unsqueeze(mask, 1));
                   });
}

Tensor lookup(const Tensor& weight, const Tensor& flat, int64_t skip,
              bool scale_by_count) {
  Tensor y = make_empty({flat.numel(), weight.size(1)}, weight.dtype(),
                        weight.device());
  if (y.numel() != 0) {
    row_gather_kernel(weight.device(),
                      weight.is_contiguous() ? weight : dense_copy(weight),
                      flat, y);
  }
  if (!any_wants_grad(TensorRefs{weight})) return y;
  return with_grad("EmbeddingBackward", std::move(y), {weight},
                   [flat = keep(flat), shape = weight.shape(), skip,
                    scale_by_count](const Tensor& g) {
                     return add_to_rows(g, flat(), shape, skip, scale_by_count);
                   });
}

// Shortens the rows in use to max_norm, in place as PyTorch does.
void renormalise(const Tensor& weight, const Tensor& flat, double max_norm,
                 double norm_type) {
  CRESSET_CHECK(is_floating(weight.dtype()), kUnsupported,
                "embedding: max_norm needs a floating weight; got ",
                weight.dtype());
  const NoGradGuard guard;
  const Tensor rows = lookup(weight.detach(), flat, -1, false);
  if (rows.numel() == 0) return;
  const Tensor wide = rows.to(float64);
  const Tensor norms = vector_norm(wide, norm_type, {1}, true);
  const Tensor shorter = mul(wide, div(max_norm, add(norms, 1e-7)));
  // A row that is used twice is written twice, alike.
  put_into(weight, Places::along(weight, 0, flat),
           where(gt(norms, max_norm), shorter.to(rows.dtype()), rows),
           PutOp::kAssign);
  bump_version(weight);
}

}  // namespace

constinit RowGatherKernel row_gather_kernel{"embedding", row_gather_cpu};
constinit RowAddKernel row_add_kernel{"embedding", row_add_cpu};

}  // namespace internal

Tensor embedding(const Tensor& indices, const Tensor& weight,
                 const EmbeddingOptions& options) {
  CRESSET_CHECK(weight.dim() == 2, kShape,
                "embedding: 'weight' must be 2-D; got ", weight.sizes());
  const int64_t rows = weight.size(0);
  int64_t skip = -1;
  if (options.padding_idx) {
    skip = *options.padding_idx;
    CRESSET_CHECK(skip >= -rows && skip < rows, kIndex,
                  "embedding: Padding_idx must be within num_embeddings; got ",
                  skip, " for ", rows, " rows");
    if (skip < 0) skip += rows;
  }
  const Tensor flat = internal::flat_indices(indices, "embedding");
  if (options.max_norm) {
    internal::renormalise(weight, flat, *options.max_norm, options.norm_type);
  }
  Shape shape = indices.shape();
  shape.push_back(weight.size(1));
  return reshape(
      internal::lookup(weight, flat, skip, options.scale_grad_by_freq), shape);
}

Tensor one_hot(const Tensor& indices, int64_t num_classes) {
  CRESSET_CHECK(indices.dtype() == int64, kDtype,
                "one_hot is only applicable to index tensor; got ",
                indices.dtype());
  const Tensor flat = internal::flat_indices(indices, "one_hot");
  if (num_classes == -1) {
    CRESSET_CHECK(flat.numel() > 0, kValue,
                  "one_hot: Can not infer total number of classes from empty "
                  "tensor; give num_classes");
    num_classes = max(flat).item<int64_t>() + 1;
  }
  internal::index_range_kernel(flat.device(), flat, num_classes, "one_hot", 0);
  Shape shape = indices.shape();
  shape.push_back(num_classes);
  const Tensor y =
      internal::filled({flat.numel(), num_classes}, 0, int64, flat.device());
  if (y.numel() != 0) scatter_(y, 1, unsqueeze(flat, 1), 1);
  return reshape(y, shape);
}

}  // namespace cresset
