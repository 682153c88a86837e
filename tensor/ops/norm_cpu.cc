#include "cresset/tensor/ops/norm_cpu.h"

#include <algorithm>
#include <cmath>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/cpu/norm_kernel.h"

namespace cresset::internal {
namespace {

constexpr int64_t kGrain = 1 << 14;

// Calls f(T{}) with float or double.
template <class F>
void with_type(const Tensor& x, F&& f) {
  x.dtype() == float64 ? f(double{}) : f(float{});
}

template <class F>
void for_channels(const ChannelLayout& layout, F&& f) {
  const int64_t work = std::max<int64_t>(1, layout.n * layout.inner);
  // Channels of one element per sample are done in lanes: keep them together.
  const int64_t least = layout.inner == 1 ? 64 : 1;
  parallel_for(
      0, layout.channels, std::max(least, kGrain / work),
      [&](int64_t c0, int64_t c1) {
        f(ChannelRange{layout.n, layout.channels, layout.inner, c0, c1});
      });
}

template <class T>
T* data_or_null(const Tensor& x) {
  return x.defined() ? x.data<T>() : nullptr;
}

template <class T>
constexpr bool kDouble = sizeof(T) == 8;

}  // namespace

// Picks the float64 or float32 kernel of a name by the type at hand.
#define CRESSET_NORM(name)     \
  [&] {                        \
    if constexpr (kDouble<T>)  \
      return name##_float64(); \
    else                       \
      return name##_float32(); \
  }()

void channel_moments_cpu(const ChannelLayout& layout, const Tensor& x,
                         const Tensor& mean, const Tensor& var) {
  with_type(x, [&](auto t) {
    using T = decltype(t);
    for_channels(layout, [&](const ChannelRange& range) {
      CRESSET_NORM(channel_moments)
      (range, x.data<T>(), mean.data<T>(), var.data<T>());
    });
  });
}

void channel_affine_cpu(const ChannelLayout& layout, const Tensor& x,
                        const Tensor& scale, const Tensor& shift,
                        const Tensor& y) {
  with_type(x, [&](auto t) {
    using T = decltype(t);
    for_channels(layout, [&](const ChannelRange& range) {
      CRESSET_NORM(channel_affine)
      (range, x.data<T>(), scale.data<T>(), shift.data<T>(), y.data<T>());
    });
  });
}

void channel_grad_sums_cpu(const ChannelLayout& layout, const Tensor& g,
                           const Tensor& x, const Tensor& mean,
                           const Tensor& rstd, const Tensor& sum_g,
                           const Tensor& sum_gx) {
  with_type(x, [&](auto t) {
    using T = decltype(t);
    for_channels(layout, [&](const ChannelRange& range) {
      CRESSET_NORM(channel_grad_sums)
      (range, g.data<T>(), x.data<T>(), mean.data<T>(), rstd.data<T>(),
       sum_g.data<T>(), sum_gx.data<T>());
    });
  });
}

void channel_combine_cpu(const ChannelLayout& layout, const Tensor& g,
                         const Tensor& x, const Tensor& a, const Tensor& b,
                         const Tensor& c, const Tensor& y) {
  with_type(x, [&](auto t) {
    using T = decltype(t);
    for_channels(layout, [&](const ChannelRange& range) {
      CRESSET_NORM(channel_combine)
      (range, g.data<T>(), x.data<T>(), a.data<T>(), b.data<T>(), c.data<T>(),
       y.data<T>());
    });
  });
}

void channel_fold_cpu(const ChannelFold& fold) {
  with_type(fold.mean, [&](auto t) {
    using T = decltype(t);
    const T *mean = fold.mean.data<T>(), *var = fold.var.data<T>(),
            *weight = data_or_null<T>(fold.weight),
            *bias = data_or_null<T>(fold.bias);
    T *rstd = fold.rstd.data<T>(), *scale = fold.scale.data<T>(),
      *shift = fold.shift.data<T>(),
      *running_mean = data_or_null<T>(fold.running_mean),
      *running_var = data_or_null<T>(fold.running_var);
    const T momentum = static_cast<T>(fold.momentum);
    const T unbias = static_cast<T>(fold.unbias);
    for (int64_t c = 0; c < fold.mean.numel(); ++c) {
      rstd[c] = 1 / std::sqrt(var[c] + static_cast<T>(fold.eps));
      scale[c] = weight == nullptr ? rstd[c] : rstd[c] * weight[c];
      shift[c] = (bias == nullptr ? 0 : bias[c]) - mean[c] * scale[c];
      if (running_mean != nullptr) {
        running_mean[c] = running_mean[c] * (1 - momentum) + mean[c] * momentum;
      }
      if (running_var != nullptr) {
        running_var[c] =
            running_var[c] * (1 - momentum) + var[c] * unbias * momentum;
      }
    }
  });
}

void channel_grad_fold_cpu(const ChannelGradFold& fold) {
  with_type(fold.mean, [&](auto t) {
    using T = decltype(t);
    const T *mean = fold.mean.data<T>(), *rstd = fold.rstd.data<T>(),
            *weight = data_or_null<T>(fold.weight),
            *sum_g = fold.sum_g.data<T>(), *sum_gx = fold.sum_gx.data<T>();
    T *a = fold.a.data<T>(), *b = fold.b.data<T>(), *c = fold.c.data<T>();
    const T share = static_cast<T>(-1 / fold.count);
    for (int64_t i = 0; i < fold.mean.numel(); ++i) {
      a[i] = weight == nullptr ? rstd[i] : rstd[i] * weight[i];
      b[i] = a[i] * rstd[i] * sum_gx[i] * share;
      c[i] = a[i] * sum_g[i] * share - b[i] * mean[i];
    }
  });
}

void row_norm_cpu(const Tensor& x, const Tensor& weight, const Tensor& bias,
                  double eps, const Tensor& y, const Tensor& mean,
                  const Tensor& rstd) {
  const int64_t rows = x.size(0), m = x.size(1);
  with_type(x, [&](auto t) {
    using T = decltype(t);
    const auto kernel = CRESSET_NORM(row_norm);
    const T *px = x.data<T>(), *pw = data_or_null<T>(weight),
            *pb = data_or_null<T>(bias);
    T *py = y.data<T>(), *pm = mean.data<T>(), *pr = rstd.data<T>();
    parallel_for(0, rows,
                 std::max<int64_t>(1, kGrain / std::max<int64_t>(1, m)),
                 [&](int64_t first, int64_t last) {
                   kernel(last - first, m, eps, px + first * m, pw, pb,
                          py + first * m, pm + first, pr + first);
                 });
  });
}

void row_norm_grad_cpu(const Tensor& g, const Tensor& x, const Tensor& weight,
                       const Tensor& mean, const Tensor& rstd, const Tensor& gx,
                       const Tensor& gw, const Tensor& gb) {
  const int64_t rows = x.size(0), m = x.size(1);
  with_type(x, [&](auto t) {
    using T = decltype(t);
    const T *pg = g.data<T>(), *px = x.data<T>(), *pw = data_or_null<T>(weight),
            *pm = mean.data<T>(), *pr = rstd.data<T>();
    const int64_t grain =
        std::max<int64_t>(1, kGrain / std::max<int64_t>(1, m));
    if (gx.defined()) {
      const auto kernel = CRESSET_NORM(row_norm_grad);
      T* out = gx.data<T>();
      parallel_for(0, rows, grain, [&](int64_t first, int64_t last) {
        kernel(last - first, m, pg + first * m, px + first * m, pw, pm + first,
               pr + first, out + first * m);
      });
    }
    if (!gw.defined() && !gb.defined()) return;
    // Partial sums over fixed blocks of rows, added up in order.
    const auto kernel = CRESSET_NORM(row_norm_parameter_grad);
    const int64_t block = std::max<int64_t>(grain, (rows + 15) / 16);
    const int64_t blocks = (rows + block - 1) / block;
    const Tensor parts =
        filled({std::max<int64_t>(blocks, 1), 2, m}, 0, x.dtype(), x.device());
    T* sums = parts.data<T>();
    parallel_for(0, blocks, 1, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        const int64_t row = i * block, count = std::min(block, rows - row);
        kernel(count, m, pg + row * m, px + row * m, pm + row, pr + row,
               sums + 2 * i * m, sums + (2 * i + 1) * m);
      }
    });
    for (int64_t i = 1; i < blocks; ++i) {
      for (int64_t j = 0; j < 2 * m; ++j) sums[j] += sums[2 * i * m + j];
    }
    if (gw.defined()) std::copy_n(sums, m, gw.data<T>());
    if (gb.defined()) std::copy_n(sums + m, m, gb.data<T>());
  });
}

#undef CRESSET_NORM

}  // namespace cresset::internal
