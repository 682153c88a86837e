// The CPU's convolution. One and two dimensions have kernels of their own
// (cpu/conv.h). Three dimensions go through patches laid out as the columns of
// a matrix and one matrix product for each sample and group.

#include "cresset/tensor/ops/conv_cpu.h"

#include <algorithm>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/cpu/conv.h"
#include "cresset/tensor/ops/cpu/gemm.h"

namespace cresset::internal {
namespace {

ConvGeometry planar(const ConvShape& s) {
  return {.batch = s.batch,
          .in_channels = s.in_channels,
          .out_channels = s.out_channels,
          .groups = s.groups,
          .in_height = s.in[1],
          .in_width = s.in[2],
          .out_height = s.out[1],
          .out_width = s.out[2],
          .kernel_height = s.kernel[1],
          .kernel_width = s.kernel[2],
          .stride_height = s.stride[1],
          .stride_width = s.stride[2],
          .padding_height = s.padding[1],
          .padding_width = s.padding[2],
          .dilation_height = s.dilation[1],
          .dilation_width = s.dilation[2]};
}

// Sizes of the products.
struct Products {
  explicit Products(const ConvShape& s)
      : group_in(s.in_channels / s.groups),
        group_out(s.out_channels / s.groups),
        taps(s.kernel[0] * s.kernel[1] * s.kernel[2]),
        in_plane(s.in[0] * s.in[1] * s.in[2]),
        out_plane(s.out[0] * s.out[1] * s.out[2]) {}

  int64_t depth() const { return group_in * taps; }

  int64_t group_in, group_out, taps, in_plane, out_plane;
};

// Calls f(row of the column matrix, output row, first element of the input row
// or -1 outside, kernel column) for every row of patches of channels
// [first, last).
template <class F>
void for_patch_rows(const ConvShape& s, int64_t first, int64_t last, F&& f) {
  for (int64_t c = first; c < last; ++c) {
    for (int64_t kd = 0; kd < s.kernel[0]; ++kd) {
      for (int64_t kh = 0; kh < s.kernel[1]; ++kh) {
        for (int64_t kw = 0; kw < s.kernel[2]; ++kw) {
          const int64_t row =
              ((c * s.kernel[0] + kd) * s.kernel[1] + kh) * s.kernel[2] + kw;
          for (int64_t od = 0; od < s.out[0]; ++od) {
            const int64_t d =
                od * s.stride[0] + kd * s.dilation[0] - s.padding[0];
            for (int64_t oh = 0; oh < s.out[1]; ++oh) {
              const int64_t h =
                  oh * s.stride[1] + kh * s.dilation[1] - s.padding[1];
              const bool inside =
                  d >= 0 && d < s.in[0] && h >= 0 && h < s.in[1];
              f(row, od * s.out[1] + oh,
                inside ? ((c * s.in[0] + d) * s.in[1] + h) * s.in[2] : -1,
                kw * s.dilation[2] - s.padding[2]);
            }
          }
        }
      }
    }
  }
}

template <class T>
void gather_patches(const ConvShape& s, const Products& p, const T* x,
                    T* columns) {
  const int64_t work = std::max<int64_t>(1, p.taps * p.out_plane);
  parallel_for(
      0, p.group_in, std::max<int64_t>(1, (1 << 14) / work),
      [&](int64_t first, int64_t last) {
        for_patch_rows(
            s, first, last,
            [&](int64_t row, int64_t line, int64_t from, int64_t offset) {
              T* to = columns + row * p.out_plane + line * s.out[2];
              if (from < 0) {
                std::fill_n(to, s.out[2], T(0));
                return;
              }
              for (int64_t ow = 0; ow < s.out[2]; ++ow) {
                const int64_t w = ow * s.stride[2] + offset;
                to[ow] = w >= 0 && w < s.in[2] ? x[from + w] : T(0);
              }
            });
      });
}

// Adds the columns back to where they came from; x starts as zeros.
template <class T>
void scatter_patches(const ConvShape& s, const Products& p, const T* columns,
                     T* x) {
  const int64_t work = std::max<int64_t>(1, p.taps * p.out_plane);
  parallel_for(
      0, p.group_in, std::max<int64_t>(1, (1 << 14) / work),
      [&](int64_t first, int64_t last) {
        for_patch_rows(
            s, first, last,
            [&](int64_t row, int64_t line, int64_t to, int64_t offset) {
              if (to < 0) return;
              const T* from = columns + row * p.out_plane + line * s.out[2];
              for (int64_t ow = 0; ow < s.out[2]; ++ow) {
                const int64_t w = ow * s.stride[2] + offset;
                if (w >= 0 && w < s.in[2]) x[to + w] += from[ow];
              }
            });
      });
}

template <class T>
Tensor column_buffer(const Products& p, const Tensor& like) {
  return make_empty({p.depth(), p.out_plane}, like.dtype(), like.device());
}

template <class T>
void forward(const ConvShape& s, const Tensor& x, const Tensor& w,
             const Tensor& bias, const Tensor& y) {
  if (s.rank < 3) {
    conv_forward<T>(planar(s), x.data<T>(), w.data<T>(),
                    bias.defined() ? bias.data<T>() : nullptr, y.data<T>());
    return;
  }
  const Products p(s);
  const Tensor buffer = column_buffer<T>(p, x);
  T* columns = buffer.data<T>();
  for (int64_t n = 0; n < s.batch; ++n) {
    for (int64_t group = 0; group < s.groups; ++group) {
      gather_patches(
          s, p, x.data<T>() + (n * s.groups + group) * p.group_in * p.in_plane,
          columns);
      T* out = y.data<T>() + (n * s.groups + group) * p.group_out * p.out_plane;
      if (bias.defined()) {
        for (int64_t o = 0; o < p.group_out; ++o) {
          std::fill_n(out + o * p.out_plane, p.out_plane,
                      bias.data<T>()[group * p.group_out + o]);
        }
      }
      gemm<T>(false, false, p.group_out, p.out_plane, p.depth(), T(1),
              w.data<T>() + group * p.group_out * p.depth(), p.depth(), columns,
              p.out_plane, T(bias.defined() ? 1 : 0), out, p.out_plane);
    }
  }
}

template <class T>
void x_gradient(const ConvShape& s, const Tensor& g, const Tensor& w,
                const Tensor& x) {
  if (s.rank < 3) {
    conv_backward_data<T>(planar(s), w.data<T>(), g.data<T>(), x.data<T>());
    return;
  }
  const Products p(s);
  const Tensor buffer = column_buffer<T>(p, x);
  T* columns = buffer.data<T>();
  std::fill_n(x.data<T>(), x.numel(), T(0));
  for (int64_t n = 0; n < s.batch; ++n) {
    for (int64_t group = 0; group < s.groups; ++group) {
      gemm<T>(true, false, p.depth(), p.out_plane, p.group_out, T(1),
              w.data<T>() + group * p.group_out * p.depth(), p.depth(),
              g.data<T>() + (n * s.groups + group) * p.group_out * p.out_plane,
              p.out_plane, T(0), columns, p.out_plane);
      scatter_patches(
          s, p, columns,
          x.data<T>() + (n * s.groups + group) * p.group_in * p.in_plane);
    }
  }
}

template <class T>
void w_gradient(const ConvShape& s, const Tensor& x, const Tensor& g,
                const Tensor& w) {
  if (s.rank < 3) {
    conv_backward_weight<T>(planar(s), x.data<T>(), g.data<T>(), w.data<T>());
    return;
  }
  const Products p(s);
  const Tensor buffer = column_buffer<T>(p, x);
  T* columns = buffer.data<T>();
  if (s.batch == 0) std::fill_n(w.data<T>(), w.numel(), T(0));
  for (int64_t n = 0; n < s.batch; ++n) {
    for (int64_t group = 0; group < s.groups; ++group) {
      gather_patches(
          s, p, x.data<T>() + (n * s.groups + group) * p.group_in * p.in_plane,
          columns);
      gemm<T>(false, true, p.group_out, p.depth(), p.out_plane, T(1),
              g.data<T>() + (n * s.groups + group) * p.group_out * p.out_plane,
              p.out_plane, columns, p.out_plane, T(n == 0 ? 0 : 1),
              w.data<T>() + group * p.group_out * p.depth(), p.depth());
    }
  }
}

bool is_narrow(const Tensor& x) {
  return x.dtype() == float16 || x.dtype() == bfloat16;
}

Tensor widened(const Tensor& x) {
  return x.defined() ? x.detach().to(float32) : x;
}

// Runs `kernel` in float32 for a 16-bit result.
template <class F>
void in_float32(const Tensor& result, F&& kernel) {
  const Tensor wide = make_empty(result.sizes(), float32, result.device());
  kernel(wide);
  copy_elements(wide, result);
}

}  // namespace

void conv_cpu(const ConvShape& shape, const Tensor& x, const Tensor& w,
              const Tensor& bias, const Tensor& y) {
  if (is_narrow(x)) {
    in_float32(y, [&](const Tensor& wide) {
      conv_cpu(shape, widened(x), widened(w), widened(bias), wide);
    });
  } else if (x.dtype() == float64) {
    forward<double>(shape, x, w, bias, y);
  } else {
    forward<float>(shape, x, w, bias, y);
  }
}

void conv_x_grad_cpu(const ConvShape& shape, const Tensor& g, const Tensor& w,
                     const Tensor& x) {
  if (is_narrow(g)) {
    in_float32(x, [&](const Tensor& wide) {
      conv_x_grad_cpu(shape, widened(g), widened(w), wide);
    });
  } else if (g.dtype() == float64) {
    x_gradient<double>(shape, g, w, x);
  } else {
    x_gradient<float>(shape, g, w, x);
  }
}

void conv_w_grad_cpu(const ConvShape& shape, const Tensor& x, const Tensor& g,
                     const Tensor& w) {
  if (is_narrow(x)) {
    in_float32(w, [&](const Tensor& wide) {
      conv_w_grad_cpu(shape, widened(x), widened(g), wide);
    });
  } else if (x.dtype() == float64) {
    w_gradient<double>(shape, x, g, w);
  } else {
    w_gradient<float>(shape, x, g, w);
  }
}

}  // namespace cresset::internal
