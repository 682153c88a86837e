#include "cresset/tensor/ops/embedding_bag.h"

#include <algorithm>
#include <vector>

#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/embedding.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/search.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace {

// The indices in use, where each stood, and the bag of each.
struct Bags {
  std::vector<int64_t> rows, places, bag;
  int64_t count = 0;
};

Tensor host_list(const Tensor& x) {
  return x.detach().cpu().to(int64).contiguous();
}

std::vector<int64_t> starts_of(const Tensor& indices, const Tensor& offsets,
                               bool include_last) {
  std::vector<int64_t> starts;
  if (indices.dim() == 2) {
    for (int64_t i = 0; i <= indices.size(0); ++i) {
      starts.push_back(i * indices.size(1));
    }
    return starts;
  }
  const Tensor list = host_list(offsets);
  starts.assign(list.data<int64_t>(), list.data<int64_t>() + list.numel());
  if (include_last) starts.pop_back();
  starts.push_back(indices.numel());
  CRESSET_CHECK(starts[0] == 0 && std::is_sorted(starts.begin(), starts.end()),
                kValue,
                "embedding_bag: offsets have to rise from 0 to at most the "
                "number of indices ",
                indices.numel(), "; got ", starts[0], " first");
  return starts;
}

Bags bags_of(const Tensor& indices, const std::vector<int64_t>& starts,
             std::optional<int64_t> skip) {
  const Tensor list = host_list(indices);
  const int64_t* row = list.data<int64_t>();
  Bags bags;
  bags.count = static_cast<int64_t>(starts.size()) - 1;
  for (int64_t b = 0; b < bags.count; ++b) {
    const auto at = static_cast<size_t>(b);
    for (int64_t i = starts[at]; i < starts[at + 1]; ++i) {
      if (skip && row[i] == *skip) continue;
      bags.rows.push_back(row[i]);
      bags.places.push_back(i);
      bags.bag.push_back(b);
    }
  }
  return bags;
}

Tensor as_tensor(const std::vector<int64_t>& list, Device device) {
  return tensor(list, {.device = device});
}

// 1 / the number of rows in each bag, as a column.
Tensor shares(const Bags& bags, const Tensor& like) {
  std::vector<double> share(static_cast<size_t>(bags.count), 0.0);
  for (const int64_t b : bags.bag) ++share[static_cast<size_t>(b)];
  for (double& s : share) s = 1 / std::max(s, 1.0);
  return reshape(tensor(share, {.device = Device()}), {bags.count, 1})
      .to(like.device(), like.dtype());
}

// The largest element of each column of each bag.
Tensor max_of_bags(const Bags& bags, const Tensor& rows) {
  const int64_t width = rows.size(1);
  const Tensor values = rows.detach().cpu().to(float64).contiguous();
  const double* v = values.data<double>();
  const Tensor best =
      full({bags.count, width}, -1, {.dtype = int64, .device = Device()});
  int64_t* at = best.data<int64_t>();
  for (size_t i = 0; i < bags.bag.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    int64_t* to = at + bags.bag[i] * width;
    for (int64_t j = 0; j < width; ++j) {
      if (to[j] < 0 || v[row * width + j] > v[to[j] * width + j]) to[j] = row;
    }
  }
  const Tensor used =
      full({bags.count, 1}, 0, {.dtype = float64, .device = Device()});
  for (const int64_t b : bags.bag) used.data<double>()[b] = 1;
  for (int64_t i = 0; i < best.numel(); ++i) {
    at[i] = std::max<int64_t>(at[i], 0);
  }
  if (bags.bag.empty()) return new_zeros(rows, {bags.count, width});
  return mul(gather(rows, 0, best.to(rows.device())),
             used.to(rows.device(), rows.dtype()));
}

void check_options(const Tensor& indices, const Tensor& weight,
                   const EmbeddingBagOptions& options) {
  CRESSET_CHECK(weight.dim() == 2, kShape,
                "embedding_bag: 'weight' must be 2-D; got ", weight.sizes());
  CRESSET_CHECK(is_floating(weight.dtype()), kDtype,
                "embedding_bag: expected a floating weight; got ",
                weight.dtype());
  CRESSET_CHECK(
      options.mode == "sum" || options.mode == "mean" || options.mode == "max",
      kValue,
      "embedding_bag: mode has to be one of sum, mean or "
      "max; got '",
      options.mode, "'");
  const Tensor& factors = options.per_sample_weights;
  CRESSET_CHECK(!factors.defined() || options.mode == "sum", kValue,
                "embedding_bag: per_sample_weights is only supported for "
                "mode='sum'; got '",
                options.mode, "'");
  CRESSET_CHECK(!factors.defined() || factors.shape() == indices.shape(),
                kShape,
                "embedding_bag: expected per_sample_weights to have the shape "
                "of the indices ",
                indices.sizes());
}

// The largest element of each column of each bag, from rows of which some may
// belong to a bag behind the last one. Of several equal ones the first is
// taken, so that it alone gets the gradient.
Tensor max_on_device(const Tensor& rows, const Tensor& bag, int64_t count) {
  const int64_t n = rows.size(0), width = rows.size(1);
  if (n == 0) return new_zeros(rows, {count, width});
  const Tensor values = rows.detach();
  const Tensor best = index_reduce(new_zeros(values, {count + 1, width}), 0,
                                   bag, values, "amax", false);
  const Tensor reaches =
      logical_or(eq(values, index_select(best, 0, bag)), ne(values, values));
  const Tensor numbers =
      unsqueeze(arange(n, {.dtype = int64, .device = rows.device()}), 1);
  const Tensor none =
      full({count + 1, width}, n, {.dtype = int64, .device = rows.device()});
  const Tensor first =
      narrow(index_reduce(none, 0, bag, where(reaches, numbers, n), "amin"), 0,
             0, count);
  return masked_fill(gather(rows, 0, clamp_max(first, n - 1)), eq(first, n), 0);
}

// Bags without a look at the indices on the host: rows that do not count go to
// a bag behind the last one.
Tensor bags_on_device(const Tensor& indices, const Tensor& weight,
                      const Tensor& offsets, std::optional<int64_t> skip,
                      const EmbeddingBagOptions& options) {
  const Device device = weight.device();
  const TensorOptions whole{.dtype = int64, .device = device};
  const Tensor flat = reshape(indices.detach().to(device, int64), {-1});
  int64_t count;
  Tensor bag;
  if (indices.dim() == 2) {
    count = indices.size(0);
    bag = repeat_interleave(arange(count, whole), indices.size(1));
  } else {
    const Tensor starts = offsets.detach().to(device, int64);
    count = starts.numel() - (options.include_last_offset ? 1 : 0);
    bag = sub(searchsorted(narrow(starts, 0, 0, count),
                           arange(flat.numel(), whole), {.right = true}),
              1);
  }
  if (skip) bag = where(eq(flat, *skip), count, bag);
  const Dtype dtype = weight.dtype() == float64 ? float64 : float32;
  Tensor rows = embedding(flat, weight,
                          {.padding_idx = skip,
                           .scale_grad_by_freq = options.scale_grad_by_freq})
                    .to(dtype);
  if (options.mode == "max") {
    return max_on_device(rows, bag, count).to(weight.dtype());
  }
  if (options.per_sample_weights.defined()) {
    const Tensor factors = reshape(options.per_sample_weights, {-1});
    rows = mul(rows, unsqueeze(factors.to(dtype), 1));
  }
  const auto sums = [&](const Tensor& x) {
    return narrow(index_add(new_zeros(x, {count + 1, x.size(1)}), 0, bag, x), 0,
                  0, count);
  };
  Tensor y = sums(rows);
  if (options.mode == "mean") {
    const Tensor sizes = sums(new_ones(rows, {flat.numel(), 1}));
    y = div(y, clamp_min(sizes, 1));
  }
  return y.to(weight.dtype());
}

void check_layout(const Tensor& indices, const Tensor& offsets,
                  bool include_last) {
  CRESSET_CHECK(indices.dim() != 2 || !offsets.defined(), kShape,
                "embedding_bag: if input is 2D, then offsets has to be None; "
                "got offsets ",
                offsets.defined() ? offsets.sizes() : IntSpan());
  CRESSET_CHECK(indices.dim() == 2 || (indices.dim() == 1 &&
                                       offsets.defined() && offsets.dim() == 1),
                kShape,
                "embedding_bag: indices must be [B, n], or [n] with offsets "
                "[B]; got ",
                indices.sizes());
  for (const Tensor& list : {indices, offsets}) {
    CRESSET_CHECK(
        !list.defined() || list.dtype() == int64 || list.dtype() == int32,
        kDtype,
        "embedding_bag: ", list.is_same(indices) ? "indices" : "offsets",
        " must be int32 or int64; got ", list.dtype());
  }
  CRESSET_CHECK(!include_last || indices.dim() == 2 || offsets.numel() > 0,
                kShape,
                "embedding_bag: include_last_offset: number of offset should "
                "be at least 1; got 0");
}

}  // namespace

Tensor embedding_bag(const Tensor& indices, const Tensor& weight,
                     const Tensor& offsets,
                     const EmbeddingBagOptions& options) {
  check_options(indices, weight, options);
  check_layout(indices, offsets, options.include_last_offset);
  std::optional<int64_t> skip = options.padding_idx;
  if (skip && *skip < 0) *skip += weight.size(0);
  const bool on_host = weight.device().is_cpu();
  Bags bags;
  if (on_host) {
    bags =
        bags_of(indices,
                starts_of(indices, offsets, options.include_last_offset), skip);
  }
  if (options.max_norm) {
    const NoGradGuard guard;
    embedding(indices, weight,
              {.max_norm = options.max_norm, .norm_type = options.norm_type});
  }
  if (!on_host) return bags_on_device(indices, weight, offsets, skip, options);
  const Device device = weight.device();
  // Sums of 16-bit floats are kept in float32.
  const Dtype dtype = weight.dtype() == float64 ? float64 : float32;
  Tensor rows = embedding(as_tensor(bags.rows, device), weight,
                          {.scale_grad_by_freq = options.scale_grad_by_freq})
                    .to(dtype);
  if (options.mode == "max") return max_of_bags(bags, rows).to(weight.dtype());
  if (options.per_sample_weights.defined()) {
    const Tensor factors =
        index_select(reshape(options.per_sample_weights, {-1}), 0,
                     as_tensor(bags.places, device));
    rows = mul(rows, unsqueeze(factors.to(dtype), 1));
  }
  Tensor y = index_add(new_zeros(rows, {bags.count, weight.size(1)}), 0,
                       as_tensor(bags.bag, device), rows);
  if (options.mode == "mean") y = mul(y, shares(bags, y));
  return y.to(weight.dtype());
}

}  // namespace cresset
