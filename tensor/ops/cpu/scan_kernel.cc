#include "cresset/tensor/ops/cpu/scan_kernel.h"

#include "cresset/tensor/ops/scan_defs.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

template <class Op, class T>
struct Accumulation {
  using W = typename ScanState<T>::Type;
  static constexpr int64_t kTile = 256;

  static void columns(const void* x, void* y, int64_t*, int64_t n,
                      int64_t inner, int64_t first, int64_t last,
                      bool reverse) {
    const Op op;
    W sum[kTile];
    for (int64_t c = first; c < last; c += kTile) {
      const int64_t width = last - c < kTile ? last - c : kTile;
      for (int64_t i = 0; i < width; ++i) sum[i] = Op::template identity<W>();
      for (int64_t r = 0; r < n; ++r) {
        const int64_t at = (reverse ? n - 1 - r : r) * inner + c;
        const T* in = static_cast<const T*>(x) + at;
        T* __restrict out = static_cast<T*>(y) + at;
        for (int64_t i = 0; i < width; ++i) {
          sum[i] = op(sum[i], static_cast<W>(in[i]));
          out[i] = static_cast<T>(sum[i]);
        }
      }
    }
  }

  static void one_row(const T* x, T* y, int64_t n, bool reverse) {
    const Op op;
    W sum = Op::template identity<W>();
    for (int64_t i = 0; i < n; ++i) {
      const int64_t at = reverse ? n - 1 - i : i;
      sum = op(sum, static_cast<W>(x[at]));
      y[at] = static_cast<T>(sum);
    }
  }

  // Several rows at once, because each waits for its own last sum. They are
  // turned into columns piece by piece: rows a power of two apart would
  // otherwise push one another out of the cache.
  static constexpr int64_t kTogether = 8;
  static constexpr int64_t kPiece = 64;

  static void some_rows(const T* x, T* y, int64_t n, bool reverse) {
    const Op op;
    W sum[kTogether];
    W turned[kPiece * kTogether];
    for (W& s : sum) s = Op::template identity<W>();
    for (int64_t done = 0; done < n; done += kPiece) {
      const int64_t m = n - done < kPiece ? n - done : kPiece;
      const int64_t at = reverse ? n - done - m : done;
      for (int64_t r = 0; r < kTogether; ++r) {
        const T* in = x + r * n + at;
        for (int64_t i = 0; i < m; ++i) {
          turned[i * kTogether + r] = static_cast<W>(in[i]);
        }
      }
      for (int64_t i = 0; i < m; ++i) {
        W* column = turned + (reverse ? m - 1 - i : i) * kTogether;
        for (int64_t r = 0; r < kTogether; ++r) {
          sum[r] = op(sum[r], column[r]);
          column[r] = sum[r];
        }
      }
      for (int64_t r = 0; r < kTogether; ++r) {
        T* out = y + r * n + at;
        for (int64_t i = 0; i < m; ++i) {
          out[i] = static_cast<T>(turned[i * kTogether + r]);
        }
      }
    }
  }

  static void rows(const void* x, void* y, int64_t*, int64_t rows, int64_t n,
                   bool reverse) {
    const T* in = static_cast<const T*>(x);
    T* out = static_cast<T*>(y);
    int64_t r = 0;
    for (; r + kTogether <= rows; r += kTogether) {
      some_rows(in + r * n, out + r * n, n, reverse);
    }
    for (; r < rows; ++r) one_row(in + r * n, out + r * n, n, reverse);
  }
};

// The last of equal elements counts, and a NaN once it has come.
template <class Order, class T>
struct Extremes {
  static void columns(const void* x, void* y, int64_t* index, int64_t n,
                      int64_t inner, int64_t first, int64_t last, bool) {
    for (int64_t c = first; c < last; ++c) {
      const T* in = static_cast<const T*>(x) + c;
      T* out = static_cast<T*>(y) + c;
      T best = in[0];
      int64_t at = 0;
      for (int64_t r = 0; r < n; ++r) {
        const T value = in[r * inner];
        if (value != value || (best == best && Order::holds(value, best))) {
          best = value;
          at = r;
        }
        out[r * inner] = best;
        index[r * inner + c] = at;
      }
    }
  }

  static void rows(const void* x, void* y, int64_t* index, int64_t rows,
                   int64_t n, bool) {
    for (int64_t r = 0; r < rows; ++r) {
      columns(static_cast<const T*>(x) + r * n, static_cast<T*>(y) + r * n,
              index + r * n, n, 1, 0, 1, false);
    }
  }
};

template <template <class, class> class Kind, class Op>
constexpr ScanFunctions functions() {
  return {
      {Kind<Op, float>::columns, Kind<Op, double>::columns,
       Kind<Op, int64_t>::columns},
      {Kind<Op, float>::rows, Kind<Op, double>::rows, Kind<Op, int64_t>::rows}};
}

constexpr ScanFunctions kFunctions[kNumScans] = {
    functions<Accumulation, ScanPlus>(),
    functions<Accumulation, ScanTimes>(),
    {{Accumulation<ScanLogPlus, float>::columns,
      Accumulation<ScanLogPlus, double>::columns, nullptr},
     {Accumulation<ScanLogPlus, float>::rows,
      Accumulation<ScanLogPlus, double>::rows, nullptr}},
    functions<Extremes, ScanLarger>(),
    functions<Extremes, ScanSmaller>(),
};

}  // namespace

const ScanFunctions* scan_functions() { return kFunctions; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
