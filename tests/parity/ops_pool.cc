// Rows of pools and their inverses.

#include "cresset/tensor/ops/pool.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptInt = std::optional<int64_t>;
using OptInts = std::optional<Ints>;

// An output size, whose None keeps the input's.
using OutputSize = std::vector<OptInt>;

Ints with_minus_one(const OutputSize& size) {
  Ints out;
  for (const OptInt& n : size) out.push_back(n.value_or(-1));
  return out;
}

// `f` is the pool; `g` gives the indices too.
template <class F, class G>
void add_max_pool(OpTable& t, const std::string& name, F f, G g) {
  t.add(name,
        "input, kernel_size, stride=None, padding=0, dilation=1, "
        "ceil_mode=False, return_indices=False",
        [f, g](const Tensor& x, const Ints& kernel, const OptInts& stride,
               const Ints& padding, const Ints& dilation, bool ceil_mode,
               bool return_indices) {
          const MaxPoolOptions options = {.stride = stride.value_or(Ints()),
                                          .padding = padding,
                                          .dilation = dilation,
                                          .ceil_mode = ceil_mode};
          return return_indices ? flat(g(x, kernel, options))
                                : flat(f(x, kernel, options));
        });
}

template <class F>
void add_avg_pool(OpTable& t, const std::string& name, F f) {
  t.add(name,
        "input, kernel_size, stride=None, padding=0, ceil_mode=False, "
        "count_include_pad=True, divisor_override=None",
        [f](const Tensor& x, const Ints& kernel, const OptInts& stride,
            const Ints& padding, bool ceil_mode, bool count_include_pad,
            OptInt divisor) {
          return f(x, kernel,
                   AvgPoolOptions{.stride = stride.value_or(Ints()),
                                  .padding = padding,
                                  .ceil_mode = ceil_mode,
                                  .count_include_pad = count_include_pad,
                                  .divisor_override = divisor});
        });
}

template <class F>
void add_adaptive_avg_pool(OpTable& t, const std::string& name, F f) {
  t.add(name, "input, output_size",
        [f](const Tensor& x, const OutputSize& size) {
          return f(x, with_minus_one(size));
        });
}

template <class F, class G>
void add_adaptive_max_pool(OpTable& t, const std::string& name, F f, G g) {
  t.add(name, "input, output_size, return_indices=False",
        [f, g](const Tensor& x, const OutputSize& size, bool return_indices) {
          return return_indices ? flat(g(x, with_minus_one(size)))
                                : flat(f(x, with_minus_one(size)));
        });
}

template <class F>
void add_max_unpool(OpTable& t, const std::string& name, F f) {
  t.add(name,
        "input, indices, kernel_size, stride=None, padding=0, "
        "output_size=None",
        [f](const Tensor& x, const Tensor& indices, const Ints& kernel,
            const OptInts& stride, const Ints& padding, const OptInts& size) {
          return f(x, indices, kernel, stride.value_or(Ints()), padding,
                   size.value_or(Ints()));
        });
}

}  // namespace

void add_pool_ops(OpTable& t) {
  const std::string nn = "nn.functional.";
  add_max_pool(t, nn + "max_pool1d", max_pool1d, max_pool1d_with_indices);
  add_max_pool(t, nn + "max_pool2d", max_pool2d, max_pool2d_with_indices);
  add_max_pool(t, nn + "max_pool3d", max_pool3d, max_pool3d_with_indices);
  add_avg_pool(t, nn + "avg_pool1d", avg_pool1d);
  add_avg_pool(t, nn + "avg_pool2d", avg_pool2d);
  add_avg_pool(t, nn + "avg_pool3d", avg_pool3d);
  add_adaptive_avg_pool(t, nn + "adaptive_avg_pool1d", adaptive_avg_pool1d);
  add_adaptive_avg_pool(t, nn + "adaptive_avg_pool2d", adaptive_avg_pool2d);
  add_adaptive_avg_pool(t, nn + "adaptive_avg_pool3d", adaptive_avg_pool3d);
  add_adaptive_max_pool(t, nn + "adaptive_max_pool1d", adaptive_max_pool1d,
                        adaptive_max_pool1d_with_indices);
  add_adaptive_max_pool(t, nn + "adaptive_max_pool2d", adaptive_max_pool2d,
                        adaptive_max_pool2d_with_indices);
  add_adaptive_max_pool(t, nn + "adaptive_max_pool3d", adaptive_max_pool3d,
                        adaptive_max_pool3d_with_indices);
  add_max_unpool(t, nn + "max_unpool1d", max_unpool1d);
  add_max_unpool(t, nn + "max_unpool2d", max_unpool2d);
  add_max_unpool(t, nn + "max_unpool3d", max_unpool3d);
}

}  // namespace cresset::parity
