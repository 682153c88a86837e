// Pooling: one thread for each output, and in gradients, which read what the
// windows over an element send back, one for each input.

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/element.cuh"
#include "cresset/cuda/ops/walk.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/pool_windows.h"

namespace cresset::internal::cuda {
namespace {

struct Range {
  int first, last;  // the last is not in it
};

// PoolAxis by formula instead of by tables.
struct Axis {
  int in, out, step, stride, padding, span;
  Divider by_in, by_out;

  Axis() = default;
  explicit Axis(const PoolAxis& axis)
      : in(static_cast<int>(axis.in)),
        out(static_cast<int>(axis.out)),
        step(static_cast<int>(axis.step)),
        stride(static_cast<int>(axis.stride)),
        padding(static_cast<int>(axis.padding)),
        span(static_cast<int>(axis.step * (axis.kernel - 1) + 1)),
        by_in(axis.in),
        by_out(axis.out) {}

  __device__ static int scaled_down(int64_t i, int from, int to) {
    return static_cast<int>(i * to / from);
  }
  __device__ static int scaled_up(int64_t i, int from, int to) {
    return static_cast<int>((i * to + from - 1) / from);
  }
  // The elements of window i.
  __device__ Range window(int i) const {
    if (stride == 0) {
      return {scaled_down(i, out, in), scaled_up(i + 1, out, in)};
    }
    int begin = i * stride - padding;
    const int end = begin + span < in ? begin + span : in;
    if (begin < 0) begin += (step - 1 - begin) / step * step;
    return {begin, end};
  }
  // Its size, with padding counted if `padded`.
  __device__ int size(int i, bool padded) const {
    if (!padded || stride == 0) {
      const Range r = window(i);
      return r.last - r.first;
    }
    const int begin = i * stride - padding;
    const int limit = in + padding;
    return (begin + span < limit ? begin + span : limit) - begin;
  }
  // The windows that reach over element p; with a step above 1 some of them
  // pass it by.
  __device__ Range outputs(int p) const {
    if (stride == 0) {
      return {scaled_down(p, in, out), scaled_up(p + 1, in, out)};
    }
    const int after = p + padding - span;
    const int first = after < 0 ? 0 : after / stride + 1;
    const int last = (p + padding) / stride + 1;
    return {first, last < out ? last : out};
  }
};

struct Windows {
  Axis depth, height, width;
  int64_t total;  // threads
  bool include_pad;
  double divisor;  // 0: the size of the window

  Windows(const PoolWindows& windows, int64_t per_plane,
          const AvgDivisor& average = {})
      : depth(windows.axes[0]),
        height(windows.axes[1]),
        width(windows.axes[2]),
        total(windows.planes * per_plane),
        include_pad(average.include_pad),
        divisor(static_cast<double>(average.override_value)) {
    CRESSET_CHECK(
        windows.in_plane() <= INT32_MAX && windows.out_plane() <= INT32_MAX,
        kUnsupported, "pool: planes above 2^31 elements are not pooled; got ",
        windows.in_plane());
  }

  __device__ int64_t in_plane() const {
    return static_cast<int64_t>(depth.in) * height.in * width.in;
  }
  __device__ int64_t out_plane() const {
    return static_cast<int64_t>(depth.out) * height.out * width.out;
  }
  template <class W>
  __device__ W factor(int d, int h, int w) const {
    if (divisor != 0) return static_cast<W>(divisor);
    return static_cast<W>(static_cast<int64_t>(depth.size(d, include_pad)) *
                          height.size(h, include_pad) *
                          width.size(w, include_pad));
  }
};

// The coordinates of an output, or of an input.
struct Place {
  int64_t plane;
  int d, h, w;

  __device__ Place(int64_t i, const Divider& depth, const Divider& height,
                   const Divider& width) {
    w = static_cast<int>(width.split(i));
    h = static_cast<int>(height.split(i));
    d = static_cast<int>(depth.split(i));
    plane = i;
  }
};
__device__ inline Place output_place(const Windows& a, int64_t i) {
  return {i, a.depth.by_out, a.height.by_out, a.width.by_out};
}
__device__ inline Place input_place(const Windows& a, int64_t i) {
  return {i, a.depth.by_in, a.height.by_in, a.width.by_in};
}

template <class W>
__global__ void max_windows(const __grid_constant__ Windows a, Elements<W> x,
                            Elements<W> y, int64_t* indices) {
  const int64_t i = global_index();
  if (i >= a.total) return;
  const Place at = output_place(a, i);
  const Range depth = a.depth.window(at.d), height = a.height.window(at.h),
              width = a.width.window(at.w);
  const int64_t plane = at.plane * a.in_plane();
  W best = -static_cast<W>(__builtin_inff());
  int where =
      (depth.first * a.height.in + height.first) * a.width.in + width.first;
  for (int d = depth.first; d < depth.last; d += a.depth.step) {
    for (int h = height.first; h < height.last; h += a.height.step) {
      const int row = (d * a.height.in + h) * a.width.in;
      for (int w = width.first; w < width.last; w += a.width.step) {
        const W value = x.load(plane + row + w);
        if (value > best || value != value) {
          best = value;
          where = row + w;
        }
      }
    }
  }
  y.store(i, best);
  indices[i] = where;
}

// The sum of term(place, d, h, w) over a box of a plane of rows x columns
// that starts at `plane`.
template <class W, class F>
__device__ __forceinline__ W sum_over(Range depth, Range height, Range width,
                                      int64_t plane, int rows, int columns,
                                      F term) {
  W sum = 0;
  for (int d = depth.first; d < depth.last; ++d) {
    for (int h = height.first; h < height.last; ++h) {
      const int64_t row =
          plane + (static_cast<int64_t>(d) * rows + h) * columns;
      for (int w = width.first; w < width.last; ++w) {
        sum += term(row + w, d, h, w);
      }
    }
  }
  return sum;
}

// The gradient of a maximum goes to the element that each window named.
template <class W>
__global__ void send_to_places(const __grid_constant__ Windows a, Elements<W> g,
                               const int64_t* indices, Elements<W> x) {
  const int64_t i = global_index();
  if (i >= a.total) return;
  const Place at = input_place(a, i);
  const Range depth = a.depth.outputs(at.d), height = a.height.outputs(at.h),
              width = a.width.outputs(at.w);
  const int64_t plane = at.plane * a.out_plane();
  const int64_t own =
      (static_cast<int64_t>(at.d) * a.height.in + at.h) * a.width.in + at.w;
  const W sum =
      sum_over<W>(depth, height, width, plane, a.height.out, a.width.out,
                  [&](int64_t at_output, int, int, int) {
                    return indices[at_output] == own ? g.load(at_output) : W(0);
                  });
  x.store(i, sum);
}

template <class W>
__global__ void average_windows(const __grid_constant__ Windows a,
                                Elements<W> x, Elements<W> y) {
  const int64_t i = global_index();
  if (i >= a.total) return;
  const Place at = output_place(a, i);
  const Range depth = a.depth.window(at.d), height = a.height.window(at.h),
              width = a.width.window(at.w);
  const int64_t plane = at.plane * a.in_plane();
  const W sum = sum_over<W>(
      depth, height, width, plane, a.height.in, a.width.in,
      [&](int64_t at_input, int, int, int) { return x.load(at_input); });
  y.store(i, sum / a.factor<W>(at.d, at.h, at.w));
}

template <class W>
__global__ void average_grad(const __grid_constant__ Windows a, Elements<W> g,
                             Elements<W> x) {
  const int64_t i = global_index();
  if (i >= a.total) return;
  const Place at = input_place(a, i);
  const Range depth = a.depth.outputs(at.d), height = a.height.outputs(at.h),
              width = a.width.outputs(at.w);
  const int64_t plane = at.plane * a.out_plane();
  const W sum =
      sum_over<W>(depth, height, width, plane, a.height.out, a.width.out,
                  [&](int64_t at_output, int d, int h, int w) {
                    return g.load(at_output) / a.factor<W>(d, h, w);
                  });
  x.store(i, sum);
}

// Calls f(Elements of a, Elements of b) in the type of the computation.
template <class F>
void visit_pair(const Tensor& a, const Tensor& b, F&& f) {
  if (a.dtype() == float64) {
    f(Elements<double>{a.raw_data(), float64},
      Elements<double>{b.raw_data(), float64});
  } else {
    f(Elements<float>{a.raw_data(), a.dtype()},
      Elements<float>{b.raw_data(), b.dtype()});
  }
}

template <class W>
W number_of(const Elements<W>&);

void max_pool_cuda(const PoolWindows& windows, const Tensor& x, const Tensor& y,
                   const Tensor& indices) {
  const Windows a(windows, windows.out_plane());
  visit_pair(x, y, [&](auto from, auto to) {
    using W = decltype(number_of(from));
    launch(x.device(), one_thread_each(a.total), max_windows<W>, a, from, to,
           indices.data<int64_t>());
  });
}

void plane_scatter_cuda(const PoolWindows& windows, const Tensor& g,
                        const Tensor& indices, const Tensor& x) {
  const Windows a(windows, windows.in_plane());
  visit_pair(g, x, [&](auto from, auto to) {
    using W = decltype(number_of(from));
    launch(x.device(), one_thread_each(a.total), send_to_places<W>, a, from,
           static_cast<const int64_t*>(indices.data<int64_t>()), to);
  });
}

void avg_pool_cuda(const PoolWindows& windows, const AvgDivisor& divisor,
                   const Tensor& x, const Tensor& y) {
  const Windows a(windows, windows.out_plane(), divisor);
  visit_pair(x, y, [&](auto from, auto to) {
    using W = decltype(number_of(from));
    launch(x.device(), one_thread_each(a.total), average_windows<W>, a, from,
           to);
  });
}

void avg_pool_grad_cuda(const PoolWindows& windows, const AvgDivisor& divisor,
                        const Tensor& g, const Tensor& x) {
  const Windows a(windows, windows.in_plane(), divisor);
  visit_pair(g, x, [&](auto from, auto to) {
    using W = decltype(number_of(from));
    launch(x.device(), one_thread_each(a.total), average_grad<W>, a, from, to);
  });
}

const MaxPoolKernel::Entry max_on_cuda{max_pool_kernel, DeviceType::kCuda,
                                       max_pool_cuda};
const PlaneScatterKernel::Entry scatter_on_cuda{
    plane_scatter_kernel, DeviceType::kCuda, plane_scatter_cuda};
const AvgPoolKernel::Entry avg_on_cuda{avg_pool_kernel, DeviceType::kCuda,
                                       avg_pool_cuda};
const AvgPoolGradKernel::Entry avg_grad_on_cuda{
    avg_pool_grad_kernel, DeviceType::kCuda, avg_pool_grad_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
