// What a batch norm does with its statistics: the small tables of each channel
// and the pass over the elements, 16 bytes a thread.

#include "cresset/cuda/ops/channels.cuh"
#include "cresset/cuda/ops/pack.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/norm.h"

namespace cresset::internal::cuda {
namespace {

template <class T, class V = Compute<T>>
__global__ void channel_affine(Channels all, bool aligned, const T* x,
                               const V* scale, const V* shift, T* y) {
  const int64_t first = global_index() * kPack<T>;
  if (first >= all.count) return;
  V v[kPack<T>];
  load_pack(x, first, all.count, aligned, V(0), v);
  int64_t channel, column;
  all.locate(first, channel, column);
#pragma unroll
  for (int j = 0; j < kPack<T>; ++j) {
    v[j] = v[j] * scale[channel] + shift[channel];
    all.next(channel, column);
  }
  store_pack(y, first, all.count, aligned, v);
}

template <class T, class V = Compute<T>>
__global__ void channel_combine(Channels all, bool aligned, const T* g,
                                const T* x, const V* a, const V* b, const V* c,
                                T* y) {
  const int64_t first = global_index() * kPack<T>;
  if (first >= all.count) return;
  V u[kPack<T>], v[kPack<T>];
  load_pack(g, first, all.count, aligned, V(0), u);
  load_pack(x, first, all.count, aligned, V(0), v);
  int64_t channel, column;
  all.locate(first, channel, column);
#pragma unroll
  for (int j = 0; j < kPack<T>; ++j) {
    v[j] = u[j] * a[channel] + (v[j] * b[channel] + c[channel]);
    all.next(channel, column);
  }
  store_pack(y, first, all.count, aligned, v);
}

template <class V>
struct Fold {
  int64_t channels;
  V eps, momentum, unbias;
  const V *mean, *var, *weight, *bias;
  V *running_mean, *running_var, *rstd, *scale, *shift;
};

template <class V>
__global__ void channel_fold(Fold<V> f) {
  const int64_t c = global_index();
  if (c >= f.channels) return;
  const V mean = f.mean[c], var = f.var[c];
  const V rstd =
      1 / (sizeof(V) == 8 ? static_cast<V>(CRESSET_LIBM(sqrt)(var + f.eps))
                          : static_cast<V>(CRESSET_LIBM(sqrtf)(
                                static_cast<float>(var + f.eps))));
  const V scale = f.weight == nullptr ? rstd : rstd * f.weight[c];
  f.rstd[c] = rstd;
  f.scale[c] = scale;
  f.shift[c] = (f.bias == nullptr ? 0 : f.bias[c]) - mean * scale;
  if (f.running_mean != nullptr) {
    f.running_mean[c] =
        f.running_mean[c] * (1 - f.momentum) + mean * f.momentum;
  }
  if (f.running_var != nullptr) {
    f.running_var[c] =
        f.running_var[c] * (1 - f.momentum) + var * f.unbias * f.momentum;
  }
}

template <class V>
struct GradFold {
  int64_t channels;
  V share;
  const V *mean, *rstd, *weight, *sum_g, *sum_gx;
  V *a, *b, *c;
};

template <class V>
__global__ void channel_grad_fold(GradFold<V> f) {
  const int64_t i = global_index();
  if (i >= f.channels) return;
  const V rstd = f.rstd[i];
  const V a = f.weight == nullptr ? rstd : rstd * f.weight[i];
  const V b = a * rstd * f.sum_gx[i] * f.share;
  f.a[i] = a;
  f.b[i] = b;
  f.c[i] = a * f.sum_g[i] * f.share - b * f.mean[i];
}

template <class T>
T* data_or_null(const Tensor& x) {
  return x.defined() ? x.data<T>() : nullptr;
}

void channel_affine_cuda(const ChannelLayout& layout, const Tensor& x,
                         const Tensor& scale, const Tensor& shift,
                         const Tensor& y) {
  visit_floating(x.dtype(), [&](auto t) {
    using T = decltype(t);
    using V = Compute<T>;
    const bool aligned =
        is_pack_aligned(x.raw_data()) && is_pack_aligned(y.raw_data());
    launch(x.device(), one_thread_each((x.numel() + kPack<T> - 1) / kPack<T>),
           channel_affine<T>, Channels(layout), aligned, x.data<T>(),
           scale.data<V>(), shift.data<V>(), y.data<T>());
  });
}

void channel_combine_cuda(const ChannelLayout& layout, const Tensor& g,
                          const Tensor& x, const Tensor& a, const Tensor& b,
                          const Tensor& c, const Tensor& y) {
  visit_floating(x.dtype(), [&](auto t) {
    using T = decltype(t);
    using V = Compute<T>;
    const bool aligned = is_pack_aligned(g.raw_data()) &&
                         is_pack_aligned(x.raw_data()) &&
                         is_pack_aligned(y.raw_data());
    launch(x.device(), one_thread_each((x.numel() + kPack<T> - 1) / kPack<T>),
           channel_combine<T>, Channels(layout), aligned, g.data<T>(),
           x.data<T>(), a.data<V>(), b.data<V>(), c.data<V>(), y.data<T>());
  });
}

void channel_fold_cuda(const ChannelFold& fold) {
  const auto run = [&](auto v) {
    using V = decltype(v);
    const int64_t channels = fold.mean.numel();
    const Fold<V> f{channels,
                    static_cast<V>(fold.eps),
                    static_cast<V>(fold.momentum),
                    static_cast<V>(fold.unbias),
                    fold.mean.data<V>(),
                    fold.var.data<V>(),
                    data_or_null<V>(fold.weight),
                    data_or_null<V>(fold.bias),
                    data_or_null<V>(fold.running_mean),
                    data_or_null<V>(fold.running_var),
                    fold.rstd.data<V>(),
                    fold.scale.data<V>(),
                    fold.shift.data<V>()};
    launch(fold.mean.device(), one_thread_each(channels, 128), channel_fold<V>,
           f);
  };
  fold.mean.dtype() == float64 ? run(double{}) : run(float{});
}

void channel_grad_fold_cuda(const ChannelGradFold& fold) {
  const auto run = [&](auto v) {
    using V = decltype(v);
    const int64_t channels = fold.mean.numel();
    const GradFold<V> f{channels,
                        static_cast<V>(-1 / fold.count),
                        fold.mean.data<V>(),
                        fold.rstd.data<V>(),
                        data_or_null<V>(fold.weight),
                        fold.sum_g.data<V>(),
                        fold.sum_gx.data<V>(),
                        fold.a.data<V>(),
                        fold.b.data<V>(),
                        fold.c.data<V>()};
    launch(fold.mean.device(), one_thread_each(channels, 128),
           channel_grad_fold<V>, f);
  };
  fold.mean.dtype() == float64 ? run(double{}) : run(float{});
}

const ChannelAffineKernel::Entry affine_on_cuda{
    channel_affine_kernel, DeviceType::kCuda, channel_affine_cuda};
const ChannelCombineKernel::Entry combine_on_cuda{
    channel_combine_kernel, DeviceType::kCuda, channel_combine_cuda};
const ChannelFoldKernel::Entry fold_on_cuda{
    channel_fold_kernel, DeviceType::kCuda, channel_fold_cuda};
const ChannelGradFoldKernel::Entry grad_fold_on_cuda{
    channel_grad_fold_kernel, DeviceType::kCuda, channel_grad_fold_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
