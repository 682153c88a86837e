#include "cresset/tensor/ops/sort_ties.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "cresset/tensor/core/parallel.h"

namespace cresset::internal {
namespace {

template <class T>
using Placed = std::pair<T, int64_t>;

template <class T>
bool is_nan(T x) {
  return x != x;
}

template <class T>
bool larger(T a, T b) {
  return (is_nan(a) && !is_nan(b)) || a > b;
}

template <class T>
bool smaller(T a, T b) {
  return (!is_nan(a) && is_nan(b)) || a < b;
}

template <class T>
bool same(T a, T b) {
  return a == b || (is_nan(a) && is_nan(b));
}

template <class T>
std::vector<Placed<T>> placed(const T* row, int64_t n) {
  std::vector<Placed<T>> items(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) items[static_cast<size_t>(i)] = {row[i], i};
  return items;
}

template <class F>
void visit_rows(const Tensor& x, F&& body) {
  const int64_t grain = std::max<int64_t>(1, (1 << 14) / (x.size(1) + 1));
  const auto run = [&](auto zero) {
    using T = decltype(zero);
    parallel_for(0, x.size(0), grain, [&](int64_t first, int64_t last) {
      for (int64_t r = first; r < last; ++r) {
        body(x.data<T>() + r * x.size(1), r, zero);
      }
    });
  };
  if (x.dtype() == float32) {
    run(float{});
  } else if (x.dtype() == float64) {
    run(double{});
  } else {
    run(int64_t{});
  }
}

// Whether the first k in order, which are `chosen`, leave a choice.
template <class T>
bool ambiguous(const T* row, int64_t n, const T* chosen, int64_t k) {
  for (int64_t i = 1; i < k; ++i) {
    if (same(chosen[i - 1], chosen[i])) return true;
  }
  const T last = chosen[k - 1];
  int64_t equal = 0;
  for (int64_t i = 0; i < n; ++i) equal += row[i] == last;
  if (is_nan(last)) equal = std::count_if(row, row + n, is_nan<T>);
  return equal > 1;
}

template <class T, class Before>
void select_first(std::vector<Placed<T>>& items, int64_t k, bool sorted,
                  Before before) {
  const auto order = [before](const Placed<T>& a, const Placed<T>& b) {
    return before(a.first, b.first);
  };
  if (k * 64 <= static_cast<int64_t>(items.size())) {
    std::partial_sort(items.begin(), items.begin() + k, items.end(), order);
    return;
  }
  std::nth_element(items.begin(), items.begin() + k - 1, items.end(), order);
  if (sorted) std::sort(items.begin(), items.begin() + k - 1, order);
}

// Hoare's selection: afterwards `items[k]` is the k-th from 0.
template <class T>
void quick_select(std::vector<Placed<T>>& items, int64_t k) {
  const auto above = [&](int64_t a, int64_t b) {
    return larger(items[static_cast<size_t>(a)].first,
                  items[static_cast<size_t>(b)].first);
  };
  const auto exchange = [&](int64_t a, int64_t b) {
    std::swap(items[static_cast<size_t>(a)], items[static_cast<size_t>(b)]);
  };
  int64_t low = 0, high = static_cast<int64_t>(items.size()) - 1;
  while (high > low) {
    if (high == low + 1) {
      if (above(low, high)) exchange(low, high);
      return;
    }
    // The pivot is the median of three.
    exchange(low + (high - low) / 2, low + 1);
    if (above(low + 1, high)) exchange(low + 1, high);
    if (above(low, high)) exchange(low, high);
    if (above(low + 1, low)) exchange(low + 1, low);
    int64_t i = low + 1, j = high;
    while (true) {
      do ++i;
      while (above(low, i));
      do --j;
      while (above(j, low));
      if (j < i) break;
      exchange(i, j);
    }
    exchange(low, j);
    if (j <= k) low = i;
    if (j >= k) high = j - 1;
  }
}

}  // namespace

void settle_topk(const SortCall& call, bool sorted) {
  const int64_t n = call.x.size(1), k = call.k;
  visit_rows(call.x, [&](const auto* row, int64_t r, auto zero) {
    using T = decltype(zero);
    T* values = call.values.data<T>() + r * k;
    int64_t* indices = call.indices.data<int64_t>() + r * k;
    if (sorted && !ambiguous(row, n, values, k)) return;
    std::vector<Placed<T>> items = placed(row, n);
    if (call.descending) {
      select_first(items, k, sorted, larger<T>);
    } else {
      select_first(items, k, sorted, smaller<T>);
    }
    for (int64_t i = 0; i < k; ++i) {
      std::tie(values[i], indices[i]) = items[static_cast<size_t>(i)];
    }
  });
}

void settle_kthvalue(const Tensor& x, int64_t k, const Tensor& values,
                     const Tensor& indices) {
  const int64_t n = x.size(1);
  visit_rows(x, [&](const auto* row, int64_t r, auto zero) {
    using T = decltype(zero);
    if (!ambiguous(row, n, values.data<T>() + r, 1)) return;
    std::vector<Placed<T>> items = placed(row, n);
    quick_select(items, k - 1);
    indices.data<int64_t>()[r] = items[static_cast<size_t>(k - 1)].second;
  });
}

void settle_mode(const Tensor& x, const Tensor& values, const Tensor& indices) {
  const int64_t n = x.size(1);
  visit_rows(x, [&](const auto* row, int64_t r, auto zero) {
    using T = decltype(zero);
    const T wanted = values.data<T>()[r];
    // A short row is sorted by insertion, which is stable.
    if (n <= 16 || !ambiguous(row, n, &wanted, 1)) return;
    std::vector<Placed<T>> items = placed(row, n);
    std::sort(items.begin(), items.end(),
              [](const Placed<T>& a, const Placed<T>& b) {
                return a.first < b.first;
              });
    for (const Placed<T>& item : items) {
      if (item.first == wanted) indices.data<int64_t>()[r] = item.second;
    }
  });
}

}  // namespace cresset::internal
