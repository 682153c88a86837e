// Rows of convolutions.

#include "cresset/tensor/ops/conv.h"
#include "cresset/tensor/ops/pad.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptTensor = std::optional<Tensor>;

// x with the border that PyTorch's padding "same" and "valid" stand for. What
// is odd goes behind.
Tensor bordered(const Tensor& x, const std::string& padding,
                const Tensor& weight, const Ints& dilation) {
  if (padding == "valid") return x;
  Ints border;
  for (int64_t d = weight.dim() - 1; d >= 2; --d) {
    const auto at = static_cast<size_t>(d - 2);
    const int64_t step = dilation[dilation.size() == 1 ? 0 : at];
    const int64_t total = step * (weight.size(d) - 1);
    border.push_back(total / 2);
    border.push_back(total - total / 2);
  }
  return pad(x, border);
}

template <class F>
void add_conv(OpTable& t, const std::string& name, F f) {
  constexpr char kSignature[] =
      "input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1";
  t.add(name, kSignature,
        [f](const Tensor& x, const Tensor& weight, const OptTensor& bias,
            const Ints& stride, const Ints& padding, const Ints& dilation,
            int64_t groups) {
          return f(x, weight, bias.value_or(Tensor()),
                   ConvOptions{.stride = stride,
                               .padding = padding,
                               .dilation = dilation,
                               .groups = groups});
        });
  t.add(name, kSignature,
        [f](const Tensor& x, const Tensor& weight, const OptTensor& bias,
            const Ints& stride, const std::string& padding,
            const Ints& dilation, int64_t groups) {
          return f(
              bordered(x, padding, weight, dilation), weight,
              bias.value_or(Tensor()),
              ConvOptions{
                  .stride = stride, .dilation = dilation, .groups = groups});
        });
}

template <class F>
void add_conv_transpose(OpTable& t, const std::string& name, F f) {
  t.add(name,
        "input, weight, bias=None, stride=1, padding=0, output_padding=0, "
        "groups=1, dilation=1",
        [f](const Tensor& x, const Tensor& weight, const OptTensor& bias,
            const Ints& stride, const Ints& padding, const Ints& output_padding,
            int64_t groups, const Ints& dilation) {
          return f(x, weight, bias.value_or(Tensor()),
                   ConvTransposeOptions{.stride = stride,
                                        .padding = padding,
                                        .output_padding = output_padding,
                                        .groups = groups,
                                        .dilation = dilation});
        });
}

}  // namespace

void add_conv_ops(OpTable& t) {
  const std::string nn = "nn.functional.";
  add_conv(t, nn + "conv1d", conv1d);
  add_conv(t, nn + "conv2d", conv2d);
  add_conv(t, nn + "conv3d", conv3d);
  add_conv_transpose(t, nn + "conv_transpose1d", conv_transpose1d);
  add_conv_transpose(t, nn + "conv_transpose2d", conv_transpose2d);
  add_conv_transpose(t, nn + "conv_transpose3d", conv_transpose3d);
}

}  // namespace cresset::parity
