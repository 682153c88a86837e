// Convolutions by their definition.

#include <algorithm>

#include "cresset/tensor/base/half.h"
#include "cresset/tests/cuda_sim/dnn/engines.h"

namespace cuda_sim::dnn {
namespace {

using cresset::BFloat16;
using cresset::Half;

// Sizes and strides with five dimensions.
struct Five {
  int64_t size[5], stride[5];

  explicit Five(const TensorShape& shape) {
    const size_t missing = 5 - shape.sizes.size();
    for (size_t i = 0; i < 5; ++i) {
      const bool is_new = i >= 2 && i < 2 + missing;
      const size_t from = i < 2 ? i : i - missing;
      size[i] = is_new ? 1 : shape.sizes[from];
      stride[i] = is_new ? 0 : shape.strides[from];
    }
  }
  int64_t plane() const { return size[2] * size[3] * size[4]; }
  int64_t count() const { return size[0] * size[1] * plane(); }
};

template <class V>
V read(const void* data, cudnnDataType_t type, int64_t at) {
  switch (type) {
    case CUDNN_DATA_HALF:
      return static_cast<V>(
          static_cast<float>(static_cast<const Half*>(data)[at]));
    case CUDNN_DATA_BFLOAT16:
      return static_cast<V>(
          static_cast<float>(static_cast<const BFloat16*>(data)[at]));
    case CUDNN_DATA_FLOAT:
      return static_cast<V>(static_cast<const float*>(data)[at]);
    default:
      return static_cast<V>(static_cast<const double*>(data)[at]);
  }
}

template <class V>
void write(void* data, cudnnDataType_t type, int64_t at, V value) {
  switch (type) {
    case CUDNN_DATA_HALF:
      static_cast<Half*>(data)[at] = Half(static_cast<float>(value));
      return;
    case CUDNN_DATA_BFLOAT16:
      static_cast<BFloat16*>(data)[at] = BFloat16(static_cast<float>(value));
      return;
    case CUDNN_DATA_FLOAT:
      static_cast<float*>(data)[at] = static_cast<float>(value);
      return;
    default:
      static_cast<double*>(data)[at] = static_cast<double>(value);
  }
}

// Calls f(dense place, place in memory) for all elements.
template <class F>
void for_elements(const Five& s, F f) {
  int64_t i = 0;
  for (int64_t a = 0; a < s.size[0]; ++a) {
    for (int64_t b = 0; b < s.size[1]; ++b) {
      for (int64_t c = 0; c < s.size[2]; ++c) {
        for (int64_t d = 0; d < s.size[3]; ++d) {
          const int64_t row = a * s.stride[0] + b * s.stride[1] +
                              c * s.stride[2] + d * s.stride[3];
          for (int64_t e = 0; e < s.size[4]; ++e) {
            f(i++, row + e * s.stride[4]);
          }
        }
      }
    }
  }
}

template <class V>
std::vector<V> load(const Five& s, const void* data, cudnnDataType_t type) {
  std::vector<V> y(static_cast<size_t>(s.count()));
  for_elements(s, [&](int64_t i, int64_t at) {
    y[static_cast<size_t>(i)] = read<V>(data, type, at);
  });
  return y;
}

// Calls f(place in x's plane, place in y's plane, steps, x's step) for the rows
// of outputs that a tap of the kernel reaches.
template <class F>
void for_rows(const Convolution& c, const Five& x, const Five& y,
              const int64_t (&tap)[3], F f) {
  const int64_t shift = tap[2] * c.dilation[2] - c.padding[2];
  const int64_t step = c.stride[2];
  const int64_t first = shift >= 0 ? 0 : (-shift + step - 1) / step;
  const int64_t reach = x.size[4] - 1 - shift;
  const int64_t last = reach < 0 ? 0 : std::min(y.size[4], reach / step + 1);
  if (first >= last) return;
  for (int64_t od = 0; od < y.size[2]; ++od) {
    const int64_t d = od * c.stride[0] + tap[0] * c.dilation[0] - c.padding[0];
    if (d < 0 || d >= x.size[2]) continue;
    for (int64_t oh = 0; oh < y.size[3]; ++oh) {
      const int64_t h =
          oh * c.stride[1] + tap[1] * c.dilation[1] - c.padding[1];
      if (h < 0 || h >= x.size[3]) continue;
      f((d * x.size[3] + h) * x.size[4] + first * step + shift,
        (od * y.size[3] + oh) * y.size[4] + first, last - first, step);
    }
  }
}

template <class V>
void run(const Convolution& c, void* x_data, void* w_data, void* y_data,
         const void* bias, cudnnDataType_t y_type) {
  const Five xs(c.x), ws(c.w), ys(c.y);
  const bool to_x =
      c.operation ==
      CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR;
  const bool to_w =
      c.operation ==
      CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR;
  const auto zeros = [](const Five& s) {
    return std::vector<V>(static_cast<size_t>(s.count()));
  };
  std::vector<V> x = to_x ? zeros(xs) : load<V>(xs, x_data, c.x.type);
  std::vector<V> w = to_w ? zeros(ws) : load<V>(ws, w_data, c.w.type);
  std::vector<V> y = to_x || to_w ? load<V>(ys, y_data, y_type) : zeros(ys);
  const int64_t group_in = ws.size[1];
  const int64_t group_out = ys.size[1] / (xs.size[1] / group_in);
  for (int64_t n = 0; n < xs.size[0]; ++n) {
    for (int64_t o = 0; o < ys.size[1]; ++o) {
      V* const yp = y.data() + (n * ys.size[1] + o) * ys.plane();
      for (int64_t i = 0; i < group_in; ++i) {
        const int64_t channel = o / group_out * group_in + i;
        V* const xp = x.data() + (n * xs.size[1] + channel) * xs.plane();
        V* wp = w.data() + (o * group_in + i) * ws.plane();
        int64_t tap[3];
        for (tap[0] = 0; tap[0] < ws.size[2]; ++tap[0]) {
          for (tap[1] = 0; tap[1] < ws.size[3]; ++tap[1]) {
            for (tap[2] = 0; tap[2] < ws.size[4]; ++tap[2], ++wp) {
              for_rows(c, xs, ys, tap,
                       [&](int64_t a, int64_t b, int64_t count, int64_t step) {
                         V* const from = xp + a;
                         V* const at = yp + b;
                         V sum = 0;
                         for (int64_t k = 0; k < count; ++k) {
                           if (to_x) {
                             from[k * step] += *wp * at[k];
                           } else if (to_w) {
                             sum += from[k * step] * at[k];
                           } else {
                             at[k] += *wp * from[k * step];
                           }
                         }
                         if (to_w) *wp += sum;
                       });
            }
          }
        }
      }
    }
  }
  const Five& to = to_x ? xs : to_w ? ws : ys;
  const std::vector<V>& result = to_x ? x : to_w ? w : y;
  void* const data = to_x ? x_data : to_w ? w_data : y_data;
  const cudnnDataType_t type = to_x ? c.x.type : to_w ? c.w.type : y_type;
  for_elements(to, [&](int64_t i, int64_t at) {
    V value = result[static_cast<size_t>(i)];
    if (bias != nullptr) {
      value += read<V>(bias, y_type, i / to.plane() % to.size[1]);
    }
    write<V>(data, type, at, value);
  });
}

}  // namespace

void convolve(const Convolution& convolution, void* x, void* w, void* y,
              const void* bias, cudnnDataType_t output_type) {
  if (convolution.w.type == CUDNN_DATA_DOUBLE) {
    run<double>(convolution, x, w, y, bias, output_type);
  } else {
    run<float>(convolution, x, w, y, bias, output_type);
  }
}

}  // namespace cuda_sim::dnn
