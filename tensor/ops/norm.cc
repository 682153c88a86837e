#include "cresset/tensor/ops/norm.h"

#include <utility>
#include <vector>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/norm_cpu.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {

constinit ChannelMomentsKernel channel_moments_kernel{"batch_norm",
                                                      channel_moments_cpu};
constinit ChannelAffineKernel channel_affine_kernel{"batch_norm",
                                                    channel_affine_cpu};
constinit ChannelGradSumsKernel channel_grad_sums_kernel{"batch_norm",
                                                         channel_grad_sums_cpu};
constinit ChannelCombineKernel channel_combine_kernel{"batch_norm",
                                                      channel_combine_cpu};
constinit ChannelFoldKernel channel_fold_kernel{"batch_norm", channel_fold_cpu};
constinit ChannelGradFoldKernel channel_grad_fold_kernel{"batch_norm",
                                                         channel_grad_fold_cpu};
constinit RowNormKernel row_norm_kernel{"layer_norm", row_norm_cpu};
constinit RowNormGradKernel row_norm_grad_kernel{"layer_norm",
                                                 row_norm_grad_cpu};

namespace {

// The type of statistics, and x brought to a type without history.
Dtype wide_type(const Tensor& x) {
  return x.dtype() == float64 ? float64 : float32;
}

Tensor widened(const Tensor& x, Dtype dtype) {
  if (!x.defined()) return Tensor();
  return x.detach().to(dtype).contiguous();
}

void check_floating(const Tensor& x, const char* op) {
  CRESSET_CHECK(is_floating(x.dtype()), kDtype, op,
                ": a floating input is needed; got ", x.dtype());
}

void check_channels(const Tensor& p, int64_t channels, const char* op,
                    const char* name) {
  CRESSET_CHECK(!p.defined() || (p.dim() == 1 && p.size(0) == channels), kShape,
                op, ": ", name, " should contain ", channels, " elements; got ",
                p.defined() ? to_string(p.sizes()) : "none");
}

ChannelLayout layout_of(const Tensor& x) {
  ChannelLayout layout{x.size(0), x.size(1), 1};
  for (int64_t d = 2; d < x.dim(); ++d) layout.inner *= x.size(d);
  return layout;
}

// [C] as a factor of [N, C, ...].
Tensor per_channel(const Tensor& p, int64_t rank) {
  Shape shape(static_cast<size_t>(rank), 1);
  shape[1] = p.size(0);
  return reshape(p, shape);
}

Shape all_but_channels(int64_t rank) {
  Shape dims;
  for (int64_t d = 0; d < rank; ++d) {
    if (d != 1) dims.push_back(d);
  }
  return dims;
}

// What the gradient needs of each channel.
struct ChannelStatistics {
  Tensor mean, rstd;
};

// Takes over what a kernel made of a running statistic: nothing to copy if it
// changed the statistic itself.
void write_back(const Tensor& running, const Tensor& changed) {
  if (!running.defined()) return;
  if (changed.storage() != running.storage()) copy_elements(changed, running);
  bump_version(running);
}

// The gradients as differentiable expressions, for create_graph.
void batch_norm_grads_by_ops(const Tensor& g, const Tensor& x, const Tensor& w,
                             const ChannelStatistics& fixed, bool training,
                             double eps, Grads& grads) {
  const int64_t rank = x.dim();
  const Shape dims = all_but_channels(rank);
  Tensor mean = fixed.mean, rstd = fixed.rstd;
  if (training) {
    mean = cresset::mean(x, dims);
    const Tensor centered = sub(x, per_channel(mean, rank));
    rstd = rsqrt(add(cresset::mean(mul(centered, centered), dims), eps));
  } else {
    mean = mean.to(x.dtype());
    rstd = rstd.to(x.dtype());
  }
  const Tensor xhat =
      mul(sub(x, per_channel(mean, rank)), per_channel(rstd, rank));
  if (grads.needs(0)) {
    Tensor gw = w.defined() ? mul(g, per_channel(w, rank)) : g;
    if (training) {
      const Tensor mean_g = per_channel(cresset::mean(gw, dims), rank);
      const Tensor mean_gx =
          per_channel(cresset::mean(mul(gw, xhat), dims), rank);
      gw = sub(sub(gw, mean_g), mul(xhat, mean_gx));
    }
    grads[0] = mul(gw, per_channel(rstd, rank)).to(x.dtype());
  }
  if (grads.needs(1)) grads[1] = sum(mul(g, xhat), dims).to(w.dtype());
  if (grads.needs(2)) grads[2] = sum(g, dims);
}

// The same by kernels.
void batch_norm_grads(const Tensor& g_in, const Tensor& x_in, const Tensor& w,
                      const ChannelStatistics& stats, bool training,
                      Grads& grads) {
  const ChannelLayout layout = layout_of(x_in);
  const Dtype dtype = wide_type(x_in);
  const Dtype stored = kernel_type(x_in, "batch_norm");
  const Tensor g = widened(g_in, stored), x = widened(x_in, stored);
  const Tensor mean = widened(stats.mean, dtype);
  const Tensor rstd = widened(stats.rstd, dtype);
  const Tensor sum_g = make_empty({layout.channels}, dtype, x.device());
  const Tensor sum_gx = make_empty({layout.channels}, dtype, x.device());
  if (training || grads.needs(1) || grads.needs(2)) {
    channel_grad_sums_kernel(x.device(), layout, g, x, mean, rstd, sum_g,
                             sum_gx);
  }
  if (grads.needs(0)) {
    Tensor y = make_empty(x.sizes(), stored, x.device());
    if (training) {
      ChannelGradFold fold{static_cast<double>(layout.n * layout.inner),
                           mean,
                           rstd,
                           widened(w, dtype),
                           sum_g,
                           sum_gx,
                           make_empty({layout.channels}, dtype, x.device()),
                           make_empty({layout.channels}, dtype, x.device()),
                           make_empty({layout.channels}, dtype, x.device())};
      channel_grad_fold_kernel(x.device(), fold);
      channel_combine_kernel(x.device(), layout, g, x, fold.a, fold.b, fold.c,
                             y);
    } else {
      const Tensor scale = w.defined() ? mul(rstd, widened(w, dtype)) : rstd;
      channel_affine_kernel(x.device(), layout, g, scale,
                            filled({layout.channels}, 0, dtype, x.device()), y);
    }
    grads[0] = y.to(x_in.dtype());
  }
  if (grads.needs(1)) grads[1] = sum_gx.to(w.dtype());
  if (grads.needs(2)) grads[2] = sum_g.to(w.defined() ? w.dtype() : dtype);
}

Tensor flat_rows(const Tensor& x, int64_t m) {
  return alias(x, {x.numel() / std::max<int64_t>(m, 1), m}, {m, 1},
               x.storage_offset());
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor batch_norm(const Tensor& x, const Tensor& running_mean,
                  const Tensor& running_var, const Tensor& weight,
                  const Tensor& bias, const BatchNormOptions& options) {
  check_floating(x, "batch_norm");
  if (x.numel() == 0) {
    Tensor y = mul(x, 1);
    if (weight.defined() && weight.numel() > 0)
      y = mul(y, select(weight, 0, 0));
    if (bias.defined() && bias.numel() > 0) y = add(y, select(bias, 0, 0));
    return y;
  }
  CRESSET_CHECK(x.dim() >= 2, kShape,
                "batch_norm: the input needs a channel dimension [N, C, ...]; "
                "got ",
                x.sizes());
  const ChannelLayout layout = layout_of(x);
  check_channels(running_mean, layout.channels, "batch_norm", "running_mean");
  check_channels(running_var, layout.channels, "batch_norm", "running_var");
  check_channels(weight, layout.channels, "batch_norm", "weight");
  check_channels(bias, layout.channels, "batch_norm", "bias");
  const bool training = options.training || !running_mean.defined();
  const int64_t count = layout.n * layout.inner;
  CRESSET_CHECK(!training || count > 1, kShape,
                "batch_norm: Expected more than 1 value per channel when "
                "training, got input size ",
                x.sizes());
  const Dtype dtype = wide_type(x);
  const Tensor wide = widened(x, kernel_type(x, "batch_norm"));
  const auto per_channel_empty = [&] {
    return make_empty({layout.channels}, dtype, x.device());
  };
  ChannelFold fold{.eps = options.eps,
                   .momentum = options.momentum,
                   .unbias = 1,
                   .mean = {},
                   .var = {},
                   .weight = widened(weight, dtype),
                   .bias = widened(bias, dtype),
                   .running_mean = {},
                   .running_var = {},
                   .rstd = per_channel_empty(),
                   .scale = per_channel_empty(),
                   .shift = per_channel_empty()};
  if (training) {
    fold.mean = per_channel_empty();
    fold.var = per_channel_empty();
    channel_moments_kernel(x.device(), layout, wide, fold.mean, fold.var);
    if (options.training) {
      fold.unbias = static_cast<double>(count) / static_cast<double>(count - 1);
      fold.running_mean = widened(running_mean, dtype);
      fold.running_var = widened(running_var, dtype);
    }
  } else {
    fold.mean = widened(running_mean, dtype);
    fold.var = widened(running_var, dtype);
  }
  channel_fold_kernel(x.device(), fold);
  if (options.training) {
    write_back(running_mean, fold.running_mean);
    write_back(running_var, fold.running_var);
  }
  Tensor y = make_empty(x.sizes(), wide.dtype(), x.device());
  channel_affine_kernel(x.device(), layout, wide, fold.scale, fold.shift, y);
  y = y.to(x.dtype());
  if (!any_wants_grad(TensorRefs{x, weight, bias})) return y;
  // The running mean may have moved on by the time of the gradient.
  const ChannelStatistics stats{training ? fold.mean : fold.mean.clone(),
                                fold.rstd};
  return with_grad("NativeBatchNormBackward", std::move(y), {x, weight, bias},
                   [x = keep(x), w = keep(weight), stats, training,
                    eps = options.eps](const Tensor& g, Grads& grads) {
                     if (recording()) {
                       batch_norm_grads_by_ops(g, x(), w(), stats, training,
                                               eps, grads);
                     } else {
                       batch_norm_grads(g, x(), w(), stats, training, grads);
                     }
                   });
}

Tensor layer_norm(const Tensor& x, IntSpan normalized_shape,
                  const Tensor& weight, const Tensor& bias, double eps) {
  if (autocast_raises_on_cuda(x, weight, bias)) {
    return layer_norm(raised(x), normalized_shape, raised(weight), raised(bias),
                      eps);
  }
  check_floating(x, "layer_norm");
  const size_t n = normalized_shape.size();
  const IntSpan sizes = x.sizes();
  CRESSET_CHECK(n >= 1 && sizes.size() >= n &&
                    IntSpan(sizes.end() - n, n) == normalized_shape,
                kShape, "layer_norm: given normalized_shape=", normalized_shape,
                ", expected input with shape [*, ...] ending in it; got ",
                sizes);
  for (const Tensor* p : {&weight, &bias}) {
    CRESSET_CHECK(!p->defined() || p->sizes() == normalized_shape, kShape,
                  "layer_norm: weight and bias must have the shape ",
                  normalized_shape, "; got ",
                  p->defined() ? to_string(p->sizes()) : "none");
  }
  const Dtype dtype = wide_type(x), stored = kernel_type(x, "layer_norm");
  const int64_t m = numel_of(normalized_shape);
  const Tensor wide = widened(x, stored);
  const int64_t rows = m == 0 ? 0 : x.numel() / m;
  Tensor y = make_empty(sizes, stored, x.device());
  const Tensor mean = make_empty({rows}, dtype, x.device());
  const Tensor rstd = make_empty({rows}, dtype, x.device());
  if (y.numel() != 0) {
    row_norm_kernel(x.device(), flat_rows(wide, m), widened(weight, dtype),
                    widened(bias, dtype), eps, flat_rows(y, m), mean, rstd);
  }
  y = y.detach().to(x.dtype());
  if (!any_wants_grad(TensorRefs{x, weight, bias})) return y;
  return with_grad(
      "NativeLayerNormBackward", std::move(y), {x, weight, bias},
      [x = keep(x), w = keep(weight), b = keep(bias), mean, rstd, eps, m, n,
       dtype, stored](const Tensor& g, Grads& grads) {
        const Tensor input = x(), scale = w();
        if (recording()) {
          Shape last, rest;
          for (int64_t d = 0; d < input.dim(); ++d) {
            (d < input.dim() - static_cast<int64_t>(n) ? rest : last)
                .push_back(d);
          }
          const Tensor centered = sub(input, cresset::mean(input, last, true));
          const Tensor r = rsqrt(
              add(cresset::mean(mul(centered, centered), last, true), eps));
          const Tensor xhat = mul(centered, r);
          if (grads.needs(0)) {
            const Tensor gw = scale.defined() ? mul(g, scale) : g;
            grads[0] = mul(
                r, sub(sub(gw, cresset::mean(gw, last, true)),
                       mul(xhat, cresset::mean(mul(gw, xhat), last, true))));
          }
          const auto over_rows = [&](const Tensor& z) {
            return rest.empty() ? z : sum(z, rest);
          };
          if (grads.needs(1)) grads[1] = over_rows(mul(g, xhat));
          if (grads.needs(2)) grads[2] = over_rows(g);
          return;
        }
        const Tensor wide_g = widened(g, stored);
        const Tensor wide_x = widened(input, stored);
        const bool empty = wide_x.numel() == 0;  // then the kernel is not run
        const auto wanted = [&](size_t i, const Tensor& like, Dtype type) {
          if (!grads.needs(i)) return Tensor();
          return empty ? filled(like.sizes(), 0, type, input.device())
                       : make_empty(like.sizes(), type, input.device());
        };
        const Tensor gx = wanted(0, input, stored);
        const Tensor gw = wanted(1, scale, dtype), gb = wanted(2, b(), dtype);
        if (!empty) {
          row_norm_grad_kernel(
              input.device(), flat_rows(wide_g, m), flat_rows(wide_x, m),
              widened(scale, dtype), mean, rstd,
              gx.defined() ? flat_rows(gx, m) : Tensor(), gw, gb);
        }
        if (grads.needs(0)) grads[0] = gx.to(input.dtype());
        if (grads.needs(1)) grads[1] = gw.to(scale.dtype());
        if (grads.needs(2)) grads[2] = gb.to(b().dtype());
      });
}

Tensor group_norm(const Tensor& x, int64_t num_groups, const Tensor& weight,
                  const Tensor& bias, double eps) {
  if (autocast_raises_on_cuda(x, weight, bias)) {
    return group_norm(raised(x), num_groups, raised(weight), raised(bias), eps);
  }
  check_floating(x, "group_norm");
  CRESSET_CHECK(x.dim() >= 2 && num_groups > 0 && x.size(1) % num_groups == 0,
                kShape,
                "group_norm: the number of channels must be divisible "
                "by num_groups = ",
                num_groups, "; got ", x.sizes());
  check_channels(weight, x.size(1), "group_norm", "weight");
  check_channels(bias, x.size(1), "group_norm", "bias");
  const int64_t rows = x.size(0) * num_groups;
  const int64_t m = rows == 0 ? 0 : x.numel() / rows;
  Tensor y = m == 0 ? mul(x, 1)
                    : reshape(layer_norm(reshape(x, {rows, m}), IntSpan(m),
                                         Tensor(), Tensor(), eps),
                              x.sizes());
  if (weight.defined()) y = mul(y, per_channel(weight, x.dim()));
  if (bias.defined()) y = add(y, per_channel(bias, x.dim()));
  return y;
}

Tensor instance_norm(const Tensor& x, const Tensor& running_mean,
                     const Tensor& running_var, const Tensor& weight,
                     const Tensor& bias, const InstanceNormOptions& options) {
  check_floating(x, "instance_norm");
  CRESSET_CHECK(x.dim() >= 3, kShape,
                "instance_norm: expected an input [N, C, ...] with spatial "
                "dimensions; got ",
                x.sizes());
  const int64_t n = x.size(0), channels = x.size(1);
  check_channels(weight, channels, "instance_norm", "weight");
  check_channels(bias, channels, "instance_norm", "bias");
  const int64_t inner = x.numel() / std::max<int64_t>(1, n * channels);
  CRESSET_CHECK(!options.use_input_stats || inner > 1, kShape,
                "instance_norm: Expected more than 1 spatial element when "
                "training, got input size ",
                x.sizes());
  // A batch norm in which every channel of every sample is a channel.
  const auto repeated = [&](const Tensor& p) {
    return p.defined()
               ? reshape(expand(reshape(p, {1, channels}), {n, channels}),
                         {n * channels})
               : p;
  };
  const Tensor mean =
      running_mean.defined() ? repeated(running_mean).clone() : Tensor();
  const Tensor var =
      running_var.defined() ? repeated(running_var).clone() : Tensor();
  Tensor y = reshape(batch_norm(reshape(x, {1, n * channels, inner}), mean, var,
                                repeated(weight), repeated(bias),
                                {.training = options.use_input_stats,
                                 .momentum = options.momentum,
                                 .eps = options.eps}),
                     x.sizes());
  if (options.use_input_stats) {
    const NoGradGuard guard;
    for (const auto& [running, own] :
         {std::pair(running_mean, mean), std::pair(running_var, var)}) {
      if (!running.defined()) continue;
      running.copy_(cresset::mean(reshape(own, {n, channels}), IntSpan{0}));
    }
  }
  return y;
}

}  // namespace cresset
