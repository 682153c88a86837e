// Reductions whose state is more than one number. The states of n results are
// arrays of n elements one after another, so that loops over columns are dense.

#include "cresset/tensor/ops/cpu/lanes.h"
#include "cresset/tensor/ops/cpu/reduce_row.h"
#include "cresset/tensor/ops/reduce_defs.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

struct Plus {
  template <class T>
  CRESSET_HD T operator()(T a, T b) const {
    return a + b;
  }
};
struct Same {
  template <class T>
  CRESSET_HD T operator()(T a) const {
    return a;
  }
};

template <class T>
struct Lane;  // an integer as wide as T
template <>
struct Lane<float> {
  using Int = int32_t;
};
template <>
struct Lane<double> {
  using Int = int64_t;
};
template <>
struct Lane<int64_t> {
  using Int = int64_t;
};

// State: T value, int64 index.
template <class Extreme, class T>
struct ArgReduction {
  using Int = typename Lane<T>::Int;
  static constexpr int64_t kBytes = sizeof(T) + sizeof(int64_t);

  // Whether a later b takes the place of a: only if it is more extreme, or
  // the first NaN.
  CRESSET_HD static bool beats(T b, T a) {
    return a == a && Extreme().combine(a, b) != a;
  }

  // Finds the extreme value at full speed, block by block, and looks for its
  // place in one block only.
  static T row(const T* x, int64_t n, int64_t* index) {
    T best = x[0];
    int64_t at = 0;
    for (int64_t i = 0; i < n; i += kBlock) {
      const int64_t m = n - i < kBlock ? n - i : kBlock;
      const T value = reduce_block(x + i, m, Same(), [](T a, T b) {
        return Extreme().template combine<T>(a, b);
      });
      if (i == 0 || beats(value, best)) {
        best = value;
        at = i;
      }
    }
    *index = at + (n - at < kBlock ? find(x + at, n - at, best)
                                   : find(x + at, kBlock, best));
    return best;
  }

  // The first of n elements that is `wanted`, or NaN if that is; there is one.
  static int64_t find(const T* x, int64_t n, T wanted) {
    constexpr int64_t kStep = 64;
    int64_t i = 0;
    for (; i + kStep <= n; i += kStep) {
      Int found = 0;
      for (int64_t l = 0; l < kStep; ++l) {
        const Int same = x[i + l] == wanted ? 1 : 0;
        const Int nan = x[i + l] != x[i + l] ? 1 : 0;
        found |= same | nan;
      }
      if (found != 0) break;
    }
    while (x[i] != wanted && x[i] == x[i]) ++i;
    return i;
  }

  static void rows(const void*, const void* x, int64_t row_stride, int64_t rows,
                   int64_t n, int64_t position, void* states) {
    T* value = static_cast<T*>(states);
    char* index =
        static_cast<char*>(states) + rows * static_cast<int64_t>(sizeof(T));
    const T* in = static_cast<const T*>(x);
    for (int64_t r = 0; r < rows; ++r, in += row_stride) {
      int64_t at;
      value[r] = row(in, n, &at);
      at += position;
      __builtin_memcpy(index + r * 8, &at, 8);
    }
  }

  static constexpr int64_t kTile = 256;

  static void columns(const void*, const void* x, int64_t row_stride,
                      int64_t rows, int64_t n, int64_t position, void* states) {
    T* value = static_cast<T*>(states);
    char* index =
        static_cast<char*>(states) + n * static_cast<int64_t>(sizeof(T));
    const T* in = static_cast<const T*>(x);
    for (int64_t c = 0; c < n; c += kTile) {
      const int64_t width = n - c < kTile ? n - c : kTile;
      Int at[kTile];
      tile(in + c, row_stride, rows, width, value + c, at);
      for (int64_t i = 0; i < width; ++i) {
        const int64_t full = position + at[i];
        __builtin_memcpy(index + (c + i) * 8, &full, 8);
      }
    }
  }

  static void tile(const T* x, int64_t row_stride, int64_t rows, int64_t width,
                   T* __restrict value, Int* __restrict at) {
    for (int64_t i = 0; i < width; ++i) {
      value[i] = x[i];
      at[i] = 0;
    }
    for (int64_t r = 1; r < rows; ++r) {
      const T* in = x + r * row_stride;
      const Int number = static_cast<Int>(r);
      for (int64_t i = 0; i < width; ++i) {
        const T a = value[i];
        const T b = Extreme().template combine<T>(a, in[i]);
        const Int moved = b != a ? number : at[i];
        at[i] = a == a ? moved : at[i];
        value[i] = b;
      }
    }
  }

  static void combine(const void*, void* states, const void* later, int64_t n) {
    T* a = static_cast<T*>(states);
    const T* b = static_cast<const T*>(later);
    char* to = reinterpret_cast<char*>(a + n);
    const char* from = reinterpret_cast<const char*>(b + n);
    for (int64_t i = 0; i < n; ++i) {
      if (!beats(b[i], a[i])) continue;
      a[i] = b[i];
      __builtin_memcpy(to + i * 8, from + i * 8, 8);
    }
  }

  static void finish(const void*, const void* states, int64_t n, void* y,
                     void* second) {
    const int64_t bytes = n * static_cast<int64_t>(sizeof(T));
    if (y != nullptr) __builtin_memcpy(y, states, static_cast<size_t>(bytes));
    __builtin_memcpy(second, static_cast<const char*>(states) + bytes,
                     static_cast<size_t>(n * 8));
  }

  static constexpr ReduceFunctions kFunctions = {kBytes, rows, columns, combine,
                                                 finish};
};

// State: T maximum, T sum of exp(x - maximum). An infinite maximum counts as
// zero in the exponent.
template <class T>
struct LogSumExpReduction {
  CRESSET_HD static T shift(T maximum) {
    return math::isinf(maximum) ? T{0} : maximum;
  }
  CRESSET_HD static T larger(T a, T b) {
    return Max().template combine<T>(a, b);
  }

  static void row(const T* x, int64_t n, T* maximum, T* sum) {
    const T top =
        reduce_block(x, n, Same(), [](T a, T b) { return larger(a, b); });
    const T from = shift(top);
    *maximum = top;
    *sum = reduce_block(
        x, n, [from](T v) { return math::exp(v - from); }, Plus());
  }

  static void rows(const void*, const void* x, int64_t row_stride, int64_t rows,
                   int64_t n, int64_t, void* states) {
    T* maximum = static_cast<T*>(states);
    T* sum = maximum + rows;
    for (int64_t r = 0; r < rows; ++r) {
      const T* in = static_cast<const T*>(x) + r * row_stride;
      row(in, n < kBlock ? n : kBlock, maximum + r, sum + r);
      for (int64_t i = kBlock; i < n; i += kBlock) {
        T later[2];
        row(in + i, n - i < kBlock ? n - i : kBlock, later, later + 1);
        T first[2] = {maximum[r], sum[r]};
        combine(nullptr, first, later, 1);
        maximum[r] = first[0];
        sum[r] = first[1];
      }
    }
  }

  static void columns(const void*, const void* x, int64_t row_stride,
                      int64_t rows, int64_t n, int64_t, void* states) {
    const T* in = static_cast<const T*>(x);
    T* __restrict maximum = static_cast<T*>(states);
    T* __restrict sum = maximum + n;
    for (int64_t c = 0; c < n; ++c) {
      maximum[c] = in[c];
      sum[c] = 0;
    }
    for (int64_t r = 1; r < rows; ++r) {
      const T* a = in + r * row_stride;
      for (int64_t c = 0; c < n; ++c) maximum[c] = larger(maximum[c], a[c]);
    }
    for (int64_t r = 0; r < rows; ++r) {
      const T* a = in + r * row_stride;
      for (int64_t c = 0; c < n; ++c) {
        sum[c] += math::exp(a[c] - shift(maximum[c]));
      }
    }
  }

  static void combine(const void*, void* states, const void* later, int64_t n) {
    T* a = static_cast<T*>(states);
    const T* b = static_cast<const T*>(later);
    for (int64_t i = 0; i < n; ++i) {
      const T top = larger(a[i], b[i]);
      const T from = shift(top);
      const T scale_a = a[i] == top ? T{1} : math::exp(a[i] - from);
      const T scale_b = b[i] == top ? T{1} : math::exp(b[i] - from);
      a[n + i] = a[n + i] * scale_a + b[n + i] * scale_b;
      a[i] = top;
    }
  }

  static void finish(const void*, const void* states, int64_t n, void* y,
                     void*) {
    const T* maximum = static_cast<const T*>(states);
    T* out = static_cast<T*>(y);
    for (int64_t i = 0; i < n; ++i) {
      out[i] = math::log(maximum[n + i]) + shift(maximum[i]);
    }
  }

  static constexpr ReduceFunctions kFunctions = {2 * sizeof(T), rows, columns,
                                                 combine, finish};
};

// State: T count, T mean, T sum of squared distances from the mean. Blocks are
// joined by the formula of Chan, Golub and LeVeque.
template <class T>
struct MomentsReduction {
  static void row(const T* x, int64_t n, T* mean, T* squares) {
    const T m = reduce_block(x, n, Same(), Plus()) / static_cast<T>(n);
    *mean = m;
    *squares = reduce_block(
        x, n, [m](T v) { return (v - m) * (v - m); }, Plus());
  }

  static void rows(const void*, const void* x, int64_t row_stride, int64_t rows,
                   int64_t n, int64_t, void* states) {
    T* count = static_cast<T*>(states);
    T* mean = count + rows;
    T* squares = mean + rows;
    for (int64_t r = 0; r < rows; ++r) {
      const T* in = static_cast<const T*>(x) + r * row_stride;
      int64_t m = n < kBlock ? n : kBlock;
      T first[3] = {static_cast<T>(m), 0, 0};
      row(in, m, first + 1, first + 2);
      for (int64_t i = kBlock; i < n; i += kBlock) {
        m = n - i < kBlock ? n - i : kBlock;
        T later[3] = {static_cast<T>(m), 0, 0};
        row(in + i, m, later + 1, later + 2);
        combine(nullptr, first, later, 1);
      }
      count[r] = first[0];
      mean[r] = first[1];
      squares[r] = first[2];
    }
  }

  static void columns(const void*, const void* x, int64_t row_stride,
                      int64_t rows, int64_t n, int64_t, void* states) {
    const T* in = static_cast<const T*>(x);
    T* __restrict count = static_cast<T*>(states);
    T* __restrict mean = count + n;
    T* __restrict squares = mean + n;
    for (int64_t c = 0; c < n; ++c) {
      count[c] = static_cast<T>(rows);
      mean[c] = in[c];
      squares[c] = 0;
    }
    for (int64_t r = 1; r < rows; ++r) {
      const T* a = in + r * row_stride;
      for (int64_t c = 0; c < n; ++c) mean[c] += a[c];
    }
    for (int64_t c = 0; c < n; ++c) mean[c] /= static_cast<T>(rows);
    for (int64_t r = 0; r < rows; ++r) {
      const T* a = in + r * row_stride;
      for (int64_t c = 0; c < n; ++c) {
        squares[c] += (a[c] - mean[c]) * (a[c] - mean[c]);
      }
    }
  }

  static void combine(const void*, void* states, const void* later, int64_t n) {
    T* __restrict a = static_cast<T*>(states);
    const T* b = static_cast<const T*>(later);
    for (int64_t i = 0; i < n; ++i) {
      const T count = a[i] + b[i];
      const T distance = b[n + i] - a[n + i];
      const T share = b[i] / count;
      a[2 * n + i] += b[2 * n + i] + distance * distance * share * a[i];
      a[n + i] += distance * share;
      a[i] = count;
    }
  }

  static void finish(const void* op, const void* states, int64_t n, void* y,
                     void* second) {
    const Moments& f = *static_cast<const Moments*>(op);
    const T* count = static_cast<const T*>(states);
    const T* squares = count + 2 * n;
    T* out = static_cast<T*>(y);
    const T correction = static_cast<T>(f.correction);
    for (int64_t i = 0; i < n; ++i) {
      const T left = count[i] > correction ? count[i] - correction : T{0};
      const T var = squares[i] / left;
      out[i] = f.take_sqrt ? math::sqrt(var) : var;
    }
    if (second == nullptr) return;
    T* mean = static_cast<T*>(second);
    for (int64_t i = 0; i < n; ++i) mean[i] = count[n + i];
  }

  static constexpr ReduceFunctions kFunctions = {3 * sizeof(T), rows, columns,
                                                 combine, finish};
};

constexpr ReduceRow kRows[] = {
    {{ArgReduction<Max, float>::kFunctions,
      ArgReduction<Max, double>::kFunctions,
      ArgReduction<Max, int64_t>::kFunctions}},
    {{ArgReduction<Min, float>::kFunctions,
      ArgReduction<Min, double>::kFunctions,
      ArgReduction<Min, int64_t>::kFunctions}},
    {{LogSumExpReduction<float>::kFunctions,
      LogSumExpReduction<double>::kFunctions,
      {}}},
    {{MomentsReduction<float>::kFunctions,
      MomentsReduction<double>::kFunctions,
      {}}},
};

}  // namespace

const ReduceRow* state_reduce_rows() { return kRows; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
