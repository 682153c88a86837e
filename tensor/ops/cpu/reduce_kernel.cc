// Reductions whose state is one number.

#include "cresset/tensor/ops/cpu/lanes.h"
#include "cresset/tensor/ops/cpu/reduce_row.h"
#include "cresset/tensor/ops/reduce_defs.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

template <class Op, class T>
struct Reduction {
  static T row(const Op& f, const T* x, int64_t n) {
    if (n > kBlock) {
      const int64_t half = (n / 2 + kBlock - 1) / kBlock * kBlock;
      const T first = row(f, x, half);
      return f.combine(first, row(f, x + half, n - half));
    }
    return reduce_block(
        x, n, [&f](T v) { return f.template map<T>(v); },
        [&f](T a, T b) { return f.template combine<T>(a, b); });
  }

  static void rows(const void* op, const void* x, int64_t row_stride,
                   int64_t rows, int64_t n, int64_t, void* states) {
    const Op& f = *static_cast<const Op*>(op);
    const T* in = static_cast<const T*>(x);
    T* out = static_cast<T*>(states);
    for (int64_t r = 0; r < rows; ++r) {
      out[r] = n == 0 ? Op::template identity<T>() : row(f, in, n);
      in += row_stride;
    }
  }

  // Rows of a few dense columns are taken several at a time.
  static constexpr int64_t kWide = 128;

  static void columns(const void* op, const void* x, int64_t row_stride,
                      int64_t rows, int64_t n, int64_t, void* states) {
    const Op& f = *static_cast<const Op*>(op);
    const T* in = static_cast<const T*>(x);
    T* out = static_cast<T*>(states);
    if (row_stride == n && 2 * n <= kWide && rows >= 4) {
      narrow_columns(f, in, rows, n, out);
    } else {
      add_columns(f, in, row_stride, rows, n, out);
    }
  }

  static void add_columns(const Op& f, const T* x, int64_t row_stride,
                          int64_t rows, int64_t n, T* __restrict out) {
    for (int64_t c = 0; c < n; ++c) out[c] = f.template map<T>(x[c]);
    int64_t r = 1;
    for (; r + 4 <= rows; r += 4) {
      const T* a = x + r * row_stride;
      const T* b = a + row_stride;
      const T* d = b + row_stride;
      const T* e = d + row_stride;
      for (int64_t c = 0; c < n; ++c) {
        const T ab =
            f.combine(f.template map<T>(a[c]), f.template map<T>(b[c]));
        const T de =
            f.combine(f.template map<T>(d[c]), f.template map<T>(e[c]));
        out[c] = f.combine(out[c], f.combine(ab, de));
      }
    }
    for (; r < rows; ++r) {
      const T* a = x + r * row_stride;
      for (int64_t c = 0; c < n; ++c) {
        out[c] = f.combine(out[c], f.template map<T>(a[c]));
      }
    }
  }

  static void narrow_columns(const Op& f, const T* x, int64_t rows, int64_t n,
                             T* out) {
    T wide[kWide] = {};
    const int64_t together = kWide / n < rows ? kWide / n : rows;
    const int64_t width = together * n;
    const int64_t groups = rows / together;
    add_columns(f, x, width, groups, width, wide);
    const T* rest = x + groups * width;
    for (int64_t i = 0; i < (rows - groups * together) * n; ++i) {
      wide[i] = f.combine(wide[i], f.template map<T>(rest[i]));
    }
    for (int64_t left = together; left > 1; left -= left / 2) {
      const int64_t joined = left / 2 * n;
      const T* later = wide + (left * n - joined);
      for (int64_t i = 0; i < joined; ++i)
        wide[i] = f.combine(wide[i], later[i]);
    }
    for (int64_t c = 0; c < n; ++c) out[c] = wide[c];
  }

  static void combine(const void* op, void* states, const void* later,
                      int64_t n) {
    const Op& f = *static_cast<const Op*>(op);
    T* a = static_cast<T*>(states);
    const T* b = static_cast<const T*>(later);
    for (int64_t i = 0; i < n; ++i) a[i] = f.template combine<T>(a[i], b[i]);
  }

  static void finish(const void* op, const void* states, int64_t n, void* y,
                     void*) {
    const Op& f = *static_cast<const Op*>(op);
    const T* in = static_cast<const T*>(states);
    T* out = static_cast<T*>(y);
    for (int64_t i = 0; i < n; ++i) out[i] = f.template finish<T>(in[i]);
  }

  static constexpr ReduceFunctions kFunctions = {sizeof(T), rows, columns,
                                                 combine, finish};
};

template <class Op>
constexpr ReduceRow reduce_row() {
  if constexpr (Op::kDomain == Domain::kNumber) {
    return {{Reduction<Op, float>::kFunctions,
             Reduction<Op, double>::kFunctions,
             Reduction<Op, int64_t>::kFunctions}};
  } else {
    return {{Reduction<Op, float>::kFunctions,
             Reduction<Op, double>::kFunctions,
             {}}};
  }
}

template <class List>
struct Rows;
template <class... Ops>
struct Rows<OpList<Ops...>> {
  static constexpr ReduceRow kRows[] = {reduce_row<Ops>()...};
};

}  // namespace

const ReduceRow* reduce_rows() { return Rows<ReduceOps>::kRows; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
