#include "cresset/tensor/ops/cpu/softmax_kernel.h"

#include "cresset/tensor/ops/cpu/lanes.h"
#include "cresset/tensor/ops/math.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

template <class T>
CRESSET_HD T larger(T a, T b) {
  const T top = a > b ? a : b;
  return a != a ? a : top;
}

template <class T>
T row_max(const T* x, int64_t n) {
  return reduce_block(
      x, n, [](T v) { return v; }, [](T a, T b) { return larger(a, b); });
}

template <class T>
T row_sum(const T* x, int64_t n) {
  return reduce_block(
      x, n, [](T v) { return v; }, [](T a, T b) { return a + b; });
}

// The sum of exp(x - top).
template <class T>
T exp_sum(const T* x, int64_t n, T top) {
  return reduce_block(
      x, n, [top](T v) { return math::exp(v - top); },
      [](T a, T b) { return a + b; });
}

template <class T>
struct Softmax {
  static void row(const T* x, T* __restrict y, int64_t n, bool log) {
    const T top = row_max(x, n);
    if (log) {
      const T shift = top + math::log(exp_sum(x, n, top));
      for (int64_t i = 0; i < n; ++i) y[i] = x[i] - shift;
      return;
    }
    T sum = 0;
    for (int64_t i = 0; i < n; i += kBlock) {
      const int64_t m = n - i < kBlock ? n - i : kBlock;
      for (int64_t k = i; k < i + m; ++k) y[k] = math::exp(x[k] - top);
      sum += row_sum(y + i, m);
    }
    const T scale = 1 / sum;
    for (int64_t i = 0; i < n; ++i) y[i] *= scale;
  }

  // Columns side by side: `width` of them, n rows that lie `inner` apart.
  static constexpr int64_t kTile = 256;

  static void tile(const T* x, T* y, int64_t n, int64_t inner, int64_t width,
                   bool log) {
    T top[kTile], sum[kTile];
    for (int64_t c = 0; c < width; ++c) {
      top[c] = x[c];
      sum[c] = 0;
    }
    for (int64_t r = 1; r < n; ++r) {
      const T* in = x + r * inner;
      for (int64_t c = 0; c < width; ++c) top[c] = larger(top[c], in[c]);
    }
    for (int64_t r = 0; r < n; ++r) {
      const T* in = x + r * inner;
      T* out = y + r * inner;
      for (int64_t c = 0; c < width; ++c) {
        const T e = math::exp(in[c] - top[c]);
        out[c] = e;
        sum[c] += e;
      }
    }
    for (int64_t c = 0; c < width; ++c) {
      sum[c] = log ? top[c] + math::log(sum[c]) : 1 / sum[c];
    }
    for (int64_t r = 0; r < n; ++r) {
      const T* in = x + r * inner;
      T* out = y + r * inner;
      if (log) {
        for (int64_t c = 0; c < width; ++c) out[c] = in[c] - sum[c];
      } else {
        for (int64_t c = 0; c < width; ++c) out[c] *= sum[c];
      }
    }
  }

  static void forward(const void* x, void* y, int64_t outer, int64_t n,
                      int64_t inner, bool log) {
    const T* in = static_cast<const T*>(x);
    T* out = static_cast<T*>(y);
    for (int64_t o = 0; o < outer; ++o, in += n * inner, out += n * inner) {
      if (inner == 1) {
        row(in, out, n, log);
        continue;
      }
      for (int64_t c = 0; c < inner; c += kTile) {
        const int64_t width = inner - c < kTile ? inner - c : kTile;
        tile(in + c, out + c, n, inner, width, log);
      }
    }
  }

  static void row_grad(const T* g, const T* y, T* __restrict gx, int64_t n,
                       bool log) {
    if (log) {
      const T total = row_sum(g, n);
      for (int64_t i = 0; i < n; ++i) gx[i] = g[i] - math::exp(y[i]) * total;
      return;
    }
    T dot = 0;
    for (int64_t i = 0; i < n; i += kBlock) {
      const int64_t m = n - i < kBlock ? n - i : kBlock;
      for (int64_t k = i; k < i + m; ++k) gx[k] = g[k] * y[k];
      dot += row_sum(gx + i, m);
    }
    for (int64_t i = 0; i < n; ++i) gx[i] -= y[i] * dot;
  }

  static void tile_grad(const T* g, const T* y, T* gx, int64_t n, int64_t inner,
                        int64_t width, bool log) {
    T sum[kTile];
    for (int64_t c = 0; c < width; ++c) sum[c] = 0;
    for (int64_t r = 0; r < n; ++r) {
      const T* a = g + r * inner;
      const T* b = y + r * inner;
      if (log) {
        for (int64_t c = 0; c < width; ++c) sum[c] += a[c];
      } else {
        for (int64_t c = 0; c < width; ++c) sum[c] += a[c] * b[c];
      }
    }
    for (int64_t r = 0; r < n; ++r) {
      const T* a = g + r * inner;
      const T* b = y + r * inner;
      T* out = gx + r * inner;
      if (log) {
        for (int64_t c = 0; c < width; ++c) {
          out[c] = a[c] - math::exp(b[c]) * sum[c];
        }
      } else {
        for (int64_t c = 0; c < width; ++c) out[c] = b[c] * (a[c] - sum[c]);
      }
    }
  }

  static void backward(const void* g, const void* y, void* gx, int64_t outer,
                       int64_t n, int64_t inner, bool log) {
    const T* a = static_cast<const T*>(g);
    const T* b = static_cast<const T*>(y);
    T* out = static_cast<T*>(gx);
    const int64_t block = n * inner;
    for (int64_t o = 0; o < outer; ++o, a += block, b += block, out += block) {
      if (inner == 1) {
        row_grad(a, b, out, n, log);
        continue;
      }
      for (int64_t c = 0; c < inner; c += kTile) {
        const int64_t width = inner - c < kTile ? inner - c : kTile;
        tile_grad(a + c, b + c, out + c, n, inner, width, log);
      }
    }
  }

  static void cross_entropy(const CrossEntropyRows& call, const void* x,
                            void* loss, void* log_sum) {
    const int64_t n = call.n;
    const T share = static_cast<T>(call.smoothing);
    T* losses = static_cast<T*>(loss);
    T* logs = static_cast<T*>(log_sum);
    for (int64_t r = 0; r < call.rows; ++r) {
      const T* in = static_cast<const T*>(x) + r * n;
      if (call.target[r] == call.ignored) {
        losses[r] = 0;
        logs[r] = 0;
        continue;
      }
      const T top = row_max(in, n);
      const T shift = top + math::log(exp_sum(in, n, top));
      logs[r] = shift;
      losses[r] = shift - in[call.target[r]];
      if (share != 0) {
        const T even = shift - row_sum(in, n) / static_cast<T>(n);
        losses[r] = (1 - share) * losses[r] + share * even;
      }
    }
  }

  static void cross_entropy_grad(const CrossEntropyRows& call, const void* x,
                                 const void* log_sum, const void* g,
                                 int64_t g_stride, void* gx) {
    const int64_t n = call.n;
    const T smoothing = static_cast<T>(call.smoothing);
    const T share = smoothing / static_cast<T>(n);
    const T* factor = static_cast<const T*>(g);
    const T* logs = static_cast<const T*>(log_sum);
    for (int64_t r = 0; r < call.rows; ++r) {
      const T* in = static_cast<const T*>(x) + r * n;
      T* __restrict out = static_cast<T*>(gx) + r * n;
      if (call.target[r] == call.ignored) {
        for (int64_t i = 0; i < n; ++i) out[i] = 0;
        continue;
      }
      const T scale = factor[r * g_stride];
      const T shift = logs[r];
      for (int64_t i = 0; i < n; ++i) {
        out[i] = (math::exp(in[i] - shift) - share) * scale;
      }
      out[call.target[r]] -= (1 - smoothing) * scale;
    }
  }

  static constexpr SoftmaxFunctions kFunctions = {
      forward, backward, cross_entropy, cross_entropy_grad};
};

constexpr SoftmaxFunctions kFunctions[] = {Softmax<float>::kFunctions,
                                           Softmax<double>::kFunctions};

}  // namespace

const SoftmaxFunctions* softmax_functions() { return kFunctions; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
