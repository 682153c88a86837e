// Sums run in sixteen lanes over pieces of at most 4096 elements and in double
// over the pieces, so that long channels lose no digits. Where a channel has
// one element per sample (inner == 1), the lanes are the channels.

#include "cresset/tensor/ops/cpu/norm_kernel.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

constexpr int kLanes = 16;
constexpr int64_t kPiece = 4096;
constexpr int64_t kChannelBlock = 64;

template <class T>
inline T fold(const T* lanes) {
  T sum = 0;
  for (int l = 0; l < kLanes / 2; ++l) sum += lanes[l] + lanes[l + kLanes / 2];
  return sum;
}

// The sum of f(i) for i in [0, n).
template <class T, class F>
inline double long_sum(int64_t n, F f) {
  double total = 0;
  for (int64_t begin = 0; begin < n; begin += kPiece) {
    const int64_t end = begin + kPiece < n ? begin + kPiece : n;
    T lanes[kLanes] = {};
    int64_t i = begin;
    for (; i + kLanes <= end; i += kLanes) {
      for (int l = 0; l < kLanes; ++l) lanes[l] += f(i + l);
    }
    T rest = 0;
    for (; i < end; ++i) rest += f(i);
    total += static_cast<double>(fold(lanes) + rest);
  }
  return total;
}

// inner == 1: adds f(row, channel) over all rows for a block of channels.
template <class F>
inline void column_sums(const ChannelRange& r, int64_t c0, int64_t c1,
                        double* sums, F f) {
  for (int64_t c = c0; c < c1; ++c) sums[c - c0] = 0;
  for (int64_t i = 0; i < r.n; ++i) {
    const int64_t row = i * r.channels;
    for (int64_t c = c0; c < c1; ++c) {
      sums[c - c0] += static_cast<double>(f(row + c, c));
    }
  }
}

template <class F>
inline void for_blocks(const ChannelRange& r, F f) {
  for (int64_t c = r.c0; c < r.c1; c += kChannelBlock) {
    f(c, c + kChannelBlock < r.c1 ? c + kChannelBlock : r.c1);
  }
}

template <class T>
void moments(const ChannelRange& r, const T* x, T* mean, T* var) {
  const double count = static_cast<double>(r.n * r.inner);
  if (r.inner == 1) {
    for_blocks(r, [&](int64_t c0, int64_t c1) {
      double sums[kChannelBlock];
      column_sums(r, c0, c1, sums, [&](int64_t at, int64_t) { return x[at]; });
      for (int64_t c = c0; c < c1; ++c) {
        mean[c] = static_cast<T>(sums[c - c0] / count);
      }
      column_sums(r, c0, c1, sums, [&](int64_t at, int64_t c) {
        const T d = x[at] - mean[c];
        return d * d;
      });
      for (int64_t c = c0; c < c1; ++c) {
        var[c] = static_cast<T>(sums[c - c0] / count);
      }
    });
    return;
  }
  for (int64_t c = r.c0; c < r.c1; ++c) {
    double sum = 0;
    for (int64_t i = 0; i < r.n; ++i) {
      const T* row = x + (i * r.channels + c) * r.inner;
      sum += long_sum<T>(r.inner, [row](int64_t j) { return row[j]; });
    }
    const T m = static_cast<T>(sum / count);
    double squares = 0;
    for (int64_t i = 0; i < r.n; ++i) {
      const T* row = x + (i * r.channels + c) * r.inner;
      squares += long_sum<T>(r.inner, [row, m](int64_t j) {
        const T d = row[j] - m;
        return d * d;
      });
    }
    mean[c] = m;
    var[c] = static_cast<T>(squares / count);
  }
}

// Calls f(place, channel, n): n elements from `place` on; channel is fixed if
// the channels' rows are long, else it runs along with the elements.
template <class Fixed, class Running>
inline void for_rows(const ChannelRange& r, Fixed fixed, Running running) {
  if (r.inner == 1) {
    for (int64_t i = 0; i < r.n; ++i) {
      running(i * r.channels + r.c0, r.c0, r.c1 - r.c0);
    }
    return;
  }
  for (int64_t i = 0; i < r.n; ++i) {
    for (int64_t c = r.c0; c < r.c1; ++c) {
      fixed((i * r.channels + c) * r.inner, c, r.inner);
    }
  }
}

template <class T>
void affine(const ChannelRange& r, const T* x, const T* scale, const T* shift,
            T* y) {
  for_rows(
      r,
      [=](int64_t at, int64_t c, int64_t n) {
        const T a = scale[c], b = shift[c];
        for (int64_t j = 0; j < n; ++j) y[at + j] = x[at + j] * a + b;
      },
      [=](int64_t at, int64_t c, int64_t n) {
        for (int64_t j = 0; j < n; ++j) {
          y[at + j] = x[at + j] * scale[c + j] + shift[c + j];
        }
      });
}

template <class T>
void grad_sums(const ChannelRange& r, const T* g, const T* x, const T* mean,
               const T* rstd, T* sum_g, T* sum_gx) {
  if (r.inner == 1) {
    for_blocks(r, [&](int64_t c0, int64_t c1) {
      double sums[kChannelBlock];
      column_sums(r, c0, c1, sums, [&](int64_t at, int64_t) { return g[at]; });
      for (int64_t c = c0; c < c1; ++c) {
        sum_g[c] = static_cast<T>(sums[c - c0]);
      }
      column_sums(r, c0, c1, sums, [&](int64_t at, int64_t c) {
        return g[at] * (x[at] - mean[c]) * rstd[c];
      });
      for (int64_t c = c0; c < c1; ++c) {
        sum_gx[c] = static_cast<T>(sums[c - c0]);
      }
    });
    return;
  }
  for (int64_t c = r.c0; c < r.c1; ++c) {
    double plain = 0, weighted = 0;
    const T m = mean[c];
    for (int64_t i = 0; i < r.n; ++i) {
      const int64_t at = (i * r.channels + c) * r.inner;
      const T *gr = g + at, *xr = x + at;
      plain += long_sum<T>(r.inner, [gr](int64_t j) { return gr[j]; });
      weighted += long_sum<T>(
          r.inner, [gr, xr, m](int64_t j) { return gr[j] * (xr[j] - m); });
    }
    sum_g[c] = static_cast<T>(plain);
    sum_gx[c] = static_cast<T>(weighted * static_cast<double>(rstd[c]));
  }
}

template <class T>
void combine(const ChannelRange& r, const T* g, const T* x, const T* a,
             const T* b, const T* c, T* y) {
  for_rows(
      r,
      [=](int64_t at, int64_t k, int64_t n) {
        const T ka = a[k], kb = b[k], kc = c[k];
        for (int64_t j = 0; j < n; ++j) {
          y[at + j] = g[at + j] * ka + (x[at + j] * kb + kc);
        }
      },
      [=](int64_t at, int64_t k, int64_t n) {
        for (int64_t j = 0; j < n; ++j) {
          y[at + j] = g[at + j] * a[k + j] + (x[at + j] * b[k + j] + c[k + j]);
        }
      });
}

template <class T>
void row_norm(int64_t rows, int64_t m, double eps, const T* x, const T* weight,
              const T* bias, T* y, T* mean, T* rstd) {
  for (int64_t i = 0; i < rows; ++i) {
    const T* row = x + i * m;
    T* out = y + i * m;
    const T center =
        static_cast<T>(long_sum<T>(m, [row](int64_t j) { return row[j]; }) /
                       static_cast<double>(m));
    const double var = long_sum<T>(m,
                                   [row, center](int64_t j) {
                                     const T d = row[j] - center;
                                     return d * d;
                                   }) /
                       static_cast<double>(m);
    const T scale = static_cast<T>(1.0 / __builtin_sqrt(var + eps));
    mean[i] = center;
    rstd[i] = scale;
    if (weight != nullptr && bias != nullptr) {
      for (int64_t j = 0; j < m; ++j) {
        out[j] = (row[j] - center) * scale * weight[j] + bias[j];
      }
    } else if (weight != nullptr) {
      for (int64_t j = 0; j < m; ++j) {
        out[j] = (row[j] - center) * scale * weight[j];
      }
    } else {
      for (int64_t j = 0; j < m; ++j) out[j] = (row[j] - center) * scale;
      if (bias != nullptr) {
        for (int64_t j = 0; j < m; ++j) out[j] += bias[j];
      }
    }
  }
}

template <class T>
void row_norm_grad(int64_t rows, int64_t m, const T* g, const T* x,
                   const T* weight, const T* mean, const T* rstd, T* gx) {
  for (int64_t i = 0; i < rows; ++i) {
    const T *gr = g + i * m, *xr = x + i * m;
    T* out = gx + i * m;
    const T center = mean[i], scale = rstd[i];
    double plain, weighted;
    if (weight != nullptr) {
      plain = long_sum<T>(m, [=](int64_t j) { return gr[j] * weight[j]; });
      weighted = long_sum<T>(
          m, [=](int64_t j) { return gr[j] * weight[j] * (xr[j] - center); });
    } else {
      plain = long_sum<T>(m, [=](int64_t j) { return gr[j]; });
      weighted =
          long_sum<T>(m, [=](int64_t j) { return gr[j] * (xr[j] - center); });
    }
    const auto s = static_cast<double>(scale), count = static_cast<double>(m);
    // gx = scale (g w - mean(g w) - xhat mean(g w xhat))
    const T b = static_cast<T>(-s * s * s * weighted / count);
    const T c = static_cast<T>(-s * plain / count) - b * center;
    if (weight != nullptr) {
      for (int64_t j = 0; j < m; ++j) {
        out[j] = gr[j] * weight[j] * scale + (xr[j] * b + c);
      }
    } else {
      for (int64_t j = 0; j < m; ++j) out[j] = gr[j] * scale + (xr[j] * b + c);
    }
  }
}

template <class T>
void row_norm_parameter_grad(int64_t rows, int64_t m, const T* g, const T* x,
                             const T* mean, const T* rstd, T* gw, T* gb) {
  for (int64_t i = 0; i < rows; ++i) {
    const T *gr = g + i * m, *xr = x + i * m;
    const T center = mean[i], scale = rstd[i];
    for (int64_t j = 0; j < m; ++j) {
      gw[j] += gr[j] * (xr[j] - center) * scale;
      gb[j] += gr[j];
    }
  }
}

}  // namespace

#define CRESSET_NORM_KERNELS(suffix, T)                                        \
  void channel_moments_##suffix(const ChannelRange& range, const T* x,         \
                                T* mean, T* var) {                             \
    moments(range, x, mean, var);                                              \
  }                                                                            \
  void channel_affine_##suffix(const ChannelRange& range, const T* x,          \
                               const T* scale, const T* shift, T* y) {         \
    affine(range, x, scale, shift, y);                                         \
  }                                                                            \
  void channel_grad_sums_##suffix(const ChannelRange& range, const T* g,       \
                                  const T* x, const T* mean, const T* rstd,    \
                                  T* sum_g, T* sum_gx) {                       \
    grad_sums(range, g, x, mean, rstd, sum_g, sum_gx);                         \
  }                                                                            \
  void channel_combine_##suffix(const ChannelRange& range, const T* g,         \
                                const T* x, const T* a, const T* b,            \
                                const T* c, T* y) {                            \
    combine(range, g, x, a, b, c, y);                                          \
  }                                                                            \
  void row_norm_##suffix(int64_t rows, int64_t m, double eps, const T* x,      \
                         const T* weight, const T* bias, T* y, T* mean,        \
                         T* rstd) {                                            \
    row_norm(rows, m, eps, x, weight, bias, y, mean, rstd);                    \
  }                                                                            \
  void row_norm_grad_##suffix(int64_t rows, int64_t m, const T* g, const T* x, \
                              const T* weight, const T* mean, const T* rstd,   \
                              T* gx) {                                         \
    row_norm_grad(rows, m, g, x, weight, mean, rstd, gx);                      \
  }                                                                            \
  void row_norm_parameter_grad_##suffix(int64_t rows, int64_t m, const T* g,   \
                                        const T* x, const T* mean,             \
                                        const T* rstd, T* gw, T* gb) {         \
    row_norm_parameter_grad(rows, m, g, x, mean, rstd, gw, gb);                \
  }

CRESSET_NORM_KERNELS(float32, float)
CRESSET_NORM_KERNELS(float64, double)

#undef CRESSET_NORM_KERNELS

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
