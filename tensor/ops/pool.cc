#include "cresset/tensor/ops/pool.h"

#include <algorithm>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/pool_windows.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {

constinit MaxPoolKernel max_pool_kernel{"max_pool", max_pool_cpu};
constinit PlaneScatterKernel plane_scatter_kernel{"max_unpool",
                                                  plane_scatter_cpu};
constinit AvgPoolKernel avg_pool_kernel{"avg_pool", avg_pool_cpu};
constinit AvgPoolGradKernel avg_pool_grad_kernel{"avg_pool", avg_pool_grad_cpu};

namespace {

void check_input(const Tensor& x, int64_t n, const char* op) {
  CRESSET_CHECK(x.dim() == n + 1 || x.dim() == n + 2, kShape, op,
                ": expected a ", n + 1, "-d or ", n + 2, "-d input; got ",
                x.sizes());
  CRESSET_CHECK(is_floating(x.dtype()), kDtype, op,
                ": a floating input is needed; got ", x.dtype());
  for (int64_t d = x.dim() - n - 1; d < x.dim(); ++d) {
    CRESSET_CHECK(x.size(d) > 0, kShape, op,
                  ": only the batch size may be zero; got ", x.sizes());
  }
}

Shape leading_sizes(const Tensor& x, int64_t n) {
  return Shape(x.sizes().begin(), x.sizes().end() - n);
}

Shape output_shape(const Tensor& x, int64_t n, const PoolWindows& windows) {
  Shape shape = leading_sizes(x, n);
  for (int64_t d = 3 - n; d < 3; ++d) shape.push_back(windows.axes[d].out);
  return shape;
}

PoolAxis strided_axis(int64_t in, int64_t kernel, int64_t stride,
                      int64_t padding, int64_t dilation, bool ceil_mode,
                      const char* op) {
  CRESSET_CHECK(kernel > 0 && stride > 0 && dilation > 0, kValue, op,
                ": kernel size, stride and dilation must be >= 1; got ", kernel,
                ", ", stride, ", ", dilation);
  CRESSET_CHECK(padding >= 0 && 2 * padding <= kernel, kValue, op,
                ": pad should be at most half of the kernel size; got pad ",
                padding, ", kernel size ", kernel);
  const int64_t span = dilation * (kernel - 1) + 1;
  const int64_t room = in + 2 * padding - span;
  int64_t out = room < 0 ? 0 : room / stride + 1;
  if (ceil_mode && room >= 0 && room % stride != 0) ++out;
  if (ceil_mode && room < 0 && room + stride > 0) out = 1;
  // The last window must start inside the input or its left padding.
  if (ceil_mode && (out - 1) * stride >= in + padding) --out;
  CRESSET_CHECK(out >= 1, kShape, op, ": the output size would be ", out,
                "; got input size ", in, " for kernel size ", kernel,
                ", stride ", stride, ", padding ", padding, ", dilation ",
                dilation);
  PoolAxis axis;
  axis.in = in;
  axis.out = out;
  axis.step = dilation;
  axis.kernel = kernel;
  axis.stride = stride;
  axis.padding = padding;
  axis.begin.assign(static_cast<size_t>(out), 0);
  axis.end = axis.padded_size = axis.begin;
  for (int64_t i = 0; i < out; ++i) {
    const auto at = static_cast<size_t>(i);
    int64_t first = i * stride - padding;
    axis.padded_size[at] = std::min(first + span, in + padding) - first;
    axis.end[at] = std::min(first + span, in);
    while (first < 0) first += dilation;
    axis.begin[at] = first;
  }
  return axis;
}

PoolAxis adaptive_axis(int64_t in, int64_t out) {
  PoolAxis axis;
  axis.in = in;
  axis.out = out;
  axis.stride = 0;
  axis.begin.assign(static_cast<size_t>(out), 0);
  axis.end = axis.padded_size = axis.begin;
  for (int64_t i = 0; i < out; ++i) {
    const auto at = static_cast<size_t>(i);
    axis.begin[at] = i * in / out;
    axis.end[at] = ((i + 1) * in + out - 1) / out;
    axis.padded_size[at] = axis.end[at] - axis.begin[at];
  }
  return axis;
}

PoolWindows strided_windows(const Tensor& x, int64_t n, const Ints& kernel_size,
                            const Ints& stride, const Ints& padding,
                            const Ints& dilation, bool ceil_mode,
                            const char* op) {
  check_input(x, n, op);
  const auto count = static_cast<size_t>(n);
  const Shape kernel = kernel_size.expanded(count, {}, op, "kernel_size");
  const Shape steps = stride.expanded(count, kernel, op, "stride");
  const Shape pads = padding.expanded(count, {}, op, "padding");
  const Shape gaps = dilation.expanded(count, {}, op, "dilation");
  PoolWindows windows;
  windows.planes = numel_of(leading_sizes(x, n));
  for (size_t i = 0; i < count; ++i) {
    windows.axes[3 - count + i] =
        strided_axis(x.size(static_cast<int64_t>(i) - n), kernel[i], steps[i],
                     pads[i], gaps[i], ceil_mode, op);
  }
  return windows;
}

PoolWindows adaptive_windows(const Tensor& x, int64_t n,
                             const Ints& output_size, const char* op) {
  check_input(x, n, op);
  const auto count = static_cast<size_t>(n);
  const Shape sizes = output_size.expanded(count, {}, op, "output_size");
  PoolWindows windows;
  windows.planes = numel_of(leading_sizes(x, n));
  for (size_t i = 0; i < count; ++i) {
    const int64_t in = x.size(static_cast<int64_t>(i) - n);
    CRESSET_CHECK(sizes[i] >= -1, kValue, op,
                  ": output sizes must be >= 0, or -1 to keep; got ",
                  IntSpan(sizes));
    windows.axes[3 - count + i] =
        adaptive_axis(in, sizes[i] == -1 ? in : sizes[i]);
  }
  return windows;
}

// g at the places that `indices` [lead..., out...] name, in a tensor of
// `shape`. Its gradient reads there again.
Tensor plane_scatter(const PoolWindows& windows, const Tensor& g,
                     const Tensor& indices, const Shape& shape,
                     const char* name) {
  Tensor x = filled(shape, 0, g.dtype(), g.device());
  if (g.numel() != 0) {
    plane_scatter_kernel(x.device(), windows,
                         g.is_contiguous() ? g : dense_copy(g), indices, x);
  }
  if (!any_wants_grad(TensorRefs{g})) return x;
  return with_grad(
      name, std::move(x), {g},
      [indices = keep(indices), planes = windows.planes](const Tensor& gx) {
        const Tensor at = indices();
        return reshape(
            gather(reshape(gx, {planes, -1}), 1, reshape(at, {planes, -1})),
            at.sizes());
      });
}

std::pair<Tensor, Tensor> max_pool(const Tensor& x, int64_t n,
                                   const PoolWindows& windows,
                                   const char* name) {
  const Shape shape = output_shape(x, n, windows);
  Tensor y = make_empty(shape, x.dtype(), x.device());
  Tensor indices = make_empty(shape, int64, x.device());
  if (y.numel() != 0) {
    max_pool_kernel(x.device(), windows, x.is_contiguous() ? x : dense_copy(x),
                    y, indices);
  }
  if (any_wants_grad(TensorRefs{x})) {
    y = with_grad(name, std::move(y), {x},
                  [windows, indices = keep(indices), from = x.shape(),
                   name](const Tensor& g) {
                    return plane_scatter(windows, g, indices(), from, name);
                  });
  }
  return {y, indices};
}

Tensor avg_pool_grad(const Tensor& g, const PoolWindows& windows,
                     const AvgDivisor& divisor, const Shape& shape, int64_t n,
                     const char* name);

Tensor avg_pool(const Tensor& x, int64_t n, const PoolWindows& windows,
                const AvgDivisor& divisor, const char* name) {
  Tensor y = make_empty(output_shape(x, n, windows), x.dtype(), x.device());
  if (y.numel() != 0) {
    avg_pool_kernel(x.device(), windows, divisor,
                    x.is_contiguous() ? x : dense_copy(x), y);
  }
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad(
      name, std::move(y), {x},
      [windows, divisor, shape = x.shape(), n, name](const Tensor& g) {
        return avg_pool_grad(g, windows, divisor, shape, n, name);
      });
}

Tensor avg_pool_grad(const Tensor& g, const PoolWindows& windows,
                     const AvgDivisor& divisor, const Shape& shape, int64_t n,
                     const char* name) {
  Tensor x = filled(shape, 0, g.dtype(), g.device());
  if (g.numel() != 0) {
    avg_pool_grad_kernel(g.device(), windows, divisor,
                         g.is_contiguous() ? g : dense_copy(g), x);
  }
  if (!any_wants_grad(TensorRefs{g})) return x;
  return with_grad(name, std::move(x), {g},
                   [windows, divisor, n, name](const Tensor& gx) {
                     return avg_pool(gx, n, windows, divisor, name);
                   });
}

Tensor avg_pool_strided(const Tensor& x, int64_t n, const Ints& kernel_size,
                        const AvgPoolOptions& options, const char* op,
                        const char* name) {
  if (x.dtype() == int64) {
    // Integers are divided without rounding.
    return avg_pool_strided(x.to(float64), n, kernel_size, options, op, name)
        .to(int64);
  }
  CRESSET_CHECK(options.divisor_override.value_or(1) != 0, kValue, op,
                ": divisor must be not zero");
  const AvgDivisor divisor{options.count_include_pad,
                           options.divisor_override.value_or(0)};
  return avg_pool(x, n,
                  strided_windows(x, n, kernel_size, options.stride,
                                  options.padding, 1, options.ceil_mode, op),
                  divisor, name);
}

Tensor adaptive_avg_pool(const Tensor& x, int64_t n, const Ints& output_size,
                         const char* op, const char* name) {
  const PoolWindows windows = adaptive_windows(x, n, output_size, op);
  if (windows.out_plane() != 1) return avg_pool(x, n, windows, {}, name);
  // One window, the whole plane: a mean, as in PyTorch.
  Shape dims;
  for (int64_t i = -n; i < 0; ++i) dims.push_back(i);
  return mean(x, dims, true);
}

Tensor max_unpool(const Tensor& x, const Tensor& indices, int64_t n,
                  const Ints& kernel_size, const Ints& stride,
                  const Ints& padding, const Ints& output_size,
                  const char* op) {
  check_input(x, n, op);
  CRESSET_CHECK(indices.dtype() == int64 && indices.sizes() == x.sizes(),
                kShape, op, ": indices must be int64 of the input's shape ",
                x.sizes(), "; got ", indices.dtype(), " ", indices.sizes());
  const auto count = static_cast<size_t>(n);
  const Shape kernel = kernel_size.expanded(count, {}, op, "kernel_size");
  const Shape steps = stride.expanded(count, kernel, op, "stride");
  const Shape pads = padding.expanded(count, {}, op, "padding");
  Shape shape = leading_sizes(x, n);
  int64_t plane = 1;
  for (size_t i = 0; i < count; ++i) {
    int64_t size = (x.size(static_cast<int64_t>(i) - n) - 1) * steps[i] -
                   2 * pads[i] + kernel[i];
    if (!output_size.empty()) {
      size = output_size[output_size.size() - count + i];
    }
    shape.push_back(size);
    plane *= size;
  }
  const Tensor places = indices.contiguous();
  const int64_t* at =
      places.device().is_cpu() ? places.data<int64_t>() : nullptr;
  for (int64_t i = 0; at != nullptr && i < places.numel(); ++i) {
    CRESSET_CHECK(at[i] >= 0 && at[i] < plane, kIndex, op,
                  ": found an invalid max index: ", at[i],
                  " (output volumes are of size ", IntSpan(shape), ")");
  }
  // Unlike in a gradient, an index that occurs twice must not add up.
  Tensor y = filled(shape, 0, x.dtype(), x.device());
  const int64_t planes = plane == 0 ? 0 : y.numel() / plane;
  return reshape(
      scatter(reshape(y, {planes, plane}), 1, reshape(places, {planes, -1}),
              reshape(x, {planes, -1})),
      shape);
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

// The three ranks differ in the number of pooled dimensions only.
#define CRESSET_POOL_RANK(n)                                                   \
  std::pair<Tensor, Tensor> max_pool##n##d_with_indices(                       \
      const Tensor& x, const Ints& kernel_size,                                \
      const MaxPoolOptions& options) {                                         \
    return max_pool(x, n,                                                      \
                    strided_windows(x, n, kernel_size, options.stride,         \
                                    options.padding, options.dilation,         \
                                    options.ceil_mode, "max_pool" #n "d"),     \
                    "MaxPool" #n "DWithIndicesBackward");                      \
  }                                                                            \
  Tensor max_pool##n##d(const Tensor& x, const Ints& kernel_size,              \
                        const MaxPoolOptions& options) {                       \
    return max_pool##n##d_with_indices(x, kernel_size, options).first;         \
  }                                                                            \
  Tensor avg_pool##n##d(const Tensor& x, const Ints& kernel_size,              \
                        const AvgPoolOptions& options) {                       \
    return avg_pool_strided(x, n, kernel_size, options, "avg_pool" #n "d",     \
                            "AvgPool" #n "DBackward");                         \
  }                                                                            \
  Tensor adaptive_avg_pool##n##d(const Tensor& x, const Ints& output_size) {   \
    return adaptive_avg_pool(x, n, output_size, "adaptive_avg_pool" #n "d",    \
                             "AdaptiveAvgPool" #n "DBackward");                \
  }                                                                            \
  std::pair<Tensor, Tensor> adaptive_max_pool##n##d_with_indices(              \
      const Tensor& x, const Ints& output_size) {                              \
    return max_pool(                                                           \
        x, n, adaptive_windows(x, n, output_size, "adaptive_max_pool" #n "d"), \
        "AdaptiveMaxPool" #n "DBackward");                                     \
  }                                                                            \
  Tensor adaptive_max_pool##n##d(const Tensor& x, const Ints& output_size) {   \
    return adaptive_max_pool##n##d_with_indices(x, output_size).first;         \
  }                                                                            \
  Tensor max_unpool##n##d(const Tensor& x, const Tensor& indices,              \
                          const Ints& kernel_size, const Ints& stride,         \
                          const Ints& padding, const Ints& output_size) {      \
    return max_unpool(x, indices, n, kernel_size, stride, padding,             \
                      output_size, "max_unpool" #n "d");                       \
  }

CRESSET_POOL_RANK(1)
CRESSET_POOL_RANK(2)
CRESSET_POOL_RANK(3)

#undef CRESSET_POOL_RANK

}  // namespace cresset
