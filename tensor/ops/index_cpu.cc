// The CPU's part of indexing: rows of elements from or to computed places.

#include <algorithm>
#include <cstring>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/data_kernels.h"
#include "cresset/tensor/ops/put_op.h"

namespace cresset::internal {
namespace {

constexpr int64_t kGrain = 1 << 14;

// The `after` dimensions with neighbours merged where their strides allow it.
struct Inner {
  Shape sizes, strides;
  int64_t numel = 1;

  explicit Inner(const IndexPlan& plan) {
    for (size_t i = 0; i < plan.after.size(); ++i) {
      numel *= plan.after[i];
      if (plan.after[i] == 1) continue;
      if (!sizes.empty() &&
          strides.back() == plan.after[i] * plan.after_strides[i]) {
        sizes.back() *= plan.after[i];
        strides.back() = plan.after_strides[i];
      } else {
        sizes.push_back(plan.after[i]);
        strides.push_back(plan.after_strides[i]);
      }
    }
    if (sizes.empty()) {
      sizes.push_back(1);
      strides.push_back(1);
    }
  }
  bool is_dense() const { return sizes.size() == 1 && strides[0] == 1; }

  // Calls row(start in x, start in the dense row, n) for the rows of the last
  // dimension; columns [first, last) of it.
  template <class F>
  void for_rows(int64_t first, int64_t last, F&& row) const {
    const size_t rank = sizes.size() - 1;
    Shape index(rank, 0);
    const int64_t inner = sizes.back();
    int64_t place = 0;
    for (int64_t done = 0; done < numel; done += inner) {
      row(place + first * strides.back(), done + first, last - first);
      for (size_t d = rank; d-- > 0;) {
        place += strides[d];
        if (++index[d] < sizes[d]) break;
        place -= sizes[d] * strides[d];
        index[d] = 0;
      }
    }
  }
};

int64_t before_offset(const IndexPlan& plan, int64_t b) {
  int64_t offset = 0;
  for (size_t d = plan.before.size(); d-- > 0;) {
    offset += b % plan.before[d] * plan.before_strides[d];
    b /= plan.before[d];
  }
  return offset;
}

template <class T>
void take_elements(const IndexPlan& plan, const Inner& inner, const T* x,
                   T* rows, int64_t first, int64_t last) {
  const int64_t* offsets = plan.offsets.data<int64_t>();
  const int64_t n = plan.offsets.numel();
  while (first < last) {
    const int64_t b = first / n;
    const T* base = x + before_offset(plan, b);
    const int64_t end = std::min(last, (b + 1) * n);
    for (; first < end; ++first) {
      const T* from = base + offsets[first - b * n];
      T* to = rows + first * inner.numel;
      if (inner.numel == 1) {
        *to = *from;
      } else if (inner.is_dense()) {
        std::memcpy(static_cast<void*>(to), from,
                    static_cast<size_t>(inner.numel) * sizeof(T));
      } else {
        const int64_t step = inner.strides.back();
        inner.for_rows(0, inner.sizes.back(),
                       [&](int64_t place, int64_t at, int64_t count) {
                         for (int64_t i = 0; i < count; ++i) {
                           to[at + i] = from[place + i * step];
                         }
                       });
      }
    }
  }
}

void take_cpu(const Tensor& x, const IndexPlan& plan, const Tensor& rows) {
  if (rows.numel() == 0) return;
  const Inner inner(plan);
  const int64_t grain = std::max<int64_t>(1, kGrain / inner.numel);
  visit_put(x.dtype(), PutOp::kAssign, [&](auto t, auto) {
    using T = decltype(t);
    const T* from = static_cast<const T*>(x.raw_data());
    T* to = static_cast<T*>(rows.raw_data());
    parallel_for(0, plan.rows(), grain, [&](int64_t first, int64_t last) {
      take_elements(plan, inner, from, to, first, last);
    });
  });
}

// Writes columns [left, right) of the last inner dimension for all offsets.
template <PutOp kOp, class T>
void put_columns(const IndexPlan& plan, const Inner& inner, T* x, const T* rows,
                 int64_t b, int64_t left, int64_t right) {
  const int64_t* offsets = plan.offsets.data<int64_t>();
  const int64_t n = plan.offsets.numel(), step = inner.strides.back();
  T* base = x + before_offset(plan, b);
  const T* from = rows + b * n * inner.numel;
  if (inner.numel == 1) {
    for (int64_t i = 0; i < n; ++i) combine<kOp>(base[offsets[i]], from[i]);
    return;
  }
  for (int64_t i = 0; i < n; ++i, from += inner.numel) {
    T* to = base + offsets[i];
    inner.for_rows(left, right, [&](int64_t place, int64_t at, int64_t count) {
      for (int64_t k = 0; k < count; ++k) {
        combine<kOp>(to[place + k * step], from[at + k]);
      }
    });
  }
}

// Several offsets may lead to one place, so threads share the work by the
// other dimensions only.
void put_cpu(const Tensor& x, const IndexPlan& plan, const Tensor& rows,
             PutOp op) {
  if (rows.numel() == 0) return;
  const Inner inner(plan);
  const int64_t outer = numel_of(plan.before), n = plan.offsets.numel();
  const int64_t columns = inner.sizes.back();
  visit_put(x.dtype(), op, [&](auto t, auto constant) {
    using T = decltype(t);
    constexpr PutOp kOp = decltype(constant)::value;
    T* to = static_cast<T*>(x.raw_data());
    const T* from = static_cast<const T*>(rows.raw_data());
    if (outer > 1) {
      const int64_t grain = std::max<int64_t>(1, kGrain / (n * inner.numel));
      parallel_for(0, outer, grain, [&](int64_t first, int64_t last) {
        for (int64_t b = first; b < last; ++b) {
          put_columns<kOp>(plan, inner, to, from, b, 0, columns);
        }
      });
      return;
    }
    const int64_t column_work = n * (inner.numel / columns);
    const int64_t grain = std::max<int64_t>(64, kGrain / column_work);
    parallel_for(0, columns, grain, [&](int64_t first, int64_t last) {
      put_columns<kOp>(plan, inner, to, from, 0, first, last);
    });
  });
}

void add_offsets_cpu(const Tensor& index, int64_t size, int64_t stride,
                     int64_t dim, const Tensor& offsets) {
  const int64_t* from = index.data<int64_t>();
  int64_t* to = offsets.data<int64_t>();
  parallel_for(0, index.numel(), kGrain, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t k = from[i];
      CRESSET_CHECK(k >= -size && k < size, kIndex, "index: index ", k,
                    " is out of bounds for dimension ", dim, " with size ",
                    size);
      to[i] += (k < 0 ? k + size : k) * stride;
    }
  });
}

void check_range_cpu(const Tensor& index, int64_t size, const char* op,
                     int64_t dim) {
  const int64_t* p = index.data<int64_t>();
  for (int64_t i = 0; i < index.numel(); ++i) {
    CRESSET_CHECK(p[i] >= 0 && p[i] < size, kIndex, op,
                  ": index out of range in self; got ", p[i], " for dimension ",
                  dim, " with size ", size);
  }
}

Tensor true_numbers_cpu(const Tensor& x) {
  const bool* values = x.data<bool>();
  int64_t count = 0;
  for (int64_t i = 0; i < x.numel(); ++i) count += values[i];
  Tensor y = make_empty({count}, int64, Device());
  int64_t* out = y.data<int64_t>();
  // A branch-free write keeps random masks fast; the last write may fall one
  // past the end, so it is not made.
  int64_t k = 0;
  for (int64_t i = 0; k < count; ++i) {
    out[k] = i;
    k += values[i];
  }
  return y;
}

}  // namespace

constinit TakeKernel take_kernel{"index", take_cpu};
constinit PutKernel put_kernel{"index_put", put_cpu};
constinit OffsetsKernel offsets_kernel{"index", add_offsets_cpu};
constinit IndexRangeKernel index_range_kernel{"index", check_range_cpu};
constinit TrueNumbersKernel true_numbers_kernel{"nonzero", true_numbers_cpu};

}  // namespace cresset::internal
