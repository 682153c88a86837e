// The CPU's pooling: whole planes are the pieces of work.

#include <algorithm>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/cpu/pool_kernel.h"
#include "cresset/tensor/ops/pool_windows.h"

namespace cresset::internal {
namespace {

PoolView view_of(const PoolWindows& windows, const AvgDivisor& divisor = {}) {
  PoolView view;
  for (int i = 0; i < 3; ++i) {
    const PoolAxis& axis = windows.axes[i];
    view.axes[i] = {
        axis.in,           axis.out,        axis.step,
        axis.kernel,       axis.stride,     axis.padding,
        axis.begin.data(), axis.end.data(), axis.padded_size.data()};
  }
  view.include_pad = divisor.include_pad;
  view.divisor = divisor.override_value;
  return view;
}

template <class F>
void for_planes(const PoolWindows& windows, F&& body) {
  const int64_t work = windows.in_plane() + windows.out_plane();
  parallel_for(0, windows.planes,
               std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(1, work)),
               body);
}

// 16-bit floats are pooled in float32.
bool is_narrow(const Tensor& x) {
  return x.dtype() == float16 || x.dtype() == bfloat16;
}

template <class T>
void scatter_planes(const Tensor& g, const Tensor& indices, const Tensor& x,
                    int64_t planes) {
  const int64_t from = g.numel() / planes, to = x.numel() / planes;
  const T* pg = g.data<T>();
  const int64_t* pi = indices.data<int64_t>();
  T* px = x.data<T>();
  parallel_for(0, planes,
               std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(1, from)),
               [&](int64_t first, int64_t last) {
                 for (int64_t p = first; p < last; ++p) {
                   T* plane = px + p * to;
                   for (int64_t i = p * from; i < (p + 1) * from; ++i) {
                     plane[pi[i]] += pg[i];
                   }
                 }
               });
}

}  // namespace

void max_pool_cpu(const PoolWindows& windows, const Tensor& x, const Tensor& y,
                  const Tensor& indices) {
  CRESSET_CHECK(windows.in_plane() <= INT32_MAX, kUnsupported,
                "max_pool: planes above 2^31 elements are not pooled; got ",
                x.sizes());
  if (is_narrow(x)) {
    const Tensor wide = make_empty(y.sizes(), float32, y.device());
    max_pool_cpu(windows, x.detach().to(float32), wide, indices);
    copy_elements(wide, y);
    return;
  }
  const PoolView view = view_of(windows);
  int64_t* places = indices.data<int64_t>();
  for_planes(windows, [&](int64_t first, int64_t last) {
    if (x.dtype() == float64) {
      max_pool_float64()(view, first, last, x.data<double>(), y.data<double>(),
                         places);
    } else {
      max_pool_float32()(view, first, last, x.data<float>(), y.data<float>(),
                         places);
    }
  });
}

void plane_scatter_cpu(const PoolWindows& windows, const Tensor& g,
                       const Tensor& indices, const Tensor& x) {
  const int64_t planes = windows.planes;
  if (is_narrow(g)) {
    const Tensor wide = filled(x.sizes(), 0, float32, x.device());
    scatter_planes<float>(g.detach().to(float32), indices, wide, planes);
    copy_elements(wide, x);
  } else if (g.dtype() == float64) {
    scatter_planes<double>(g, indices, x, planes);
  } else {
    scatter_planes<float>(g, indices, x, planes);
  }
}

void avg_pool_cpu(const PoolWindows& windows, const AvgDivisor& divisor,
                  const Tensor& x, const Tensor& y) {
  if (is_narrow(x)) {
    const Tensor wide = make_empty(y.sizes(), float32, y.device());
    avg_pool_cpu(windows, divisor, x.detach().to(float32), wide);
    copy_elements(wide, y);
    return;
  }
  const PoolView view = view_of(windows, divisor);
  for_planes(windows, [&](int64_t first, int64_t last) {
    if (x.dtype() == float64) {
      avg_pool_float64()(view, first, last, x.data<double>(), y.data<double>());
    } else {
      avg_pool_float32()(view, first, last, x.data<float>(), y.data<float>());
    }
  });
}

void avg_pool_grad_cpu(const PoolWindows& windows, const AvgDivisor& divisor,
                       const Tensor& g, const Tensor& x) {
  if (is_narrow(x)) {
    const Tensor wide = filled(x.sizes(), 0, float32, x.device());
    avg_pool_grad_cpu(windows, divisor, g.detach().to(float32), wide);
    copy_elements(wide, x);
    return;
  }
  const PoolView view = view_of(windows, divisor);
  for_planes(windows, [&](int64_t first, int64_t last) {
    if (x.dtype() == float64) {
      avg_pool_grad_float64()(view, first, last, g.data<double>(),
                              x.data<double>());
    } else {
      avg_pool_grad_float32()(view, first, last, g.data<float>(),
                              x.data<float>());
    }
  });
}

}  // namespace cresset::internal
