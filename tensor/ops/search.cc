#include "cresset/tensor/ops/search.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/data_kernels.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/masked.h"
#include "cresset/tensor/ops/scan.h"
#include "cresset/tensor/ops/sort.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

// Searching is done in float64 or int64, which hold the others.
Dtype search_type(const Tensor& a, const Tensor& b, const char* op) {
  CRESSET_CHECK(!is_complex(a.dtype()) && !is_complex(b.dtype()), kDtype, op,
                ": complex numbers have no order; got ", a.dtype(), " and ",
                b.dtype());
  return is_floating(a.dtype()) || is_floating(b.dtype()) ? float64 : int64;
}

Tensor prepared(const Tensor& x, Dtype dtype, Device device) {
  return x.detach().to(device, dtype).contiguous();
}

// Slices are compared on the host.
Tensor on_host(const Tensor& x, Dtype dtype) {
  return prepared(x, dtype, Device());
}

template <class F>
void visit_search(Dtype dtype, F&& f) {
  if (dtype == float64) {
    f(double{});
  } else {
    f(int64_t{});
  }
}

// NaN is larger than all numbers.
template <class T>
bool less(T a, T b) {
  return a < b || (b != b && a == a);
}

template <class T>
void search_rows(const Tensor& sequence, const Tensor& values, bool right,
                 const Tensor& out) {
  const int64_t n = sequence.size(1), m = values.size(1);
  const int64_t step = sequence.size(0) == 1 ? 0 : n;
  const T *from = sequence.data<T>(), *value = values.data<T>();
  int64_t* to = out.data<int64_t>();
  parallel_for(0, values.numel(), 1 << 10, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const T* row = from + i / m * step;
      const T* place = right
                           ? std::upper_bound(row, row + n, value[i], less<T>)
                           : std::lower_bound(row, row + n, value[i], less<T>);
      to[i] = place - row;
    }
  });
}

void search_cpu(const Tensor& sequence, const Tensor& values, bool right,
                const Tensor& y) {
  visit_search(sequence.dtype(), [&](auto t) {
    search_rows<decltype(t)>(sequence, values, right, y);
  });
}

// The places of `values` in the rising `sequence`, as the kernel's.
Tensor places_in(const Tensor& sequence, const Tensor& values, bool right) {
  const Tensor y = internal::make_empty(values.sizes(), int64, values.device());
  if (y.numel() == 0) return y;
  const int64_t n = sequence.size(-1);
  const int64_t rows =
      sequence.dim() == 1 ? 1 : sequence.numel() / std::max<int64_t>(n, 1);
  const int64_t count = n == 0 ? 1 : rows;  // an empty sequence has one row
  internal::search_kernel(y.device(), reshape(sequence, {count, n}),
                          reshape(values, {count, y.numel() / count}), right,
                          y);
  return y;
}

// Slices of x as rows of numbers that can be compared.
template <class T>
struct Rows {
  const T* data;
  int64_t count, width;

  bool before(int64_t a, int64_t b) const {
    for (int64_t i = 0; i < width; ++i) {
      const T x = data[a * width + i], y = data[b * width + i];
      if (less(x, y)) return true;
      if (less(y, x)) return false;
    }
    return false;
  }
  bool same(int64_t a, int64_t b) const {
    for (int64_t i = 0; i < width; ++i) {
      if (data[a * width + i] != data[b * width + i]) return false;
    }
    return true;
  }
};

UniqueValues distinct(const Tensor& x, std::optional<int64_t> dim, bool sort,
                      const char* op) {
  // Exchanged as in PyTorch: it decides which elements of a slice count first.
  const Tensor slices =
      dim ? transpose(x.detach(), 0, *dim) : reshape(x.detach(), {-1});
  const int64_t n = slices.size(0);
  const Tensor flat = on_host(slices, search_type(x, x, op));
  std::vector<int64_t> order(static_cast<size_t>(n)), firsts, counts;
  const Tensor inverse = internal::make_empty({n}, int64, Device());
  visit_search(flat.dtype(), [&](auto t) {
    using T = decltype(t);
    const Rows<T> rows{flat.data<T>(), n, n == 0 ? 0 : flat.numel() / n};
    for (size_t i = 0; i < order.size(); ++i) {
      order[i] = static_cast<int64_t>(i);
    }
    if (sort) {
      std::stable_sort(order.begin(), order.end(),
                       [&](int64_t a, int64_t b) { return rows.before(a, b); });
    }
    for (size_t i = 0; i < order.size(); ++i) {
      if (i == 0 || !rows.same(order[i - 1], order[i])) {
        firsts.push_back(order[i]);
        counts.push_back(0);
      }
      ++counts.back();
      inverse.data<int64_t>()[order[i]] =
          static_cast<int64_t>(firsts.size()) - 1;
    }
  });
  UniqueValues result;
  const Tensor chosen =
      index_select(slices, 0, tensor(firsts, {.device = x.device()}));
  result.values = dim ? transpose(chosen, 0, *dim).contiguous() : chosen;
  result.inverse = (dim ? inverse : reshape(inverse, x.sizes())).to(x.device());
  result.counts = tensor(counts, {.device = x.device()});
  return result;
}

// Where each element of the rising `values` comes in a set made of all.
template <class T>
std::vector<int64_t> hash_order(const Tensor& all, const Tensor& values) {
  const T* x = all.data<T>();
  const std::unordered_set<T> set(x, x + all.numel());
  const T* first = values.data<T>();
  std::vector<int64_t> order;
  for (const T value : set) {
    order.push_back(
        std::lower_bound(first, first + values.numel(), value, less<T>) -
        first);
  }
  return order;
}

// The same for elements on a device, where they are sorted.
UniqueValues distinct_elements(const Tensor& x, bool sort_first,
                               const char* op) {
  search_type(x, x, op);
  const Device device = x.device();
  Tensor flat = reshape(x.detach(), {-1}), order;
  const int64_t n = flat.numel();
  if (sort_first) {
    ValuesAndIndices sorted = sort(flat);
    flat = sorted.values;
    order = sorted.indices;
  }
  const Tensor is_first = full({n}, true, {.dtype = bool_, .device = device});
  if (n > 1) {
    narrow(is_first, 0, 1, n - 1)
        .copy_(ne(narrow(flat, 0, 1, n - 1), narrow(flat, 0, 0, n - 1)));
  }
  const Tensor firsts = reshape(nonzero(is_first), {-1});
  UniqueValues result;
  result.values = index_select(flat, 0, firsts);
  Tensor group = sub(cumsum(is_first.to(int64), 0), 1);
  if (sort_first) group = scatter(empty_like(group), 0, order, group);
  result.inverse = reshape(group, x.sizes());
  const Tensor ends = full({1}, n, {.dtype = int64, .device = device});
  const int64_t count = firsts.numel();
  result.counts =
      count == 0 ? firsts
                 : sub(cat({narrow(firsts, 0, 1, count - 1), ends}), firsts);
  return result;
}

UniqueValues in_hash_order(const Tensor& x, const UniqueValues& all) {
  // The hash of a number depends on its type.
  const Dtype dtype = !is_floating(x.dtype()) ? int64
                      : x.dtype() == float64  ? float64
                                              : float32;
  const Tensor flat = on_host(x, dtype), values = on_host(all.values, dtype);
  const std::vector<int64_t> order =
      dtype == float64   ? hash_order<double>(flat, values)
      : dtype == float32 ? hash_order<float>(flat, values)
                         : hash_order<int64_t>(flat, values);
  std::vector<int64_t> rank(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    rank[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
  }
  const Tensor at = tensor(order, {.device = x.device()});
  return {index_select(all.values, 0, at),
          take(tensor(rank, {.device = x.device()}), all.inverse),
          index_select(all.counts, 0, at)};
}

}  // namespace

namespace internal {
constinit SearchKernel search_kernel{"searchsorted", search_cpu};
}

Tensor searchsorted(const Tensor& sequence, const Tensor& values,
                    const SearchOptions& options) {
  CRESSET_CHECK(sequence.dim() >= 1, kShape,
                "searchsorted: the sequence must have a dimension; got rank 0");
  bool fits = sequence.dim() == 1 || sequence.dim() == values.dim();
  for (int64_t d = 0; fits && sequence.dim() > 1 && d + 1 < sequence.dim();
       ++d) {
    fits = sequence.size(d) == values.size(d);
  }
  CRESSET_CHECK(fits, kShape,
                "searchsorted: torch.searchsorted(): boundaries tensor should "
                "be 1 dimension or the first N-1 dimensions of boundaries "
                "tensor and input value tensor must match, but we got "
                "boundaries tensor ",
                sequence.sizes(), " and input value tensor ", values.sizes());
  const Dtype dtype = search_type(sequence, values, "searchsorted");
  const Tensor sorted = options.sorter.defined()
                            ? gather(sequence.detach(), -1, options.sorter)
                            : sequence;
  const Device device = values.device();
  return places_in(prepared(sorted, dtype, device),
                   prepared(values, dtype, device), options.right)
      .to(options.out_int32 ? int32 : int64);
}
Tensor searchsorted(const Tensor& sequence, const Scalar& value,
                    const SearchOptions& options) {
  return searchsorted(sequence, full({}, value, {.device = sequence.device()}),
                      options);
}

Tensor bucketize(const Tensor& values, const Tensor& boundaries,
                 const SearchOptions& options) {
  CRESSET_CHECK(boundaries.dim() == 1, kShape,
                "bucketize: boundaries tensor must be 1 dimension, but got "
                "dim(",
                boundaries.dim(), ")");
  return searchsorted(boundaries, values, options);
}

Tensor isin(const Tensor& elements, const Tensor& test, bool invert) {
  const Dtype dtype = search_type(elements, test, "isin");
  const Device device = elements.device();
  const Tensor x = prepared(elements, dtype, device);
  const Tensor among = reshape(prepared(test, dtype, device), {-1});
  if (among.numel() == 0) {
    return full(x.sizes(), invert, {.dtype = bool_, .device = device});
  }
  // A NaN equals nothing, itself neither.
  const Tensor sorted = sort(among).values;
  const Tensor place =
      clamp_max(places_in(sorted, x, false), among.numel() - 1);
  const Tensor found = take(sorted, place);
  return invert ? ne(found, x) : eq(found, x);
}

UniqueValues unique(const Tensor& x, std::optional<int64_t> dim, bool sorted) {
  const UniqueValues all = dim || x.device().is_cpu()
                               ? distinct(x, dim, true, "unique")
                               : distinct_elements(x, true, "unique");
  return sorted || dim || x.numel() == 0 ? all : in_hash_order(x, all);
}
UniqueValues unique_consecutive(const Tensor& x, std::optional<int64_t> dim) {
  if (!dim && !x.device().is_cpu()) {
    return distinct_elements(x, false, "unique_consecutive");
  }
  return distinct(x, dim, false, "unique_consecutive");
}

}  // namespace cresset
